import { expect } from "chai";
import type { Command } from "../../src/base/command.js";
import { hookState, notification, type HookState } from "../../src/notify/notification.js";
import { instanceSubject, type HookParams } from "../../src/notify/params.js";
import type { Reason, StateName } from "../../src/vrrp/effects.js";

const identity = { user: "keepalived_script", uid: 999, gid: 999, groups: [] };
const command = (...argv: string[]): Command => ({ argv, identity });
const hooks: HookParams = {
  subject: instanceSubject("VI_1"),
  master: command("/m", "--up"),
  backup: command("/b"),
  fault: command("/f"),
  stop: command("/s"),
  any: command("/any", "first"),
  masterReceivedLowerPriority: command("/low"),
};

const argvOf = (params: HookParams, state: HookState, priority = 100): readonly (readonly string[])[] =>
  notification(params, state, priority, 1).commands.map(({ argv }) => argv);

describe("notification", () => {
  const table: readonly (readonly [state: HookState, argv: readonly (readonly string[])[]])[] = [
    [
      "MASTER",
      [
        ["/m", "--up"],
        ["/any", "first", "INSTANCE", "VI_1", "MASTER", "100"],
      ],
    ],
    ["BACKUP", [["/b"], ["/any", "first", "INSTANCE", "VI_1", "BACKUP", "100"]]],
    ["FAULT", [["/f"], ["/any", "first", "INSTANCE", "VI_1", "FAULT", "100"]]],
    ["STOP", [["/s"], ["/any", "first", "INSTANCE", "VI_1", "STOP", "100"]]],
    ["MASTER_RX_LOWER_PRI", [["/low"]]],
  ];
  for (const [state, argv] of table) {
    it(`${state}: the script of the state, then the generic one with keepalived's arguments`, () => {
      expect(argvOf(hooks, state)).to.deep.equal(argv);
    });
  }

  it("runs only what is configured, as the user that is configured", () => {
    const only: HookParams = { subject: instanceSubject("a b"), any: command("/any") };
    expect(argvOf(only, "FAULT", 50)).to.deep.equal([["/any", "INSTANCE", "a b", "FAULT", "50"]]);
    expect(notification(only, "FAULT", 50, 1).commands[0]?.identity).to.equal(identity);
    expect(argvOf({ subject: instanceSubject("VI_1") }, "MASTER")).to.deep.equal([]);
  });

  const states: readonly (readonly [to: StateName, reason: Reason, expected: HookState | undefined])[] = [
    ["initialize", { code: "startup" }, undefined],
    ["master", { code: "addressOwner" }, "MASTER"],
    ["backup", { code: "startup" }, "BACKUP"],
    ["fault", { code: "fault", causes: [] }, "FAULT"],
    ["stopped", { code: "shutdown" }, "STOP"],
    ["stopped", { code: "removedByReload" }, "FAULT"],
  ];
  for (const [to, reason, expected] of states) {
    it(`${to} because of ${reason.code} is told as ${String(expected)}`, () => {
      expect(hookState({ subject: instanceSubject("VI_1"), to, reason, priority: 1 }, false)).to.equal(expected);
    });
  }

  it("a removal by reload is told as DELETED where notify_deleted asks for it", () => {
    const removed = { subject: instanceSubject("VI_1"), to: "stopped", priority: 1 } as const;
    expect(hookState({ ...removed, reason: { code: "removedByReload" } }, true)).to.equal("DELETED");
    expect(hookState({ ...removed, reason: { code: "shutdown" } }, true)).to.equal("STOP");
    const hooks: HookParams = { subject: instanceSubject("VI_1"), any: command("/any"), deleted: command("/deleted") };
    expect(argvOf(hooks, "DELETED", 7)).to.deep.equal([["/deleted"], ["/any", "INSTANCE", "VI_1", "DELETED", "7"]]);
  });
});
