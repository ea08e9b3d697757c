// IPv6 and unicast in the VRRP router: sockets, source addresses, neighbour advertisements, checksums of either kind.
import { expect } from "chai";
import { formatIp, ip } from "../../src/base/ip.js";
import type { AdvertDestination, VirtualRouterParams } from "../../src/vrrp/params.js";
import type { RouterEffect } from "../../src/vrrp/effects.js";
import type { RouterEvent } from "../../src/vrrp/events.js";
import { socketName } from "../../src/vrrp/sockets.js";
import { encodeDatagram, parseDatagram } from "../../src/wire/datagram.js";
import type { LinkAddress } from "../../src/wire/link.js";
import { type PseudoHeader, encodeAdvertisement } from "../../src/wire/vrrp.js";
import { RouterBench, kinds, link, linkAddress, routerParams } from "../support/router.js";
import { address, advert, ms, params } from "../support/vrrp.js";

const TENTATIVE = 0x40;
const DAD_FAILED = 0x08;

const unicast = (...peers: readonly string[]): AdvertDestination => ({
  kind: "unicast",
  peers: peers.map((peer) => ({ address: ip(peer), minTtl: 0, maxTtl: 255 })),
  ttl: 255,
  checkSource: false,
});

const ipv6 = (options: Partial<VirtualRouterParams> = {}): VirtualRouterParams =>
  params({
    version: 3,
    family: 6,
    destination: { kind: "multicast", group: ip("ff02::12") },
    addresses: [{ ...address("2001:db8::100/64"), nodad: true }],
    ...options,
  });

const known = (text: string, flags = 0): LinkAddress => ({ ...linkAddress(2, text), flags });
const added = (text: string, flags = 0): RouterEvent => ({ kind: "addressAdded", address: known(text, flags) });

/** An advertisement of priority 200 for `to`, by the socket that listens there. */
function hears(from: string, to: string, covered: PseudoHeader | undefined, priority = 200): RouterEvent {
  const header = { source: ip(from), destination: ip(to), protocol: 112, ttl: 255 };
  const addresses = [header.source.family === 6 ? ip("2001:db8::100") : ip("10.0.0.100")];
  const message = encodeAdvertisement(advert(priority, { version: 3, authData: [], addresses }), covered);
  const socket = { interfaceIndex: 2, local: header.destination };
  return { kind: "datagram", socket, bytes: encodeDatagram(header, 1, message) };
}

const listens = (effects: readonly RouterEffect[], kind: "listen" | "stopListening" = "listen"): string[] =>
  effects.flatMap((effect) => (effect.kind === kind ? [socketName(effect.socket)] : []));

const sent = (effects: readonly RouterEffect[]): string[] =>
  effects.flatMap((effect) => {
    if (effect.kind !== "transmit") return [];
    const parsed = parseDatagram(effect.datagram);
    return parsed.ok ? [`${formatIp(parsed.value.source)} > ${formatIp(effect.destination)}`] : [];
  });

describe("vrrp: IPv6", () => {
  it("speaks from the link-local address, whatever else the link has", () => {
    const bench = new RouterBench([]);
    for (const text of ["2001:db8::2/64", "fe80::2/64", "fe80::3/64"]) bench.give(added(text));
    const effects = bench.give({ kind: "configure", params: routerParams([ipv6()]), resume: [] });
    expect(listens(effects)).to.deep.equal(["2 ff02::12"]);
    expect(sent(bench.wake())).to.deep.equal(["fe80::2 > ff02::12"]);
  });

  it("stands in FAULT while its source is missing, tentative or a duplicate, and follows it", () => {
    const bench = new RouterBench([ipv6()]);
    const cause = (): string =>
      bench
        .member()
        .router.causes.map(({ kind }) => kind)
        .join();
    expect([bench.stateOf(), cause()]).to.deep.equal(["fault", "noSourceAddress"]);
    bench.give(added("fe80::2/64", TENTATIVE));
    expect([bench.stateOf(), cause()]).to.deep.equal(["fault", "sourceAddressTentative"]);
    bench.give(added("fe80::2/64", TENTATIVE | DAD_FAILED));
    expect([bench.stateOf(), cause()]).to.deep.equal(["fault", "sourceAddressDuplicate"]);
    expect(kinds(bench.give(added("fe80::2/64")))).to.deep.equal(["fault>backup"]);
    bench.wake();
    bench.give(added("fe80::7/64"));
    expect(kinds(bench.give({ kind: "addressRemoved", address: known("fe80::2/64") }))).to.deep.equal([]);
    expect(sent(bench.wake())).to.deep.equal(["fe80::7 > ff02::12"]);
    expect(kinds(bench.give({ kind: "addressRemoved", address: known("fe80::7/64") }))).to.include("master>fault");
  });

  it("an optimistic address is as good as any (RFC 4429)", () => {
    const bench = new RouterBench([ipv6()]);
    bench.give(added("fe80::2/64", TENTATIVE | 0x04));
    expect(bench.stateOf()).to.equal("backup");
  });

  it("hears IPv6 and IPv4 of the same VRID each in its own instance", () => {
    const bench = new RouterBench([params({ version: 3 }), ipv6({ name: "VI_6" })]);
    bench.give(added("fe80::2/64"));
    const group = ip("ff02::12");
    bench.give(hears("fe80::1", "ff02::12", { source: ip("fe80::1"), destination: group }));
    const received = (name: string): number => bench.member(name).router.statistics.advertsReceived;
    expect([received("VI_1"), received("VI_6")]).to.deep.equal([0, 1]);
    bench.give(hears("fe80::1", "ff02::12", undefined));
    expect(bench.member("VI_6").router.statistics.rejected.checksum).to.equal(1);
  });

  it("the router flag of its announcements is the forwarding of the link", () => {
    const bench = new RouterBench([ipv6({ startAs: "master", priority: 255 })]);
    const flags = (effects: readonly RouterEffect[]): unknown[] =>
      effects.flatMap((effect) => (effect.kind === "announce" ? effect.frames.map(({ frame }) => frame[58]) : []));
    expect(flags(bench.give(added("fe80::2/64")))).to.deep.equal([0x20]);
    bench.give({ kind: "forwardingChanged", index: 2, forwarding: true });
    expect(flags(bench.give({ kind: "addressRemoved", address: known("fe80::2/64") }))).to.deep.equal([]);
    expect(flags(bench.give(added("fe80::2/64")))).to.deep.equal([0xa0]);
    bench.give({ kind: "linkChanged", link: link(2, "eth0") });
    bench.give({ kind: "forwardingChanged", index: 99, forwarding: true });
    bench.give({ kind: "addressRemoved", address: known("fe80::2/64") });
    expect(flags(bench.give(added("fe80::2/64")))).to.deep.equal([0x20]);
  });

  it("with -nodad an address is announced when detection lets it go, and spoken of when it does not", () => {
    const checked = { ...address("2001:db8::100/64"), nodad: false };
    const bench = new RouterBench([ipv6({ addresses: [checked] })]);
    bench.give(added("fe80::2/64"));
    expect(kinds(bench.wake())).not.to.include("announce");
    expect(kinds(bench.give(added("2001:db8::100/64", TENTATIVE)))).to.deep.equal([]);
    expect(kinds(bench.give(added("2001:db8::100/64")))).to.deep.equal(["announce"]);
    expect(kinds(bench.give(added("2001:db8::100/64"))), "nothing has changed").to.deep.equal([]);
    expect(kinds(bench.give(added("2001:db8::100/64", DAD_FAILED)))).to.deep.equal(["complain duplicateAddress"]);
  });
});

describe("vrrp: unicast", () => {
  const one = (options: Partial<VirtualRouterParams> = {}): VirtualRouterParams =>
    params({ version: 3, destination: unicast("10.0.0.1", "10.0.0.3"), ...options });

  it("speaks to every peer, and listens at its source address", () => {
    const bench = new RouterBench([one()]);
    expect(listens(bench.log)).to.deep.equal(["2 10.0.0.2"]);
    expect(sent(bench.wake())).to.deep.equal(["10.0.0.2 > 10.0.0.1", "10.0.0.2 > 10.0.0.3"]);
    expect(bench.member().router.statistics.advertsSent).to.equal(1);
  });

  it("its socket follows the source address; the resignation still finds the old one", () => {
    const bench = new RouterBench([one()]);
    bench.wake();
    bench.give(added("10.0.0.9/24"));
    const moved = bench.give({ kind: "addressRemoved", address: known("10.0.0.2/24") });
    expect([listens(moved), listens(moved, "stopListening")]).to.deep.equal([["2 10.0.0.9"], ["2 10.0.0.2"]]);
    const gone = bench.give({ kind: "addressRemoved", address: known("10.0.0.9/24") });
    expect(kinds(gone)).to.deep.equal(["transmit", "transmit", "removeAddresses", "master>fault", "stopListening"]);
  });

  it("a source address that is configured must be there", () => {
    const bench = new RouterBench([one({ sourceAddress: ip("10.0.0.77") })]);
    expect(bench.member().router.causes).to.deep.equal([
      { kind: "sourceAddressMissing", address: "10.0.0.77", interfaceName: "eth0" },
    ]);
    expect(kinds(bench.give(added("10.0.0.77/24")))).to.deep.equal(["listen", "announce", "fault>backup"]);
  });

  it("without interface any link will do for the source, and no link is waited for", () => {
    const { interfaceName, ...rest } = one({
      sourceAddress: ip("10.1.0.2"),
      addresses: [{ ...address("10.0.0.100/24"), interfaceName: "eth0" }],
    });
    expect(interfaceName).to.equal("eth0");
    const bench = new RouterBench([rest]);
    expect(listens(bench.log)).to.deep.equal(["any 10.1.0.2"]);
    expect(sent(bench.wake())).to.deep.equal(["10.1.0.2 > 10.0.0.1", "10.1.0.2 > 10.0.0.3"]);
    bench.give({ kind: "addressRemoved", address: linkAddress(3, "10.1.0.2/24") });
    expect(bench.member().router.causes).to.deep.equal([{ kind: "sourceAddressMissing", address: "10.1.0.2" }]);
  });

  it("IPv6 peers decide which address they are spoken to from", () => {
    const from = (peer: string): string[] => {
      const bench = new RouterBench([]);
      for (const text of ["2001:db8::2/64", "fe80::2/64"]) bench.give(added(text));
      bench.give({ kind: "configure", params: routerParams([ipv6({ destination: unicast(peer) })]), resume: [] });
      return sent(bench.wake());
    };
    expect(from("fe80::1")).to.deep.equal(["fe80::2 > fe80::1"]);
    expect(from("2001:db8:9::1")).to.deep.equal(["2001:db8::2 > 2001:db8:9::1"]);
  });

  it("instances with one VRID are told apart by their peers", () => {
    const bench = new RouterBench([
      one({ destination: unicast("10.0.0.1") }),
      one({ name: "VI_2", destination: unicast("10.0.0.3"), addresses: [address("10.0.0.101/24")] }),
    ]);
    const header = (from: string): PseudoHeader => ({ source: ip(from), destination: ip("10.0.0.2") });
    bench.give(hears("10.0.0.3", "10.0.0.2", header("10.0.0.3")));
    const received = (name: string): number => bench.member(name).router.statistics.advertsReceived;
    expect([received("VI_1"), received("VI_2")]).to.deep.equal([0, 1]);
    bench.give(hears("10.0.0.1", "10.0.0.2", header("10.0.0.1")));
    expect([received("VI_1"), received("VI_2")]).to.deep.equal([1, 1]);
  });

  it("what the socket of a group is given beside is no stranger", () => {
    const bench = new RouterBench([params({ version: 3 }), one({ name: "VI_2" })]);
    const event = hears("10.0.0.1", "10.0.0.2", { source: ip("10.0.0.1"), destination: ip("10.0.0.2") });
    if (event.kind !== "datagram") throw new Error("a datagram");
    const beside = { ...event, socket: { interfaceIndex: 2, local: ip("224.0.0.18") } };
    expect(kinds(bench.give(beside))).to.deep.equal([]);
    expect(bench.member().router.statistics.rejected.destination).to.equal(0);
    const alone = new RouterBench([params({ version: 3 })]);
    expect(kinds(alone.give(beside))).to.deep.equal(["complain rejected"]);
    expect(alone.member().router.statistics.rejected.destination).to.equal(1);
  });

  it("without a peer (unicast_fault_no_peer) it stands in FAULT until a reload brings one", () => {
    const bench = new RouterBench([one({ destination: unicast() })]);
    expect(bench.member().router.causes).to.deep.equal([{ kind: "noUnicastPeer" }]);
    const effects = bench.give({ kind: "configure", params: routerParams([one()]), resume: [] });
    expect(kinds(effects)).to.deep.equal(["announce", "fault>backup"]);
  });

  it("a reload keeps an instance whose peers change, and tells twins apart by their names", () => {
    const bench = new RouterBench([one(), one({ name: "VI_2", destination: unicast("10.0.0.9") })]);
    bench.runUntil(ms(5_000));
    const instances = [one({ name: "VI_2", destination: unicast("10.0.0.9", "10.0.0.8") }), one()];
    const effects = bench.give({ kind: "configure", params: routerParams(instances), resume: [] });
    expect(kinds(effects)).to.deep.equal([]);
    expect([bench.stateOf("VI_1"), bench.stateOf("VI_2")]).to.deep.equal(["master", "master"]);
  });
});

describe("vrrp: checksums of either kind", () => {
  const group = "224.0.0.18";
  const covered = { source: ip("10.0.0.1"), destination: ip(group) };
  const adapting = params({ version: 3 });
  const fixed = params({ version: 3, checksum: { cover: "pseudoHeader", recognises: ["message"], adapts: false } });

  it("a peer that sums the other way is heard, spoken of once, and answered in its way", () => {
    const bench = new RouterBench([adapting]);
    expect(kinds(bench.give(hears("10.0.0.1", group, undefined)))).to.deep.equal(["complain checksumMismatch"]);
    expect(kinds(bench.give(hears("10.0.0.1", group, undefined)))).to.deep.equal([]);
    expect(bench.member()).to.have.property("checksumCover", "message");
    expect(kinds(bench.give(hears("10.0.0.1", group, covered)))).to.deep.equal(["complain checksumMismatch"]);
    expect(bench.member()).to.have.property("checksumCover", "pseudoHeader");
  });

  it("where the configuration names one, it is kept, and the difference is said", () => {
    const bench = new RouterBench([fixed]);
    expect(kinds(bench.give(hears("10.0.0.1", group, undefined)))).to.deep.equal(["complain checksumMismatch"]);
    expect(kinds(bench.give(hears("10.0.0.1", group, undefined)))).to.deep.equal([]);
    expect(bench.member()).not.to.have.property("checksumCover");
    expect(bench.member().router.statistics.advertsReceived).to.equal(2);
  });

  it("the old unicast sum of keepalived is recognised where it may occur", () => {
    const checksum = { cover: "pseudoHeader", recognises: ["message", "groupPseudoHeader"], adapts: true } as const;
    const bench = new RouterBench([params({ version: 3, destination: unicast("10.0.0.1"), checksum })]);
    bench.give(hears("10.0.0.1", "10.0.0.2", covered));
    expect(bench.member()).to.have.property("checksumCover", "groupPseudoHeader");
    const never = new RouterBench([
      params({ version: 3, destination: unicast("10.0.0.1"), checksum: { ...checksum, recognises: ["message"] } }),
    ]);
    expect(kinds(never.give(hears("10.0.0.1", "10.0.0.2", covered)))).to.deep.equal(["complain rejected"]);
  });
});
