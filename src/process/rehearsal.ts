// The way to mastership is walked once before it matters. A takeover may come days after the start, and code that has
// never run must first be compiled: that would cost the first takeover several milliseconds. So the engine is taken
// through its states with an interface that does not exist, and the kernel is asked for what it refuses.
import { type IpAddress, type IpFamily, type IpPrefix, ip } from "../base/ip.js";
import { type Instant, instant, micros, millis } from "../base/time.js";
import type { PacketSocket } from "../host/packet-socket.js";
import type { Rtnl } from "../host/rtnl.js";
import { isSystemError } from "../host/system-error.js";
import { type VrrpSocket, openVrrpSocket } from "../host/vrrp-socket.js";
import { macFromOctets } from "../base/mac.js";
import type { RouterEffect } from "../vrrp/effects.js";
import type { RouterEvent } from "../vrrp/events.js";
import {
  type RoutingItem,
  type VirtualAddress,
  type VirtualRouterParams,
  type VrrpVersion,
  noRouterParams,
} from "../vrrp/params.js";
import { nextDue, step } from "../vrrp/router-machine.js";
import { newVrrpRouter } from "../vrrp/vrrp-router.js";
import { encodeDatagram } from "../wire/datagram.js";
import { PROTOCOL_KEEPALIVED, TABLE_MAIN } from "../wire/route.js";
import { type Advertisement, VRRP_PROTOCOL, VRRP_TTL, encodeAdvertisement } from "../wire/vrrp.js";
import { journalLine } from "./journal.js";
import { viewInstance } from "../status/instance-view.js";
import { messageOf } from "./vrrp-messages.js";

const ROUNDS = 10;
/** No interface has it: every call is refused with ENODEV or ENXIO, after the whole path to the kernel. */
const NO_INTERFACE = 0x7fff_fff0;
/** Shorter than an IP header: refused with EINVAL. */
const TOO_SHORT = new Uint8Array(8);
const INTERFACE = "rehearsal";

/** What differs from family to family. */
interface Scene {
  readonly family: IpFamily;
  readonly version: VrrpVersion;
  readonly group: IpAddress;
  readonly loopback: IpAddress;
  readonly peer: IpAddress;
  readonly own: IpPrefix;
  readonly virtual: IpPrefix;
}

const ipv4: Scene = {
  family: 4,
  version: 2,
  group: ip("224.0.0.18"),
  loopback: ip("127.0.0.1"),
  peer: ip("192.0.2.1"),
  own: { address: ip("192.0.2.2"), length: 24 },
  virtual: { address: ip("192.0.2.100"), length: 24 },
};
const ipv6: Scene = {
  family: 6,
  version: 3,
  group: ip("ff02::12"),
  loopback: ip("::1"),
  peer: ip("fe80::1"),
  own: { address: ip("fe80::2"), length: 64 },
  virtual: { address: ip("2001:db8::100"), length: 64 },
};
const scenes: readonly Scene[] = [ipv4, { ...ipv4, version: 3 }, ipv6];

const virtualAddress = (prefix: IpPrefix): VirtualAddress => ({
  prefix,
  scope: 0,
  home: false,
  nodad: true,
  manageTempAddress: false,
  noPrefixRoute: false,
  autoJoin: false,
  tracked: true,
});

const virtualRoute: RoutingItem = {
  kind: "route",
  name: "route 192.0.2.0/24 dev rehearsal",
  route: {
    type: "unicast",
    destination: { address: ip("192.0.2.0"), length: 24 },
    trafficClass: 0,
    table: TABLE_MAIN,
    protocol: PROTOCOL_KEEPALIVED,
    scope: 0,
    metrics: [],
    hops: [{ device: "rehearsal", weight: 1, onLink: false }],
    placement: "prepend",
  },
  tracked: true,
};

const rehearsed = ({ version, family, group, virtual }: Scene): VirtualRouterParams => ({
  name: "rehearsal",
  interfaceName: INTERFACE,
  vrid: 1,
  version,
  family,
  priority: 100,
  advertisementInterval: millis(1000),
  startAs: "backup",
  preemptMode: true,
  preemptDelay: micros(0),
  downTimerAdverts: 3,
  addresses: [virtualAddress(virtual)],
  excludedAddresses: [],
  routing: [virtualRoute],
  destination: { kind: "multicast", group },
  virtualLinks: [],
  acceptMode: true,
  promoteSecondaries: false,
  trackSourceAddress: false,
  trackPrimary: true,
  authentication: { type: "none" },
  checksum: { cover: version === 2 ? "message" : "pseudoHeader", recognises: [], adapts: false },
  announce: {
    repeat: 5,
    delay: millis(500),
    refresh: micros(0),
    refreshRepeat: 1,
    lowerPriorityRepeat: 1,
    lowerPriorityDelay: micros(0),
    extraPeriod: micros(0),
    extraEverywhere: false,
  },
  lowerPriorityNoAdvert: false,
  higherPrioritySendAdvert: false,
  ownerIgnoreAdverts: false,
  skipAddressCheckOfSameSender: false,
  trackers: [],
});

/** Nothing of it reaches a wire, a timer or the supervisor. */
export function rehearse(rtnl: Rtnl, packets: PacketSocket): void {
  for (const scene of scenes) {
    const socket = openVrrpSocket({ socket: { interfaceIndex: 1, local: scene.loopback }, interfaceName: "lo" });
    const stage = { rtnl, packets, ...(!isSystemError(socket) && { socket }) };
    for (let round = 0; round < ROUNDS; round++) playThrough(scene, stage);
    stage.socket?.close();
  }
}

interface Stage {
  readonly rtnl: Rtnl;
  readonly packets: PacketSocket;
  readonly socket?: VrrpSocket;
}

/** Backup, master, a lower and a higher priority, a resignation, master again, the link lost, the end. */
function playThrough(scene: Scene, stage: Stage): void {
  const params = rehearsed(scene);
  let router = newVrrpRouter();
  let now: Instant = instant(1_000_000);
  const give = (event: RouterEvent): void => {
    journalLine(now, event);
    const stepped = step(router, event, now);
    router = stepped.state;
    for (const effect of stepped.effects) perform(effect, stage);
    for (const member of router.members) viewInstance(member, router.world);
  };
  const wake = (): void => {
    now = nextDue(router) ?? now;
    give({ kind: "timeout" });
  };
  const link = {
    index: NO_INTERFACE,
    name: INTERFACE,
    enabled: true,
    up: true,
    loopback: false,
    arp: true,
    mtu: 1500,
    mac: macFromOctets([2, 0, 0, 0, 0, 1]),
  };
  const own = { interfaceIndex: NO_INTERFACE, prefix: scene.own, scope: 0, flags: 0 };
  give({ kind: "resync", links: [link], addresses: [own] });
  give({
    kind: "configure",
    params: { ...noRouterParams, instances: [params] },
    resume: [],
  });
  give(advertised(scene, params, 150));
  wake();
  wake();
  give(advertised(scene, params, 50));
  give(advertised(scene, params, 150));
  give(advertised(scene, params, 0));
  wake();
  wake();
  give({ kind: "linkChanged", link: { ...link, up: false } });
  give({ kind: "shutdown" });
}

function advertised({ peer, group, virtual }: Scene, params: VirtualRouterParams, priority: number): RouterEvent {
  const advert: Advertisement = {
    version: params.version,
    vrid: params.vrid,
    priority,
    interval: params.advertisementInterval,
    addresses: [virtual.address],
    authType: 0,
    authData: params.version === 2 ? new Array<number>(8).fill(0) : [],
  };
  const header = { source: peer, destination: group, protocol: VRRP_PROTOCOL, ttl: VRRP_TTL };
  const bytes = encodeDatagram(header, 1, encodeAdvertisement(advert, params.version === 3 ? header : undefined));
  return { kind: "datagram", socket: { interfaceIndex: NO_INTERFACE, local: group }, bytes };
}

function perform(effect: RouterEffect, { rtnl, packets, socket }: Stage): void {
  messageOf(effect);
  if (effect.kind === "transmit") {
    socket?.transmit(effect.destination, TOO_SHORT);
    socket?.receive(() => undefined);
  }
  if (effect.kind === "installAddresses") rtnl.add(effect.addresses);
  if (effect.kind === "removeAddresses") rtnl.remove(effect.addresses);
  if (effect.kind === "installRouting") rtnl.install(effect.items);
  if (effect.kind === "removeRouting") rtnl.uninstall(effect.items);
  if (effect.kind === "announce") packets.send(effect.frames);
}
