// The VRRP router: what links, addresses, scripts, datagrams, refusals and reloads mean for its virtual routers.
import { expect } from "chai";
import { toHex } from "../../src/base/bytes.js";
import { formatIp, ip } from "../../src/base/ip.js";
import type { TrackerParams } from "../../src/vrrp/params.js";
import { totalRejections } from "../../src/vrrp/statistics.js";
import { RouterBench, fromPeer, kinds, link, linkAddress, routerParams } from "../support/router.js";
import { T0, address, advert, ms, params, quiet, seconds } from "../support/vrrp.js";

const socket = { interfaceIndex: 2, local: ip("224.0.0.18") };
const script = (weight: number, reverse = false): TrackerParams => ({ kind: "script", name: "chk", weight, reverse });
const tracked = (weight: number): TrackerParams => ({ kind: "interface", name: "eth1", weight, reverse: false });

describe("vrrp: the VRRP router", () => {
  it("listens, starts as backup and becomes master after the master down interval", () => {
    const bench = new RouterBench([params()]);
    expect(kinds(bench.log)).to.deep.equal(["listen", "initialize>backup"]);
    expect(kinds(bench.wake())).to.deep.equal(["transmit", "installAddresses", "announce", "backup>master"]);
    expect(bench.now).to.equal(ms(3609.375));
  });

  it("sends what keepalived sends: TOS 0xC0, DF clear, TTL 255, identification counting from 1", () => {
    const bench = new RouterBench([params()]);
    bench.wake();
    bench.wake();
    const sent = bench.log.flatMap((effect) => (effect.kind === "transmit" ? [toHex(effect.datagram)] : []));
    const message = "21336401000170660a0000640000000000000000";
    expect(sent.map((hex) => hex.slice(0, 20))).to.deep.equal(["45c0002800010000ff70", "45c0002800020000ff70"]);
    expect(sent[0]?.slice(24)).to.equal("0a000002e0000012" + message);
  });

  it("announces with gratuitous ARP requests from the link's own MAC", () => {
    const bench = new RouterBench([params()]);
    const frames = bench.wake().flatMap((effect) => (effect.kind === "announce" ? effect.frames : []));
    expect(frames.map(({ interfaceIndex, frame }) => [interfaceIndex, toHex(frame)])).to.deep.equal([
      [2, "ffffffffffff02000000000208060001080006040001" + "020000000002" + "0a000064" + "ffffffffffff" + "0a000064"],
    ]);
  });

  it("removes at the start only what a predecessor left behind", () => {
    const bench = new RouterBench([]);
    bench.give({ kind: "addressAdded", address: linkAddress(2, "10.0.0.100/24") });
    const effects = bench.give({ kind: "configure", params: routerParams([params()]), resume: [] });
    expect(kinds(effects)).to.deep.equal(["listen", "removeAddresses", "initialize>backup"]);
  });

  it("adopts what a predecessor left when it goes on as master", () => {
    const bench = new RouterBench([params()], [{ instance: "VI_1", until: ms(10) }]);
    expect(kinds(bench.log)).to.deep.equal(["listen", "transmit", "installAddresses", "announce", "initialize>master"]);
  });

  it("goes to FAULT when the link goes down or away, and back when it returns", () => {
    const bench = new RouterBench([params()]);
    bench.wake();
    expect(kinds(bench.give({ kind: "linkChanged", link: link(2, "eth0", { up: false }) }))).to.deep.equal([
      "removeAddresses",
      "master>fault",
    ]);
    expect(kinds(bench.give({ kind: "linkChanged", link: link(2, "eth0") }))).to.deep.equal(["fault>backup"]);
    expect(kinds(bench.give({ kind: "linkRemoved", index: 2 }))).to.deep.equal(["backup>fault", "stopListening"]);
    const back = [
      ...bench.give({ kind: "linkChanged", link: link(7, "eth0") }),
      ...bench.give({ kind: "addressAdded", address: linkAddress(7, "10.0.0.2/24") }),
    ];
    expect(kinds(back)).to.deep.equal(["listen", "fault>backup"]);
  });

  it("tells the others before it leaves by a fault of something else", () => {
    const bench = new RouterBench([params({ trackers: [tracked(0)] })]);
    bench.wake();
    const effects = bench.give({ kind: "linkChanged", link: link(3, "eth1", { up: false }) });
    expect(kinds(effects)).to.deep.equal(["transmit", "removeAddresses", "master>fault"]);
    expect(effects.flatMap((effect) => (effect.kind === "transmit" ? [effect.datagram[22]] : []))).to.deep.equal([0]);
  });

  it("needs an address of its own to speak from", () => {
    const bench = new RouterBench([params()]);
    bench.give({ kind: "addressRemoved", address: linkAddress(2, "10.0.0.2/24") });
    expect(bench.member().router.causes).to.deep.equal([{ kind: "noSourceAddress", interfaceName: "eth0", family: 4 }]);
    bench.give({ kind: "addressAdded", address: linkAddress(2, "10.0.0.100/24") });
    expect(bench.stateOf(), "a virtual address is not one of its own").to.equal("fault");
    bench.give({ kind: "addressAdded", address: linkAddress(2, "10.0.0.9/24") });
    expect(bench.stateOf()).to.equal("backup");
  });

  it("tracks the source address where asked to", () => {
    const source = address("10.0.0.77").prefix.address;
    const bench = new RouterBench([params({ sourceAddress: source, trackSourceAddress: true })]);
    expect(bench.stateOf()).to.equal("fault");
    bench.give({ kind: "addressAdded", address: linkAddress(2, "10.0.0.77/24") });
    expect(bench.stateOf()).to.equal("backup");
  });

  it("holds instances until their scripts have reported", () => {
    const bench = new RouterBench([params({ trackers: [script(0)] })]);
    expect(bench.stateOf()).to.equal("initialize");
    bench.give({ kind: "trackerChanged", tracker: "script", name: "chk", up: true });
    expect(bench.stateOf()).to.equal("backup");
    bench.give({ kind: "trackerChanged", tracker: "script", name: "chk", up: false });
    expect(bench.member().router.causes).to.deep.equal([{ kind: "scriptFailed", script: "chk" }]);
  });

  it("keeps trackers of one name and different kinds apart", () => {
    const session: TrackerParams = { kind: "bfd", name: "chk", weight: 0, reverse: false };
    const bench = new RouterBench([params({ trackers: [script(0), session] })]);
    bench.give({ kind: "trackerChanged", tracker: "script", name: "chk", up: true });
    expect(bench.stateOf()).to.equal("initialize");
    bench.give({ kind: "trackerChanged", tracker: "bfd", name: "chk", up: false });
    expect(bench.member().router.causes).to.deep.equal([{ kind: "bfdDown", session: "chk" }]);
    bench.give({ kind: "trackerChanged", tracker: "bfd", name: "chk", up: true });
    expect(bench.stateOf()).to.equal("backup");
  });

  it("holds instances for the start delay", () => {
    const bench = new RouterBench([]);
    const delayed = routerParams([params()], { startupDelay: seconds(2) });
    bench.give({ kind: "configure", params: delayed, resume: [] });
    expect(bench.stateOf()).to.equal("initialize");
    expect(kinds(bench.wake())).to.deep.equal(["initialize>backup"]);
    expect(bench.now).to.equal(ms(2000));
  });

  const weights: readonly (readonly [number, boolean, boolean, number])[] = [
    // weight, reverse, up, effective priority of base 100
    [10, false, true, 110],
    [10, false, false, 100],
    [-10, false, true, 100],
    [-10, false, false, 90],
    [10, true, true, 100],
    [10, true, false, 110],
    [-10, true, true, 90],
    [-10, true, false, 100],
    [200, false, true, 254],
    [-200, false, false, 1],
  ];
  for (const [weight, reverse, up, expected] of weights) {
    it(`weight ${weight}${reverse ? " reverse" : ""}, ${up ? "up" : "down"}: priority ${expected}`, () => {
      const bench = new RouterBench([params({ trackers: [script(weight, reverse)] })]);
      bench.give({ kind: "trackerChanged", tracker: "script", name: "chk", up });
      expect(bench.member().router.priority).to.equal(expected);
      expect(bench.stateOf()).to.equal("backup");
    });
  }

  it("never moves the priority of the address owner", () => {
    const bench = new RouterBench([params({ priority: 255, trackers: [tracked(-50)] })]);
    bench.give({ kind: "linkChanged", link: link(3, "eth1", { up: false }) });
    expect(bench.member().router.priority).to.equal(255);
  });

  it("counts each rejection on its rung, says it once, and changes nothing else", () => {
    const bench = new RouterBench([params()]);
    bench.wake();
    const phase = bench.member().router.phase;
    const first = bench.give(fromPeer(advert(200), { ttl: 3 }));
    const second = bench.give(fromPeer(advert(200), { ttl: 3 }));
    expect(kinds(first)).to.deep.equal(["complain rejected"]);
    expect(second).to.deep.equal([]);
    const { router } = bench.member();
    expect(router.statistics.rejected.ttl).to.equal(2);
    expect(router.phase, "rejected input touches no timer").to.equal(phase);
    bench.give(fromPeer(advert(50)));
    expect(kinds(bench.give(fromPeer(advert(200), { ttl: 3 }))), "a good one ends the outbreak").to.deep.equal([
      "complain rejected",
    ]);
  });

  it("keeps count of what belongs to nobody", () => {
    const bench = new RouterBench([params()]);
    bench.give({ kind: "datagram", socket, bytes: new Uint8Array(3) });
    bench.give(fromPeer(advert(200, { vrid: 99 })));
    bench.give(fromPeer(advert(200), { interfaceIndex: 3 }));
    expect(totalRejections(bench.state.unattributed)).to.equal(3);
    expect(bench.state.unattributed.unknownVrid).to.equal(2);
    expect(bench.stateOf()).to.equal("backup");
  });

  it("says of a stray datagram once what is wrong with it, and of foreign VRIDs only when asked to", () => {
    const bench = new RouterBench([params()]);
    const stray = { kind: "datagram", socket, bytes: new Uint8Array(3) } as const;
    expect(kinds(bench.give(stray))).to.deep.equal(["complain rejected"]);
    expect(kinds(bench.give(stray))).to.deep.equal([]);
    expect(kinds(bench.give(fromPeer(advert(200, { vrid: 99 }))))).to.deep.equal([]);
    const curious = new RouterBench([]);
    curious.give({ kind: "configure", params: routerParams([params()], { logUnknownVrids: true }), resume: [] });
    expect(kinds(curious.give(fromPeer(advert(200, { vrid: 99 }))))).to.deep.equal(["complain rejected"]);
    expect(kinds(curious.give(fromPeer(advert(200, { vrid: 99 }))))).to.deep.equal([]);
  });

  it("counts resignations in both directions", () => {
    const bench = new RouterBench([params()]);
    bench.give(fromPeer(advert(200)));
    bench.give(fromPeer(advert(0)));
    expect(bench.member().router.statistics).to.include({ advertsReceived: 2, priorityZeroReceived: 1 });
    bench.wake();
    bench.give({ kind: "shutdown" });
    expect(bench.member().router.statistics).to.include({ advertsSent: 2, priorityZeroSent: 1 });
  });

  it("learns another interval in version 3, says so once, and counts it", () => {
    const bench = new RouterBench([params({ version: 3 })]);
    const v3 = { version: 3, authData: [] } as const;
    expect(kinds(bench.give(fromPeer(advert(200, v3))))).to.deep.equal([]);
    const slow = advert(200, { ...v3, interval: seconds(2) });
    expect(kinds(bench.give(fromPeer(slow)))).to.deep.equal(["complain intervalMismatch"]);
    expect(kinds(bench.give(fromPeer(slow)))).to.deep.equal([]);
    expect(bench.member().router.statistics.intervalMismatches).to.equal(2);
  });

  it("accepts an advertisement with other addresses, and says so once", () => {
    const bench = new RouterBench([params()]);
    const other = advert(200, { addresses: [address("10.0.0.200").prefix.address] });
    expect(kinds(bench.give(fromPeer(other)))).to.deep.equal(["complain addressListMismatch"]);
    expect(kinds(bench.give(fromPeer(other)))).to.deep.equal([]);
    expect(bench.member().router.statistics).to.include({ addressListMismatches: 2, advertsReceived: 2 });
  });

  it("puts a deleted address back once the deletion is certain, and keeps a fight slow", () => {
    const bench = new RouterBench([params()]);
    bench.wake();
    const vip = linkAddress(2, "10.0.0.100/24");
    bench.give({ kind: "addressAdded", address: vip });
    bench.give({ kind: "addressRemoved", address: vip });
    expect(kinds(bench.wake())).to.deep.equal(["installAddresses", "announce", "complain addressesRestored"]);
    const restoredAt = bench.now;
    bench.give({ kind: "addressAdded", address: vip });
    bench.give({ kind: "addressRemoved", address: vip });
    let again = bench.wake();
    while (!kinds(again).includes("installAddresses")) again = bench.wake();
    expect(bench.now - restoredAt).to.be.at.least(500_000);
    expect(bench.member().router.statistics.addressesRestored).to.equal(2);
  });

  it("does not mistake its own removal, crossed by a new mastership, for somebody else's", () => {
    const bench = new RouterBench([params()]);
    bench.wake();
    const vip = linkAddress(2, "10.0.0.100/24");
    bench.give({ kind: "addressAdded", address: vip });
    bench.give({ kind: "addressRemoved", address: vip });
    bench.give({ kind: "addressAdded", address: vip });
    bench.runUntil(ms(10_000));
    expect(bench.log.filter((effect) => effect.kind === "complain")).to.deep.equal([]);
  });

  it("leaves an untracked address alone", () => {
    const bench = new RouterBench([params({ addresses: [address("10.0.0.100/24", { tracked: false })] })]);
    bench.wake();
    const installs = bench.log.filter((effect) => effect.kind === "installAddresses").length;
    bench.give({ kind: "addressRemoved", address: linkAddress(2, "10.0.0.100/24") });
    bench.runUntil(ms(10_000));
    expect(bench.log.filter((effect) => effect.kind === "installAddresses").length).to.equal(installs);
  });

  it("tries a refused address again, and complains once", () => {
    const bench = new RouterBench([params()]);
    bench.wake();
    const refusal = {
      effect: "installAddresses",
      syscall: "RTM_NEWADDR",
      errno: 1,
      code: "EPERM",
      subject: "10.0.0.100/24 on eth0",
      instance: "VI_1",
    } as const;
    expect(kinds(bench.give({ kind: "refused", refusal }))).to.deep.equal(["complain refused"]);
    expect(kinds(bench.give({ kind: "refused", refusal }))).to.deep.equal([]);
    bench.runUntil(ms(4700));
    expect(kinds(bench.log).filter((kind) => kind === "installAddresses").length).to.equal(3);
    expect(kinds(bench.log).filter((kind) => kind === "complain addressesRestored").length).to.equal(1);
    expect(bench.member().router.statistics.refused).to.equal(2);
  });

  it("stands in FAULT while its socket is refused, and recovers when it opens", () => {
    const bench = new RouterBench([params()]);
    const refusal = {
      effect: "listen",
      syscall: "socket",
      errno: 1,
      code: "EPERM",
      subject: "224.0.0.18 on eth0",
      socket,
    } as const;
    bench.give({ kind: "refused", refusal });
    expect(bench.member().router.causes).to.deep.equal([{ kind: "socketRefused", subject: "eth0", code: "EPERM" }]);
    expect(kinds(bench.wake())).to.deep.equal(["listen"]);
    expect(bench.now).to.equal(ms(1000));
    expect(kinds(bench.give({ kind: "listening", socket }))).to.deep.equal(["fault>backup"]);
  });

  it("opens one socket for a group on a link, however many instances share it", () => {
    const destination = { kind: "multicast", group: ip("224.0.0.19") } as const;
    const bench = new RouterBench([
      params(),
      params({ name: "VI_2", vrid: 52 }),
      params({ name: "VI_3", vrid: 53, destination }),
    ]);
    const listens = bench.log.flatMap((effect) => (effect.kind === "listen" ? [formatIp(effect.socket.local)] : []));
    expect(listens).to.deep.equal(["224.0.0.18", "224.0.0.19"]);
  });

  describe("reload", () => {
    it("leaves an unchanged instance alone", () => {
      const bench = new RouterBench([params()]);
      bench.wake();
      const before = bench.member();
      expect(bench.give({ kind: "configure", params: routerParams([params()]), resume: [] })).to.deep.equal([]);
      expect(bench.member()).to.equal(before);
    });

    it("applies priority and addresses live, and keeps the state when only the name changes", () => {
      const bench = new RouterBench([params()]);
      bench.wake();
      const next = params({ name: "renamed", priority: 150, addresses: [address("10.0.0.101/24")] });
      const effects = bench.give({ kind: "configure", params: routerParams([next]), resume: [] });
      expect(kinds(effects)).to.deep.equal(["removeAddresses", "installAddresses", "announce", "priority"]);
      expect(bench.stateOf("renamed")).to.equal("master");
    });

    it("lets a removed instance resign, and starts a new one", () => {
      const bench = new RouterBench([params()]);
      bench.wake();
      const next = params({ name: "VI_2", vrid: 52 });
      const effects = bench.give({ kind: "configure", params: routerParams([next]), resume: [] });
      expect(kinds(effects)).to.deep.equal(["removeAddresses", "transmit", "master>stopped", "initialize>backup"]);
      expect(bench.state.members.length).to.equal(1);
    });

    it("moves an address between instances in one go: it leaves before it arrives", () => {
      const a = params({ addresses: [address("10.0.0.100/24"), address("10.0.0.101/24")] });
      const b = params({ name: "VI_2", vrid: 52, addresses: [address("10.0.0.102/24")] });
      const bench = new RouterBench([b, a]);
      bench.runUntil(ms(5000));
      const moved = [
        { ...b, addresses: [...b.addresses, address("10.0.0.101/24")] },
        { ...a, addresses: [address("10.0.0.100/24")] },
      ];
      const effects = bench.give({ kind: "configure", params: routerParams(moved), resume: [] });
      expect(kinds(effects)).to.deep.equal(["removeAddresses", "installAddresses", "announce"]);
    });

    it("shows an impossible instance in FAULT once", () => {
      const bench = new RouterBench([params()]);
      const withBad = routerParams([params()], { impossible: [{ name: "bad", reason: "no virtual_router_id" }] });
      const effects = bench.give({ kind: "configure", params: withBad, resume: [] });
      expect(kinds(effects)).to.deep.equal(["initialize>fault"]);
      expect(bench.give({ kind: "configure", params: withBad, resume: [] })).to.deep.equal([]);
    });
  });

  it("resigns everywhere on shutdown, closes its sockets and is finished", () => {
    const bench = new RouterBench([params(), params({ name: "VI_2", vrid: 52, interfaceName: "eth1" })]);
    bench.runUntil(ms(4000));
    expect(kinds(bench.give({ kind: "shutdown" }))).to.deep.equal([
      "transmit",
      "removeAddresses",
      "master>stopped",
      "transmit",
      "removeAddresses",
      "master>stopped",
      "stopListening",
      "stopListening",
      "finished",
    ]);
  });

  it("advertises on an absolute schedule however late it is woken", () => {
    const bench = new RouterBench([params({ version: 3, advertisementInterval: seconds(0.01), announce: quiet })]);
    bench.wake();
    const start = bench.now;
    const sentAt: number[] = [];
    for (let i = 1; i <= 100; i++) {
      bench.now = ms((start - T0) / 1000 + i * 10 + (i % 7) / 10);
      if (bench.give({ kind: "timeout" }).some((effect) => effect.kind === "transmit")) sentAt.push(i);
    }
    expect(sentAt.length).to.equal(100);
  });
});
