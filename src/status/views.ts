// Views of the engines' states, as the status socket, the dumps and vipctl show them: flat, JSON, stable.
import type { Instant } from "../base/time.js";
import type { FaultCause } from "../vrrp/events.js";
import type { Reason, StateName } from "../vrrp/effects.js";
import type { TrackerKind } from "../vrrp/params.js";
import type { Statistics } from "../vrrp/statistics.js";

export interface AddressView {
  /** As `ip addr` writes it: 10.0.0.1/24. */
  readonly address: string;
  readonly interfaceName: string;
  readonly excluded: boolean;
  /** Present in the kernel, as far as its notifications tell. */
  readonly present: boolean;
  /** IPv6 duplicate address detection is under way, or has found another host with the address. */
  readonly detection?: "tentative" | "duplicate";
}

/** A route or a rule. */
export interface RoutingView {
  /** In the words of ip-route(8) or ip-rule(8). */
  readonly item: string;
  /** Present in the kernel, as far as its last answer tells. */
  readonly present: boolean;
  /** Why it is not there although it should be. */
  readonly trouble?: string;
}

export interface TrackerView {
  readonly kind: TrackerKind;
  readonly name: string;
  readonly weight: number;
  readonly reverse: boolean;
  /** Absent: not known yet. */
  readonly up?: boolean;
  /** The number in a file. */
  readonly value?: number;
}

export interface PeerView {
  readonly address: string;
  readonly priority: number;
  readonly lastHeard: Instant;
}

/** A link that an instance has made for its addresses. */
export interface VirtualLinkView {
  readonly name: string;
  /** The interface that it stands on. */
  readonly baseName: string;
  /** Absent: that of the interface below it. */
  readonly mac?: string;
  readonly state: "on" | "off" | "missing";
}

export interface InstanceView {
  readonly name: string;
  readonly state: StateName;
  readonly since: Instant;
  readonly reason: Reason;
  readonly faults: readonly FaultCause[];
  /** Absent: unicast that goes by whichever link the route names. */
  readonly interfaceName?: string;
  readonly vrid: number;
  readonly version: 2 | 3;
  readonly family: 4 | 6;
  readonly basePriority: number;
  readonly effectivePriority: number;
  readonly sourceAddress?: string;
  /** Where advertisements go: the group, or the unicast peers. */
  readonly destinations: readonly string[];
  readonly advertisementIntervalMicros: number;
  readonly masterAdvertisementIntervalMicros: number;
  readonly masterDownIntervalMicros: number;
  readonly preempt: boolean;
  readonly preemptDelayMicros: number;
  /** The router last heard, while we are not master ourselves. */
  readonly master?: PeerView;
  /** When a backup will take over unless it hears the master; when a master will advertise next. */
  readonly nextDeadline?: Instant;
  readonly addresses: readonly AddressView[];
  /** Absent: there are none. */
  readonly virtualLinks?: readonly VirtualLinkView[];
  /** Accept_Mode false: packets to the addresses are dropped, or with `trouble` the reason why they are not. */
  readonly filtered?: { readonly trouble?: string };
  /** Routes, then rules. */
  readonly routing: readonly RoutingView[];
  readonly trackers: readonly TrackerView[];
  readonly syncGroup?: string;
  readonly statistics: Statistics;
  /** The process that was in this state has ended then, and its successor has not spoken yet: nobody advertises. */
  readonly abandonedAt?: Instant;
}

/** A sync group (vrrp_sync_group). */
export interface GroupView {
  readonly name: string;
  /** The state that all members were last in together. */
  readonly state: StateName;
  readonly since: Instant;
  /** The member that led the others there, and why. Absent: the group has not started. */
  readonly leader?: { readonly instance: string; readonly reason: Reason };
  /** Names of instances. */
  readonly members: readonly string[];
  /** Members that hear no master and would be it, if all did. */
  readonly waiting: readonly string[];
}

/** What is there whatever the instances do. */
export interface StaticsView {
  readonly addresses: readonly AddressView[];
  readonly routing: readonly RoutingView[];
}

export interface ProcessView {
  readonly pid: number;
  readonly startedAt: Instant;
  /** How late the timer woke the process: worst since the start, and the last value. */
  readonly timerLatenessMaxMicros: number;
  readonly timerLatenessLastMicros: number;
  /** Datagrams that could not be given to an instance or a session, by reason. */
  readonly unattributed: Readonly<Record<string, number>>;
  readonly netlinkOverruns: number;
  readonly realtime: boolean;
  readonly memoryLocked: boolean;
  /** Only of the vrrp process, and only where some are configured. */
  readonly statics?: StaticsView;
}
