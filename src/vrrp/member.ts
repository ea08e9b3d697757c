// A virtual router together with what the VRRP router keeps about it, and what the world means for it.
import { type IpAddress, formatIp } from "../base/ip.js";
import type { Instant } from "../base/time.js";
import type { Link } from "../wire/link.js";
import { OWNER_PRIORITY, effectivePriority } from "./election.js";
import type { FaultCause } from "./events.js";
import type { TrackerParams, VirtualRouterParams } from "./params.js";
import type { VirtualRouter } from "./virtual-router.js";
import { type World, hasAddress, primaryAddress, trackerKey } from "./world.js";

export interface Member {
  readonly router: VirtualRouter;
  /** False while it is held in initialize: by a start delay, or by trackers that have not reported. */
  readonly started: boolean;
  /** End of the start delay. */
  readonly startAt: Instant;
  readonly resumeUntil?: Instant;
  /** IPv4 identification of the last datagram. */
  readonly identification: number;
  /** When the kernel's addresses are next compared with ours. */
  readonly checkAddressesAt?: Instant;
  /** Kinds of complaint made since the last good advertisement: each is said once per outbreak. */
  readonly said: ReadonlySet<string>;
  /** This process has been master of it: its addresses may be ours. */
  readonly hasBeenMaster: boolean;
}

/** What the world means for one member. */
export interface Standing {
  readonly link?: Link;
  readonly source?: IpAddress;
  readonly causes: readonly FaultCause[];
  readonly priority: number;
  /** False while a tracker has not reported for the first time. */
  readonly known: boolean;
}

export function standing(params: VirtualRouterParams, world: World, virtual: ReadonlySet<string>): Standing {
  const link = world.linksByName.get(params.interfaceName);
  const source = link === undefined ? undefined : sourceAddress(params, world, link, virtual);
  const ups = params.trackers.map((tracker) => trackerUp(tracker, world));
  return {
    ...(link !== undefined && { link }),
    ...(source !== undefined && { source }),
    causes: [...interfaceFaults(params, world, link, source), ...trackerFaults(params.trackers, ups)],
    priority: effectivePriority(
      params.priority,
      params.trackers.map((tracker, index) => weightOf(tracker, ups[index])),
    ),
    known: !ups.includes(undefined),
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

function interfaceFaults(
  params: VirtualRouterParams,
  world: World,
  link: Link | undefined,
  source: IpAddress | undefined,
): FaultCause[] {
  const { interfaceName } = params;
  if (link === undefined) return [{ kind: "interfaceMissing", interfaceName }];
  const causes: FaultCause[] = [];
  if (params.trackPrimary && !link.up) causes.push({ kind: "interfaceDown", interfaceName });
  if (source === undefined) causes.push({ kind: "noSourceAddress", interfaceName });
  if (params.trackSourceAddress && params.sourceAddress !== undefined) {
    if (!hasAddress(world, link, params.sourceAddress)) {
      causes.push({ kind: "sourceAddressMissing", address: formatIp(params.sourceAddress), interfaceName });
    }
  }
  const refused = world.refusedSockets.get(link.index);
  if (refused !== undefined) causes.push({ kind: "socketRefused", interfaceName, code: refused });
  return causes;
}

/** mcast_src_ip, or the primary address; only the address owner may speak from a virtual address. */
function sourceAddress(
  params: VirtualRouterParams,
  world: World,
  link: Link,
  virtual: ReadonlySet<string>,
): IpAddress | undefined {
  if (params.sourceAddress !== undefined) return params.sourceAddress;
  const primary = primaryAddress(world, link, params.family, virtual);
  if (primary !== undefined || params.priority !== OWNER_PRIORITY) return primary;
  return primaryAddress(world, link, params.family, new Set());
}
