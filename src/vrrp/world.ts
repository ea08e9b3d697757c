// What the kernel and the trackers have told the VRRP router: links, addresses, verdicts. Immutable; every change is a
// new world.
import { type IpAddress, sameIp } from "../base/ip.js";
import { type Instant, type Micros, micros } from "../base/time.js";
import type { Link, LinkAddress } from "../wire/link.js";
import type { ReportedTrackerKind, VirtualAddress, VirtualRouterParams } from "./params.js";

/** What was reported of something tracked elsewhere. */
export interface TrackerReport {
  readonly up: boolean;
  /** The number in a file. */
  readonly value?: number;
}

export interface World {
  readonly links: ReadonlyMap<number, Link>;
  readonly linksByName: ReadonlyMap<string, Link>;
  /** By interface index, in the kernel's order: the first is the primary one. */
  readonly addresses: ReadonlyMap<number, readonly LinkAddress[]>;
  /** Verdicts on what is tracked elsewhere, by {@link trackerKey}. Absent: not known yet. */
  readonly trackers: ReadonlyMap<string, TrackerReport>;
  /** VRRP sockets that could not be opened, by name, with the error code. */
  readonly refusedSockets: ReadonlyMap<string, string>;
  /** Unix time in microseconds minus the instant of the same moment: what the clock on the wall says, without reading it. */
  readonly wallOffset: number;
  /** Virtual links that could not be made, by name, with the reason. */
  readonly refusedLinks: ReadonlyMap<string, string>;
  /** Why the filter of Accept_Mode is not in force. */
  readonly filterRefusal?: string;
}

export const emptyWorld: World = {
  links: new Map(),
  linksByName: new Map(),
  addresses: new Map(),
  trackers: new Map(),
  refusedSockets: new Map(),
  wallOffset: 0,
  refusedLinks: new Map(),
};

const byName = (links: ReadonlyMap<number, Link>): ReadonlyMap<string, Link> =>
  new Map([...links.values()].map((link) => [link.name, link]));

/** Replaces everything the kernel told by a new dump. */
export function withDump(world: World, links: readonly Link[], addresses: readonly LinkAddress[]): World {
  const byIndex = new Map(links.map((link) => [link.index, link]));
  const lists = new Map<number, LinkAddress[]>();
  for (const address of addresses) {
    const list = lists.get(address.interfaceIndex);
    if (list === undefined) lists.set(address.interfaceIndex, [address]);
    else list.push(address);
  }
  return { ...world, links: byIndex, linksByName: byName(byIndex), addresses: lists };
}

export function withLink(world: World, link: Link): World {
  const links = new Map(world.links).set(link.index, link);
  return { ...world, links, linksByName: byName(links) };
}

export function withForwarding(world: World, index: number, forwarding: boolean): World {
  const link = world.links.get(index);
  return link === undefined ? world : withLink(world, { ...link, ipv6Forwarding: forwarding });
}

export function withoutLink(world: World, index: number): World {
  const links = new Map(world.links);
  links.delete(index);
  const addresses = new Map(world.addresses);
  addresses.delete(index);
  return { ...world, links, linksByName: byName(links), addresses };
}

const sameKernelAddress = (a: LinkAddress, b: LinkAddress): boolean =>
  a.prefix.length === b.prefix.length &&
  sameIp(a.prefix.address, b.prefix.address) &&
  (a.peer === undefined ? b.peer === undefined : b.peer !== undefined && sameIp(a.peer, b.peer));

/** How the world knows this address of that link so far. */
export const knownAddress = (world: World, address: LinkAddress): LinkAddress | undefined =>
  world.addresses.get(address.interfaceIndex)?.find((known) => sameKernelAddress(known, address));

export function withAddress(world: World, address: LinkAddress): World {
  const list = world.addresses.get(address.interfaceIndex) ?? [];
  const at = list.findIndex((known) => sameKernelAddress(known, address));
  const next = at < 0 ? [...list, address] : list.with(at, address);
  return { ...world, addresses: new Map(world.addresses).set(address.interfaceIndex, next) };
}

export function withoutAddress(world: World, address: LinkAddress): World {
  const list = world.addresses.get(address.interfaceIndex) ?? [];
  const next = list.filter((known) => !sameKernelAddress(known, address));
  return { ...world, addresses: new Map(world.addresses).set(address.interfaceIndex, next) };
}

/** Names are unique among trackers of one kind. */
export const trackerKey = (kind: ReportedTrackerKind, name: string): string => `${kind} ${name}`;

export const withTracker = (world: World, kind: ReportedTrackerKind, name: string, report: TrackerReport): World => ({
  ...world,
  trackers: new Map(world.trackers).set(trackerKey(kind, name), report),
});

export const withRefusedSocket = (world: World, socket: string, code: string): World => ({
  ...world,
  refusedSockets: new Map(world.refusedSockets).set(socket, code),
});

export function withOpenSocket(world: World, socket: string): World {
  if (!world.refusedSockets.has(socket)) return world;
  const refusedSockets = new Map(world.refusedSockets);
  refusedSockets.delete(socket);
  return { ...world, refusedSockets };
}

export const withRefusedLink = (world: World, name: string, reason: string): World => ({
  ...world,
  refusedLinks: new Map(world.refusedLinks).set(name, reason),
});

export function withoutRefusedLink(world: World, name: string): World {
  if (!world.refusedLinks.has(name)) return world;
  const refusedLinks = new Map(world.refusedLinks);
  refusedLinks.delete(name);
  return { ...world, refusedLinks };
}

export const withFilterRefusal = (world: World, filterRefusal: string): World => ({ ...world, filterRefusal });

export function withFilter(world: World): World {
  const { filterRefusal, ...rest } = world;
  return filterRefusal === undefined ? world : rest;
}

/** The interface that a virtual address goes on: its `dev`, or that of its instance. */
export const interfaceOf = (address: VirtualAddress, params: VirtualRouterParams): string | undefined =>
  address.interfaceName ?? params.interfaceName;

export function linkOf(world: World, address: VirtualAddress, params: VirtualRouterParams): Link | undefined {
  const name = interfaceOf(address, params);
  return name === undefined ? undefined : world.linksByName.get(name);
}

/** Whether the kernel has the address on that link. */
export function isPresent(world: World, address: VirtualAddress, link: Link): boolean {
  const { prefix, peer } = address;
  return (world.addresses.get(link.index) ?? []).some(
    (known) =>
      sameIp(known.prefix.address, prefix.address) &&
      known.prefix.length === (peer?.length ?? prefix.length) &&
      (peer === undefined ? known.peer === undefined : known.peer !== undefined && sameIp(known.peer, peer.address)),
  );
}

/** The address as the kernel has it, on that link or on any. */
export function findAddress(world: World, address: IpAddress, link?: Link): LinkAddress | undefined {
  const lists = link === undefined ? world.addresses.values() : [world.addresses.get(link.index) ?? []];
  for (const list of lists) {
    const found = list.find((known) => sameIp(known.prefix.address, address));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Unix time of an instant, in microseconds. */
export const wallTime = (world: World, at: Instant): Micros => micros(Math.max(0, at + world.wallOffset));
