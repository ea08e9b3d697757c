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
import { type TrackerReport, type World, trackerKey } from "./world.js";

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
  const reports = params.trackers.map((tracker) => trackerReport(tracker, world));
  return {
    ...(source.address !== undefined && { source: source.address }),
    ...(socket !== undefined && { socket }),
    causes: [
      ...interfaceFaults(params, link),
      ...destinationFaults(params),
      ...(interfaceName === undefined || link !== undefined ? source.causes : []),
      ...(socket === undefined ? [] : socketFaults(socket, interfaceName, world)),
      ...linkFaults(params, world),
      ...trackerFaults(params.trackers, reports),
    ],
    priority: effectivePriority(
      params.priority,
      params.trackers.map((tracker, index) => weightOf(tracker, reports[index])),
    ),
    known: !reports.includes(undefined) && linksKnown(params, world),
  };
}

/** What is known of what is tracked; undefined while nobody knows. An interface that does not exist is down. */
export const trackerReport = (tracker: TrackerParams, world: World): TrackerReport | undefined =>
  tracker.kind === "interface"
    ? { up: world.linksByName.get(tracker.name)?.up ?? false }
    : world.trackers.get(trackerKey(tracker.kind, tracker.name));

/** A number in a file that moves the priority by less is a fault. */
const LEAST_MOVE = -253;
const GREATEST_MOVE = 253;

/** What the number in a file adds to the priority. */
const moveOf = ({ weight, reverse }: TrackerParams, value: number): number => value * (reverse ? -weight : weight);

/**
 * Positive weights count while up, negative ones while down; `reverse` turns up and down around. The number in a file is
 * multiplied by its weight, whatever it is.
 */
export function weightOf(tracker: TrackerParams, report: TrackerReport | undefined): number {
  if (report === undefined) return 0;
  const { up, value } = report;
  if (value !== undefined) return Math.max(LEAST_MOVE, Math.min(GREATEST_MOVE, moveOf(tracker, value)));
  const good = tracker.reverse ? !up : up;
  return tracker.weight > 0 === good ? tracker.weight : 0;
}

function trackerFaults(
  trackers: readonly TrackerParams[],
  reports: readonly (TrackerReport | undefined)[],
): FaultCause[] {
  const causes: FaultCause[] = [];
  for (const [index, tracker] of trackers.entries()) {
    const report = reports[index];
    if (report !== undefined && isFault(tracker, report)) causes.push(failureOf(tracker, report));
  }
  return causes;
}

const isFault = (tracker: TrackerParams, { up, value }: TrackerReport): boolean =>
  tracker.weight === 0 ? up === tracker.reverse : value !== undefined && moveOf(tracker, value) < LEAST_MOVE;

function failureOf({ kind, name }: TrackerParams, { value = 0 }: TrackerReport): FaultCause {
  switch (kind) {
    case "file":
      return { kind: "fileDown", file: name, value };
    case "process":
      return { kind: "processDown", process: name };
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
