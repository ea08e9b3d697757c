// The pace of announcements: garp_interval, gna_interval, garp_group; and the announcements on other interfaces.
import { expect } from "chai";
import { toHex } from "../../src/base/bytes.js";
import type { Instant } from "../../src/base/time.js";
import { noRouterParams, type VirtualRouterParams, type VrrpRouterParams } from "../../src/vrrp/params.js";
import { nextDue } from "../../src/vrrp/router-machine.js";
import { RouterBench, fromPeer, link, routerParams } from "../support/router.js";
import { T0, address, advert, millis, ms, params, quiet, seconds } from "../support/vrrp.js";

/** Announcements since `from`, as "milliseconds after it, last octet of the address". */
class Pace {
  readonly bench = new RouterBench([]);
  readonly sent: string[] = [];

  constructor(instances: readonly VirtualRouterParams[], options: Partial<VrrpRouterParams>) {
    this.bench.give({ kind: "configure", params: routerParams(instances, options), resume: [] });
  }

  /** Runs until `end`; notes when each announcement went out. */
  run(end: Instant, from: Instant): readonly string[] {
    const { bench } = this;
    this.sent.length = 0;
    for (let due = nextDue(bench.state); due !== undefined && due <= end; due = nextDue(bench.state)) {
      for (const effect of bench.wake()) {
        if (effect.kind !== "announce") continue;
        for (const { frame } of effect.frames) this.sent.push(`${(bench.now - from) / 1000} .${frame[31] ?? 0}`);
      }
    }
    bench.now = end;
    return [...this.sent];
  }
}

const slow = { pace: { arp: millis(10), neighbour: millis(0) } };
const MASTER = ms(3609.375);
const long = { advertisementInterval: seconds(1), announce: { ...quiet, repeat: 2 } };
const one = params({ ...long, addresses: [address("10.0.0.101/24"), address("10.0.0.102/24")] });
const two = params({ ...long, name: "VI_2", vrid: 52, addresses: [address("10.0.0.201/24")] });
const onEth1 = params({ ...long, name: "VI_3", interfaceName: "eth1", vrid: 53, addresses: [address("10.1.0.31/24")] });

describe("vrrp: the pace of announcements", () => {
  it("is none by default: all rounds at once", () => {
    expect(new Pace([one], {}).run(ms(4000), MASTER)).to.deep.equal(["0 .101", "0 .102", "0 .101", "0 .102"]);
  });

  it("leaves a gap between two gratuitous ARPs of an interface", () => {
    expect(new Pace([one], slow).run(ms(4000), MASTER)).to.deep.equal(["0 .101", "10 .102", "20 .101", "30 .102"]);
  });

  it("lets instances of an interface take turns, and interfaces go side by side", () => {
    expect(new Pace([one, two, onEth1], slow).run(ms(4000), MASTER)).to.deep.equal([
      "0 .101",
      "0 .31",
      "10 .201",
      "10 .31",
      "20 .102",
      "30 .201",
      "40 .101",
      "50 .102",
    ]);
  });

  it("is shared by the interfaces of a garp_group", () => {
    const paceGroups = [{ interfaces: ["eth0", "eth1"], arp: millis(20), neighbour: millis(0) }];
    const pace = new Pace([two, onEth1], { ...slow, paceGroups });
    expect(pace.run(ms(4000), MASTER)).to.deep.equal(["0 .201", "20 .31", "40 .201", "60 .31"]);
  });

  it("is that of neighbours for IPv6", () => {
    const neighbour = { pace: { arp: millis(0), neighbour: millis(10) } };
    expect(new Pace([one], neighbour).run(ms(4000), MASTER)).to.have.length(4);
    const six = params({
      ...long,
      addresses: [address("10.0.0.101/24")],
      excludedAddresses: [address("2001:db8::1/64", { nodad: true })],
    });
    const bench = new RouterBench([]);
    bench.give({ kind: "configure", params: routerParams([six], neighbour), resume: [] });
    bench.runUntil(ms(3700));
    const types = bench.log.flatMap((effect) =>
      effect.kind === "announce" ? effect.frames.map(({ frame }) => toHex(frame.subarray(12, 14))) : [],
    );
    expect(types).to.deep.equal(["0806", "0806", "86dd", "86dd"]);
  });

  it("ends with mastership: what waits is dropped", () => {
    const pace = new Pace([one], slow);
    pace.run(MASTER, MASTER);
    pace.bench.give(fromPeer(advert(200, { addresses: one.addresses.map(({ prefix }) => prefix.address) })));
    expect(pace.bench.stateOf()).to.equal("backup");
    expect(pace.run(ms(5000), MASTER)).to.deep.equal([]);
  });

  it("forgets an address that a reload takes away", () => {
    const pace = new Pace([one], slow);
    pace.run(MASTER, MASTER);
    const fewer = { ...one, addresses: [address("10.0.0.102/24")] };
    pace.bench.give({ kind: "configure", params: routerParams([fewer], slow), resume: [] });
    expect(pace.run(ms(3700), MASTER).every((line) => line.endsWith(".102"))).to.equal(true);
  });

  it("keeps its queue short, however many lower priority advertisements come", () => {
    const busy = params({ announce: { ...quiet, repeat: 5, lowerPriorityRepeat: 5 } });
    const bench = new RouterBench([]);
    bench.give({
      kind: "configure",
      params: routerParams([busy], { pace: { arp: seconds(1), neighbour: millis(0) } }),
      resume: [],
    });
    bench.wake();
    for (let i = 0; i < 1000; i++) {
      bench.now = ms(4000 + i * 600);
      bench.give(fromPeer(advert(50)));
    }
    const bursts = [...bench.state.pacing.values()].flatMap((queue) => queue.bursts);
    expect(bursts.map(({ addresses, rounds }) => [addresses.length, rounds])).to.deep.equal([[1, 5]]);
  });

  it("does not make up for a late wake", () => {
    const pace = new Pace([one], slow);
    pace.run(MASTER, MASTER);
    pace.bench.now = ms(3900);
    expect(pace.run(ms(3905), ms(3900))).to.have.length(1);
  });

  describe("on other interfaces (garp_extra_if)", () => {
    const extra = (everywhere: boolean): VirtualRouterParams =>
      params({
        announce: { ...quiet, extraPeriod: seconds(60), extraEverywhere: everywhere },
        advertisementInterval: seconds(200),
        addresses: [address("10.0.0.101/24"), address("10.1.0.102/24", { interfaceName: "eth1" })],
        startAs: "master",
        priority: 255,
      });
    const times = (instance: VirtualRouterParams, macvlan = false): readonly string[] => {
      const pace = new Pace([], noRouterParams);
      if (macvlan) pace.bench.give({ kind: "linkChanged", link: link(3, "eth1", { kind: "macvlan" }) });
      pace.bench.give({ kind: "configure", params: routerParams([instance]), resume: [] });
      return pace.run(ms(150_000), T0);
    };
    it("come again and again, for addresses there alone", () => {
      expect(times(extra(true))).to.deep.equal(["60000 .102", "120000 .102"]);
    });
    it("need a virtual MAC address unless `all` is given", () => {
      expect(times(extra(false))).to.deep.equal([]);
      expect(times(extra(false), true)).to.deep.equal(["60000 .102", "120000 .102"]);
    });
  });
});
