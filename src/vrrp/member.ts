// A virtual router together with what the VRRP router keeps about it, and what the world means for it.
import { type IpAddress, formatIp } from "../base/ip.js";
import type { Instant } from "../base/time.js";
import type { Link } from "../wire/link.js";
import type { AuthenticationMemory } from "./authentication.js";
import { effectivePriority } from "./election.js";
import type { SocketIdentity } from "./effects.js";
import type { FaultCause } from "./events.js";
import type { Fights } from "./fights.js";
import type { ChecksumCover, TrackerParams, VirtualRouterParams } from "./params.js";
import { socketName, socketOf } from "./sockets.js";
import { linkOfInterface, sourceOf } from "./source.js";
import type { Statistics } from "./statistics.js";
import type { Upkeep } from "./upkeep.js";
import { linkFaults, linksKnown } from "./virtual-links.js";
import type { VirtualRouter } from "./virtual-router.js";
import { type World, trackerKey } from "./world.js";

export interface Member {
  readonly router: VirtualRouter;
  /** False while it is held in initialize: by a start delay, or by trackers that have not reported. */
  readonly started: boolean;
  /** Index of its sync group. */
  readonly group?: number;
  /** End of the start delay, while it lasts. */
  readonly startAt?: Instant;
  readonly resumeUntil?: Instant;
  /** IPv4 identification of the last datagram. */
  readonly identification: number;
  /** How a peer sums, where we do as it does. */
  readonly checksumCover?: ChecksumCover;
  readonly authentication: AuthenticationMemory;
  /** When the kernel's addresses are next compared with ours. */
  readonly checkAddressesAt?: Instant;
  /** Addresses that somebody else keeps changing. */
  readonly addressFights: Fights;
  /** Its routes and rules. */
  readonly routing: Upkeep;
  /** Kinds of complaint made since the last good advertisement: each is said once per outbreak. */
  readonly said: ReadonlySet<string>;
  /** This process has been master of it: its addresses may be ours. */
  readonly hasBeenMaster: boolean;
}

/** What the world means for one member. */
export interface Standing {
  readonly source?: IpAddress;
  /** The socket that it needs. */
  readonly socket?: SocketIdentity;
  readonly causes: readonly FaultCause[];
  readonly priority: number;
  /** False while a tracker has not reported for the first time, or a virtual link is being made. */
  readonly known: boolean;
}

export function standing(params: VirtualRouterParams, world: World, virtual: ReadonlySet<string>): Standing {
  const { interfaceName } = params;
  const link = linkOfInterface(params, world);
  const source = sourceOf(params, world, link, virtual);
  const socket = socketOf(params, source.address, world);
  const ups = params.trackers.map((tracker) => trackerUp(tracker, world));
  return {
    ...(source.address !== undefined && { source: source.address }),
    ...(socket !== undefined && { socket }),
    causes: [
      ...interfaceFaults(params, link),
      ...destinationFaults(params),
      ...(interfaceName === undefined || link !== undefined ? source.causes : []),
      ...(socket === undefined ? [] : socketFaults(socket, interfaceName, world)),
      ...linkFaults(params, world),
      ...trackerFaults(params.trackers, ups),
    ],
    priority: effectivePriority(
      params.priority,
      params.trackers.map((tracker, index) => weightOf(tracker, ups[index])),
    ),
    known: !ups.includes(undefined) && linksKnown(params, world),
  };
}

/** Whether what is tracked is up; undefined while nobody knows. An interface that does not exist is down. */
export const trackerUp = (tracker: TrackerParams, world: World): boolean | undefined =>
  tracker.kind === "interface"
    ? (world.linksByName.get(tracker.name)?.up ?? false)
    : world.trackers.get(trackerKey(tracker.kind, tracker.name));

/** Positive weights count while up, negative ones while down; `reverse` turns up and down around. */
export function weightOf(tracker: TrackerParams, up: boolean | undefined): number {
  if (up === undefined) return 0;
  const good = tracker.reverse ? !up : up;
  return tracker.weight > 0 === good ? tracker.weight : 0;
}

function trackerFaults(trackers: readonly TrackerParams[], ups: readonly (boolean | undefined)[]): FaultCause[] {
  const causes: FaultCause[] = [];
  for (const [index, tracker] of trackers.entries()) {
    const up = ups[index];
    if (tracker.weight !== 0 || up === undefined || up !== tracker.reverse) continue;
    causes.push(failureOf(tracker));
  }
  return causes;
}

function failureOf({ kind, name }: TrackerParams): FaultCause {
  switch (kind) {
    case "interface":
      return { kind: "trackedInterfaceDown", interfaceName: name };
    case "script":
      return { kind: "scriptFailed", script: name };
    case "bfd":
      return { kind: "bfdDown", session: name };
  }
}

function interfaceFaults({ interfaceName, trackPrimary }: VirtualRouterParams, link: Link | undefined): FaultCause[] {
  if (interfaceName === undefined) return [];
  if (link === undefined) return [{ kind: "interfaceMissing", interfaceName }];
  return trackPrimary && !link.up ? [{ kind: "interfaceDown", interfaceName }] : [];
}

const destinationFaults = ({ destination }: VirtualRouterParams): FaultCause[] =>
  destination.kind === "unicast" && destination.peers.length === 0 ? [{ kind: "noUnicastPeer" }] : [];

function socketFaults(socket: SocketIdentity, interfaceName: string | undefined, world: World): FaultCause[] {
  const code = world.refusedSockets.get(socketName(socket));
  return code === undefined ? [] : [{ kind: "socketRefused", subject: interfaceName ?? formatIp(socket.local), code }];
}

export const count = (member: Member, change: Partial<Statistics>): Member => ({
  ...member,
  router: { ...member.router, statistics: { ...member.router.statistics, ...change } },
});
