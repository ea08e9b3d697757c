// The whole (state x event) table of a sync group of two: A enters a state while the group is in one.
import { expect } from "chai";
import { seconds } from "../../src/base/time.js";
import type { Reason, StateName } from "../../src/vrrp/effects.js";
import { type GroupEffect, type GroupEvent, type SyncGroup, newSyncGroup, step } from "../../src/vrrp/sync-group.js";
import { T0, at } from "../support/vrrp.js";

const params = { name: "G", members: ["A", "B"] };
const LATER = at(seconds(1));

/** A group whose members are all in `state`. */
const groupIn = (state: StateName): SyncGroup => ({
  ...newSyncGroup(params, T0),
  state,
  members: new Map([
    ["A", state],
    ["B", state],
  ]),
});

const reasons = {
  initialize: { code: "startup" },
  backup: { code: "higherPriorityAdvert", from: "10.0.0.3", theirs: 200, ours: 100 },
  master: { code: "masterDownTimerExpired" },
  fault: { code: "fault", causes: [{ kind: "interfaceDown", interfaceName: "eth0" }] },
  stopped: { code: "shutdown" },
} as const satisfies Record<StateName, Reason>;

const entered = (instance: string, state: StateName, reason: Reason = reasons[state]): GroupEvent => ({
  kind: "memberEntered",
  instance,
  state,
  reason,
});

const short = (effect: GroupEffect): string =>
  effect.kind === "lead"
    ? `${effect.instance} to ${effect.to}${effect.resign ? " resigning" : ""}`
    : `${effect.from}>${effect.to} after ${effect.leader.instance}`;

const states = ["initialize", "backup", "master", "fault", "stopped"] as const satisfies readonly StateName[];

/**
 * [group in, A enters, what the group does at once, what it does when B has entered the same state].
 */
const table: readonly (readonly [StateName, StateName, readonly string[], readonly string[]])[] = [
  ["initialize", "initialize", [], []],
  ["initialize", "backup", [], ["initialize>backup after A"]],
  ["initialize", "master", [], ["initialize>master after A"]],
  ["initialize", "fault", [], ["initialize>fault after A"]],
  ["initialize", "stopped", [], ["initialize>stopped after A"]],
  ["backup", "initialize", [], ["backup>initialize after B"]],
  ["backup", "backup", [], []],
  ["backup", "master", ["B to master"], ["backup>master after A"]],
  ["backup", "fault", [], ["backup>fault after A"]],
  ["backup", "stopped", [], ["backup>stopped after A"]],
  ["master", "initialize", [], ["master>initialize after B"]],
  ["master", "backup", ["B to backup"], ["master>backup after A"]],
  ["master", "master", [], []],
  ["master", "fault", [], ["master>fault after A"]],
  ["master", "stopped", [], ["master>stopped after A"]],
  ["fault", "initialize", [], ["fault>initialize after B"]],
  ["fault", "backup", [], ["fault>backup after A"]],
  ["fault", "master", [], ["fault>master after A"]],
  ["fault", "fault", [], []],
  ["fault", "stopped", [], ["fault>stopped after A"]],
  ["stopped", "initialize", [], ["stopped>initialize after B"]],
  ["stopped", "backup", [], ["stopped>backup after A"]],
  ["stopped", "master", [], ["stopped>master after A"]],
  ["stopped", "fault", [], ["stopped>fault after A"]],
  ["stopped", "stopped", [], []],
];

describe("vrrp: the state table of a sync group", () => {
  it("has a cell for every state and every state that a member can enter", () => {
    const cells = new Set(table.map(([from, to]) => `${from} ${to}`));
    expect(cells.size).to.equal(states.length * states.length);
  });

  for (const [from, to, first, second] of table) {
    it(`${from}: a member enters ${to}`, () => {
      const one = step(groupIn(from), entered("A", to), LATER);
      expect(one.effects.map(short)).to.deep.equal(first);
      const both = step(one.state, entered("B", to), LATER);
      expect(both.effects.map(short)).to.deep.equal(second);
      expect(both.state.state).to.equal(to);
      expect(both.state.departed, "all agree").to.equal(undefined);
      if (from !== to) expect(both.state.since).to.equal(LATER);
    });
  }

  it("names the reason of the member that left first to the others, and as its own", () => {
    const yielded = step(groupIn("master"), entered("A", "backup"), LATER);
    const because = { code: "syncGroup", group: "G", instance: "A", because: reasons.backup } as const;
    expect(yielded.effects).to.deep.equal([
      { kind: "lead", instance: "B", to: "backup", resign: false, reason: because },
    ]);
    const followed = step(yielded.state, entered("B", "backup", because), LATER);
    expect(followed.state.leader).to.deep.equal({ instance: "A", reason: reasons.backup });
  });

  it("blames a fault on the member that has it, not on one that heard of it first", () => {
    const following = { code: "fault", causes: [{ kind: "syncGroup", group: "G", instance: "B" }] } as const;
    const first = step(groupIn("master"), entered("A", "fault", following), LATER);
    const both = step(first.state, entered("B", "fault"), LATER);
    expect(both.effects.map(short)).to.deep.equal(["master>fault after B"]);
  });

  describe("a configuration", () => {
    const configured = (...members: readonly (readonly [string, StateName])[]): GroupEvent => ({
      kind: "configured",
      params: { name: "G", members: members.map(([name]) => name) },
      members: new Map(members),
    });
    const rows: readonly (readonly [string, SyncGroup, GroupEvent, readonly string[]])[] = [
      [
        "of new members says nothing",
        newSyncGroup(params, T0),
        configured(["A", "initialize"], ["B", "initialize"]),
        [],
      ],
      ["of nobody says nothing", groupIn("master"), configured(), []],
      [
        "of masters makes a group that is master",
        newSyncGroup(params, T0),
        configured(["A", "master"], ["B", "master"]),
        ["initialize>master after A"],
      ],
      ["without changes says nothing", groupIn("master"), configured(["A", "master"], ["B", "master"]), []],
      [
        "with a new member leaves the others alone",
        groupIn("master"),
        configured(["A", "master"], ["B", "master"], ["C", "initialize"]),
        [],
      ],
      ["with one member less leaves the other alone", groupIn("master"), configured(["B", "master"]), []],
      [
        "of a master and a backup sends the master to backup",
        newSyncGroup(params, T0),
        configured(["A", "backup"], ["B", "master"]),
        ["B to backup resigning"],
      ],
      [
        "of a master and a faulty one waits for the fault to spread",
        newSyncGroup(params, T0),
        configured(["A", "fault"], ["B", "master"]),
        [],
      ],
    ];
    for (const [name, group, event, expected] of rows) {
      it(name, () => expect(step(group, event, LATER).effects.map(short)).to.deep.equal(expected));
    }
  });
});
