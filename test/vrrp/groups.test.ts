// Sync groups in the VRRP router: members change state in one step, and in the order that serves the network.
import { expect } from "chai";
import fc from "fast-check";
import { ip } from "../../src/base/ip.js";
import type { RouterEffect } from "../../src/vrrp/effects.js";
import type { RouterEvent } from "../../src/vrrp/events.js";
import type { TrackerParams, VirtualRouterParams } from "../../src/vrrp/params.js";
import { nextDue } from "../../src/vrrp/router-machine.js";
import { RouterBench, fromPeer, kinds, link, linkAddress, routerParams } from "../support/router.js";
import { address, advert, ms, params, quiet, seconds } from "../support/vrrp.js";

const GROUP = { name: "G", members: ["VI_1", "VI_2"] };

const one = (options: Partial<VirtualRouterParams> = {}): VirtualRouterParams => params({ syncGroup: "G", ...options });
const two = (options: Partial<VirtualRouterParams> = {}): VirtualRouterParams =>
  one({ name: "VI_2", interfaceName: "eth1", vrid: 52, addresses: [address("10.1.0.100/24")], ...options });
const three = (options: Partial<VirtualRouterParams> = {}): VirtualRouterParams =>
  one({ name: "VI_3", vrid: 53, addresses: [address("10.0.0.103/24")], ...options });

/** The same instance outside the group. */
const alone = ({ syncGroup, ...rest }: VirtualRouterParams): VirtualRouterParams => rest;

const configure = (
  instances: readonly VirtualRouterParams[],
  options: Parameters<typeof routerParams>[1] = { syncGroups: [GROUP] },
  resume: Extract<RouterEvent, { kind: "configure" }>["resume"] = [],
): RouterEvent => ({ kind: "configure", params: routerParams(instances, options), resume });

const grouped = (instances = [one(), two()]): RouterBench => {
  const bench = new RouterBench([]);
  bench.give(configure(instances));
  return bench;
};

const masters = (instances = [one(), two()]): RouterBench => {
  const bench = grouped(instances);
  bench.wake();
  return bench;
};

const states = (bench: RouterBench): string[] => bench.state.members.map(({ router }) => router.phase.state);

/** Effects with the instance or group that they are of. */
const told = (effects: readonly RouterEffect[]): string[] =>
  effects.map((effect) => {
    const [kind = ""] = kinds([effect]);
    if (effect.kind === "groupTransition") return `G ${effect.from}>${effect.to} after ${effect.instance}`;
    return "instance" in effect ? `${effect.instance ?? ""} ${kind}` : kind;
  });

const heard = (vrid: number, priority: number, interfaceIndex: number): RouterEvent =>
  fromPeer(advert(priority, { vrid, addresses: [ip(vrid === 51 ? "10.0.0.100" : "10.1.0.100")] }), { interfaceIndex });
const down = (index: number): RouterEvent => ({
  kind: "linkChanged",
  link: link(index, `eth${index - 2}`, { up: false }),
});
const up = (index: number): RouterEvent => ({ kind: "linkChanged", link: link(index, `eth${index - 2}`) });

describe("vrrp: sync groups in the VRRP router", () => {
  it("start as backup, the group told first as keepalived does", () => {
    const bench = new RouterBench([]);
    expect(told(bench.give(configure([one(), two()])))).to.deep.equal([
      "listen",
      "listen",
      "G initialize>backup after VI_1",
      "VI_1 initialize>backup",
      "VI_2 initialize>backup",
    ]);
  });

  it("become master in one step when the last timer runs out, all advertisements first", () => {
    const bench = grouped([one({ priority: 200 }), two({ priority: 100 })]);
    expect(told(bench.wake())).to.deep.equal([
      "VI_2 transmit",
      "VI_1 transmit",
      "VI_2 installAddresses",
      "VI_2 announce",
      "VI_1 installAddresses",
      "VI_1 announce",
      "VI_2 backup>master",
      "VI_1 backup>master",
      "G backup>master after VI_2",
    ]);
    expect(bench.now).to.equal(ms(3609.375));
  });

  it("stay backup while one member hears a master, and wait without being woken", () => {
    const bench = grouped();
    bench.now = ms(3000);
    bench.give(heard(51, 200, 2));
    expect(nextDue(bench.state)).to.equal(ms(6609.375));
    bench.now = ms(5000);
    bench.give(heard(51, 200, 2));
    expect(states(bench)).to.deep.equal(["backup", "backup"]);
    bench.now = ms(5100);
    bench.give(heard(52, 200, 3)); // the expired timer of the other begins anew
    expect(nextDue(bench.state)).to.equal(ms(8709.375));
    bench.wake();
    expect(states(bench)).to.deep.equal(["master", "master"]);
  });

  it("take over after the skew time when the master resigns on both segments", () => {
    const bench = grouped();
    bench.give(heard(51, 0, 2));
    bench.now = ms(100);
    bench.give(heard(52, 0, 3));
    bench.wake();
    expect(bench.now).to.equal(ms(709.375));
    expect(states(bench)).to.deep.equal(["master", "master"]);
  });

  it("yield together to a higher priority on one segment, and send nothing", () => {
    const bench = masters();
    expect(told(bench.give(heard(52, 200, 3)))).to.deep.equal([
      "VI_2 removeAddresses",
      "VI_1 removeAddresses",
      "VI_2 master>backup",
      "VI_1 master>backup",
      "G master>backup after VI_2",
    ]);
    expect(bench.member("VI_1").router.reason).to.deep.include({ code: "syncGroup", instance: "VI_2" });
  });

  it("enter FAULT together, and those that can say so resign first", () => {
    const bench = masters();
    const effects = bench.give(down(3));
    expect(told(effects)).to.deep.equal([
      "VI_1 transmit",
      "VI_1 removeAddresses",
      "VI_2 removeAddresses",
      "VI_1 master>fault",
      "VI_2 master>fault",
      "G master>fault after VI_2",
    ]);
    expect(effects.flatMap((effect) => (effect.kind === "transmit" ? [effect.datagram[22]] : []))).to.deep.equal([0]);
    expect(bench.member("VI_1").router.causes).to.deep.equal([{ kind: "syncGroup", group: "G", instance: "VI_2" }]);
    expect(told(bench.give(up(3)))).to.deep.equal([
      "VI_1 fault>backup",
      "VI_2 fault>backup",
      "G fault>backup after VI_1",
    ]);
  });

  it("leave FAULT when the last of several faults is over", () => {
    const bench = masters();
    bench.give(down(3));
    bench.give({ kind: "addressRemoved", address: linkAddress(2, "10.0.0.2/24") });
    bench.give(up(3));
    expect(states(bench)).to.deep.equal(["fault", "fault"]);
    expect(bench.member("VI_2").router.causes).to.deep.equal([{ kind: "syncGroup", group: "G", instance: "VI_1" }]);
    bench.give({ kind: "addressAdded", address: linkAddress(2, "10.0.0.2/24") });
    expect(states(bench)).to.deep.equal(["backup", "backup"]);
  });

  it("start in FAULT when one member has a fault, members told first", () => {
    const bench = new RouterBench([]);
    bench.give(down(3));
    expect(told(bench.give(configure([one(), two()]))).slice(2)).to.deep.equal([
      "VI_1 initialize>fault",
      "VI_2 initialize>fault",
      "G initialize>fault after VI_2",
    ]);
  });

  it("wait in FAULT for a member that cannot work", () => {
    const bench = new RouterBench([]);
    const impossible = [{ name: "VI_2", reason: "it has no virtual_router_id" }];
    bench.give(configure([one()], { syncGroups: [GROUP], impossible }));
    expect(bench.member("VI_1").router.causes).to.deep.equal([{ kind: "syncGroup", group: "G", instance: "VI_2" }]);
  });

  it("announce all addresses again when one member hears a lower priority", () => {
    const announce = { ...quiet, lowerPriorityRepeat: 2, lowerPriorityDelay: seconds(5) };
    const bench = masters([one({ announce }), two({ announce })]);
    const effects = bench.give(heard(51, 50, 2));
    expect(told(effects)).to.deep.equal(["VI_1 transmit", "VI_1 announce", "VI_1 lowerPriorityHeard", "VI_2 announce"]);
    const frames = effects.flatMap((effect) => (effect.kind === "announce" ? [effect.frames.length] : []));
    expect(frames).to.deep.equal([2, 2]);
  });

  it("stop together: priority 0 everywhere before anything else, the group last", () => {
    const bench = masters();
    expect(told(bench.give({ kind: "shutdown" }))).to.deep.equal([
      "VI_1 transmit",
      "VI_2 transmit",
      "VI_1 removeAddresses",
      "VI_2 removeAddresses",
      "stopListening",
      "stopListening",
      "VI_1 master>stopped",
      "VI_2 master>stopped",
      "G master>stopped after VI_1",
      "finished",
    ]);
  });

  it("are held together until the scripts of all have reported", () => {
    const script: TrackerParams = { kind: "script", name: "chk", weight: 0, reverse: false };
    const bench = grouped([one(), two({ trackers: [script] })]);
    expect(states(bench)).to.deep.equal(["initialize", "initialize"]);
    expect(nextDue(bench.state), "nobody is woken for nothing").to.equal(undefined);
    bench.give({ kind: "trackerChanged", tracker: "script", name: "chk", up: true });
    expect(states(bench)).to.deep.equal(["backup", "backup"]);
  });

  it("are held by a start delay, and by scripts beyond it", () => {
    const script: TrackerParams = { kind: "script", name: "chk", weight: 0, reverse: false };
    const bench = new RouterBench([]);
    const options = { syncGroups: [GROUP], startupDelay: seconds(2) };
    bench.give(configure([one(), two({ trackers: [script] })], options));
    expect(bench.wake()).to.deep.equal([]);
    expect(bench.now).to.equal(ms(2000));
    expect(nextDue(bench.state)).to.equal(undefined);
    bench.give({ kind: "trackerChanged", tracker: "script", name: "chk", up: true });
    expect(states(bench)).to.deep.equal(["backup", "backup"]);
  });

  describe("after a restart of the process", () => {
    const resume = (...names: readonly string[]): RouterBench => {
      const bench = new RouterBench([]);
      const until = names.map((instance) => ({ instance, until: ms(100) }));
      bench.give(configure([one(), two()], { syncGroups: [GROUP] }, until));
      return bench;
    };
    it("go on as master when all were", () => {
      const bench = resume("VI_1", "VI_2");
      expect(states(bench)).to.deep.equal(["master", "master"]);
      expect(bench.member("VI_2").router.reason.code).to.equal("resumed");
    });
    it("begin as backup when one cannot", () => {
      expect(states(resume("VI_1"))).to.deep.equal(["backup", "backup"]);
    });
  });

  describe("a reload", () => {
    const bigger = { syncGroups: [{ name: "G", members: ["VI_1", "VI_2", "VI_3"] }] };

    it("puts a new member into a group that is master without an election", () => {
      const bench = masters();
      const effects = told(bench.give(configure([one(), two(), three()], bigger)));
      expect(effects).to.deep.equal([
        "VI_3 transmit",
        "VI_3 installAddresses",
        "VI_3 announce",
        "VI_3 initialize>master",
      ]);
    });

    it("takes a member out, which resigns, and the others stay", () => {
      const bench = grouped([one(), two()]);
      bench.give(configure([one(), two(), three()], bigger));
      bench.wake();
      const effects = told(bench.give(configure([one(), two()])));
      expect(effects).to.deep.equal(["VI_3 removeAddresses", "VI_3 transmit", "VI_3 master>stopped"]);
      expect(states(bench)).to.deep.equal(["master", "master"]);
    });

    it("dissolves a group: each member goes on, on its own", () => {
      const bench = masters();
      bench.give(configure([alone(one()), alone(two())], {}));
      bench.give(heard(52, 200, 3));
      expect(states(bench)).to.deep.equal(["master", "backup"]);
    });

    it("makes a group of masters without disturbing them", () => {
      const bench = new RouterBench([alone(one()), alone(two())]);
      bench.wake();
      bench.wake();
      expect(told(bench.give(configure([one(), two()])))).to.deep.equal(["G initialize>master after VI_1"]);
    });

    it("makes a group of a master and a new instance: the new one joins", () => {
      const bench = new RouterBench([alone(one())]);
      bench.wake();
      bench.give(configure([one(), two()]));
      expect(states(bench)).to.deep.equal(["master", "master"]);
    });

    it("brings a master and a backup together in backup: the master resigns", () => {
      const bench = new RouterBench([alone(one()), alone(two())]);
      bench.wake();
      bench.wake();
      bench.give(heard(52, 200, 3));
      expect(states(bench)).to.deep.equal(["master", "backup"]);
      const effects = bench.give(configure([one(), two()]));
      expect(told(effects)).to.deep.equal([
        "VI_1 transmit",
        "VI_1 removeAddresses",
        "G initialize>backup after VI_2",
        "VI_1 master>backup",
      ]);
    });
  });

  it("never disagree after a step, whatever happens", () => {
    const script = (name: string): TrackerParams => ({ kind: "script", name, weight: 0, reverse: false });
    const event: fc.Arbitrary<RouterEvent | "wait"> = fc.oneof(
      { weight: 6, arbitrary: fc.constant("wait" as const) },
      fc
        .tuple(fc.constantFrom([51, 2] as const, [52, 3] as const), fc.constantFrom(0, 50, 100, 200))
        .map(([[vrid, index], priority]) => heard(vrid, priority, index)),
      fc.tuple(fc.constantFrom(2, 3), fc.boolean()).map(([index, isUp]) => (isUp ? up(index) : down(index))),
      fc
        .tuple(fc.constantFrom("a", "b"), fc.boolean())
        .map(([name, isUp]): RouterEvent => ({ kind: "trackerChanged", tracker: "script", name, up: isUp })),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.boolean(), (events, nopreempt) => {
        const preemptMode = !nopreempt;
        const bench = grouped([
          one({ trackers: [script("a")], preemptMode }),
          two({ trackers: [script("b")], preemptMode, preemptDelay: seconds(1) }),
        ]);
        for (const next of events) {
          if (next !== "wait") bench.give(next);
          else if (nextDue(bench.state) !== undefined) bench.wake();
          expect(new Set(states(bench)).size, states(bench).join()).to.equal(1);
          const [group] = bench.state.groups;
          expect(group?.machine.state).to.equal(states(bench)[0]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
