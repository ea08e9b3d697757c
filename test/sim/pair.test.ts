// Two and three hosts on the virtual LAN: the examples by hand, then seeds.
import { expect } from "chai";
import { replay, parseJournalLine } from "../../src/process/journal.js";
import type { RouterEvent } from "../../src/vrrp/events.js";
import { nextDue, step } from "../../src/vrrp/router-machine.js";
import { newVrrpRouter } from "../../src/vrrp/vrrp-router.js";
import { instanceText } from "../support/conf.js";
import { millis, seconds } from "../support/vrrp.js";
import { type Faults, World, addressesFollowState, oneMaster, transitionsChain } from "./world.js";

const instance = (priority: number, lines = ""): string => instanceText(`priority ${priority}\n${lines}`);
const second = (priority: number): string => instanceText(`priority ${priority}`, "VI_2", 52, "10.0.0.101/24");

describe("sim: two hosts", () => {
  it("elects the higher priority, and only it", () => {
    const world = new World(1);
    world.always(addressesFollowState, transitionsChain);
    const a = world.host("a", instance(200));
    const b = world.host("b", instance(100));
    world.run(seconds(2));
    expect([a.masters(), b.masters()]).to.deep.equal([["VI_1"], []]);
  });

  it("breaks a tie by the higher address", () => {
    const world = new World(1);
    const a = world.host("a", instance(100));
    const b = world.host("b", instance(100));
    world.run(seconds(2));
    expect([a.masters(), b.masters()]).to.deep.equal([[], ["VI_1"]]);
  });

  it("takes over from a crashed master after the master down interval, from a resigning one after the skew", () => {
    const world = new World(1);
    const a = world.host("a", instance(200));
    const b = world.host("b", instance(100));
    world.run(seconds(2));
    world.crash(a);
    world.run(millis(300 + 60));
    expect(b.masters()).to.deep.equal(["VI_1"]);
    world.boot(a, instance(200));
    world.run(seconds(1));
    expect([a.masters(), b.masters()]).to.deep.equal([["VI_1"], []]);
    a.give({ kind: "shutdown" });
    world.run(millis(62));
    expect(b.masters()).to.deep.equal(["VI_1"]);
  });

  it("does not preempt with nopreempt", () => {
    const world = new World(1);
    const b = world.host("b", instance(100));
    world.run(seconds(2));
    const a = world.host("a", instance(200, "nopreempt"));
    world.run(seconds(2));
    expect([a.masters(), b.masters()]).to.deep.equal([[], ["VI_1"]]);
    world.crash(b);
    world.run(seconds(1));
    expect(a.masters()).to.deep.equal(["VI_1"]);
  });

  it("waits preempt_delay before it preempts", () => {
    const world = new World(1);
    const b = world.host("b", instance(100));
    world.run(seconds(2));
    const a = world.host("a", instance(200, "preempt_delay 2"));
    world.run(seconds(2));
    expect(a.masters()).to.deep.equal([]);
    world.run(seconds(0.6));
    expect([a.masters(), b.masters()]).to.deep.equal([["VI_1"], []]);
  });

  it("has two masters while the LAN is cut, and one when it heals", () => {
    const world = new World(1);
    const a = world.host("a", instance(200));
    const b = world.host("b", instance(100));
    world.run(seconds(2));
    world.cut(b, seconds(2));
    world.run(seconds(1));
    expect([a.masters(), b.masters()]).to.deep.equal([["VI_1"], ["VI_1"]]);
    world.run(seconds(1.5));
    expect([a.masters(), b.masters()]).to.deep.equal([["VI_1"], []]);
  });

  it("carries two instances in mutual backup", () => {
    const world = new World(1);
    world.always(addressesFollowState);
    const a = world.host("a", instance(200) + second(100));
    const b = world.host("b", instance(100) + second(200));
    world.run(seconds(2));
    expect([a.masters(), b.masters()]).to.deep.equal([["VI_1"], ["VI_2"]]);
    world.crash(a);
    world.run(seconds(1));
    expect(b.masters()).to.deep.equal(["VI_1", "VI_2"]);
  });

  it("replays a host from its journal to the same state", () => {
    const world = new World(7, rough);
    const a = world.host("a", instance(200));
    world.host("b", instance(100));
    world.run(seconds(20));
    const events = a.journal.map((line) => {
      const entry = parseJournalLine(line);
      if (!entry.ok || !isRouterEvent(entry.value.event)) throw new Error("unreadable journal line");
      return { at: entry.value.at, event: entry.value.event };
    });
    const transitions: string[] = [];
    const state = replay({ step, nextDue }, newVrrpRouter(), events, (_at, effects) => {
      for (const effect of effects) {
        if (effect.kind === "transition") transitions.push(`${effect.instance} ${effect.from}>${effect.to}`);
      }
    });
    expect(transitions).to.deep.equal(a.transitions);
    expect(JSON.stringify(state.members)).to.equal(JSON.stringify(a.router.members));
  });
});

/** A journal written by this build holds router events; a foreign one would be checked member by member. */
const isRouterEvent = (event: unknown): event is RouterEvent =>
  typeof event === "object" && event !== null && "kind" in event;

const rough: Faults = {
  loss: 0.2,
  duplicate: 0.05,
  maxDelay: millis(20),
  stall: 0.1,
  maxStall: millis(800),
  cut: 0.1,
  maxCut: seconds(2),
  meddling: 0.2,
};

/** The block of host number `own`, of three. */
type Network = (lines: string, own: number) => string;

const unicast = (prefix: string, own: number): string =>
  `unicast_peer {\n${[1, 2, 3].flatMap((peer) => (peer === own ? [] : [`${prefix}${peer}\n`])).join("")}}`;
const ipv4: Network = (lines) => instanceText(lines);
const ipv6: Network = (lines) => instanceText(lines, "VI_1", 51, "fe80::100/64");
const ipv4Peers: Network = (lines, own) => instanceText(`${lines}\n${unicast("10.0.0.", own)}`);
const ipv6Peers: Network = (lines, own) => ipv6(`${lines}\n${unicast("fe80::", own)}`, own);
const networks = [ipv4, ipv6, ipv4Peers, ipv6Peers];

describe("sim: networks", () => {
  for (const [title, network] of [
    ["IPv6", ipv6],
    ["IPv4 unicast", ipv4Peers],
    ["IPv6 unicast", ipv6Peers],
  ] as const) {
    it(`${title}: one master, and another when it crashes`, () => {
      const world = new World(1);
      world.always(addressesFollowState, transitionsChain);
      const [a, b, c] = [200, 150, 100].map((priority, index) =>
        world.host(`h${index}`, network(`priority ${priority}`, index + 1)),
      );
      world.run(seconds(2));
      const masters = (): unknown => [a, b, c].map((host) => host?.masters().length);
      expect(masters()).to.deep.equal([1, 0, 0]);
      if (a !== undefined) world.crash(a);
      world.run(seconds(1));
      expect([b?.masters(), c?.masters()]).to.deep.equal([["VI_1"], []]);
    });
  }
});

describe("sim: seeds", () => {
  // The whole point of a master: whatever happened, after quiet there is one, and it has the addresses.
  const seeds = Number(process.env["SIM_SEEDS"] ?? "150");
  it(`${seeds} seeds of loss, delay, duplicates, cuts, stalls, crashes and meddling end with one master`, function () {
    this.timeout(120_000);
    for (let seed = 1; seed <= seeds; seed++) {
      const world = new World(seed, rough);
      world.always(addressesFollowState, transitionsChain);
      const versions = seed % 2 === 0 ? "advert_int 0.05" : "";
      const network = networks[seed % networks.length] ?? ipv4;
      const confs = [200, 150, seed % 3 === 0 ? 150 : 100].map((priority, index) =>
        network(`priority ${priority}\n${versions}`, index + 1),
      );
      const hosts = confs.map((conf, index) => world.host(`h${index}`, conf));
      for (let round = 0; round < 6; round++) {
        world.run(seconds(3));
        const [host, conf] = [hosts[(seed + round) % 3], confs[(seed + round) % 3]];
        if (host === undefined || conf === undefined) continue;
        if (host.alive) world.crash(host);
        else world.boot(host, conf);
      }
      for (const [index, host] of hosts.entries()) {
        const conf = confs[index];
        if (!host.alive && conf !== undefined) world.boot(host, conf);
      }
      world.heal();
      world.run(seconds(5));
      expect(oneMaster(world), `seed ${seed}`).to.equal(undefined);
    }
  });
});
