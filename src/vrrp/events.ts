// What can happen to a virtual router, and to the VRRP router that holds them all.
import type { IpAddress, IpFamily } from "../base/ip.js";
import type { Instant } from "../base/time.js";
import type { Advertisement } from "../wire/vrrp.js";
import type { Link, LinkAddress } from "../wire/link.js";
import type { Reason } from "./effects.js";
import type { RouteSlot } from "../wire/route.js";
import type { RuleSlot } from "../wire/rule.js";
import type { ReportedTrackerKind, VirtualAddress, VirtualRouterParams, VrrpRouterParams } from "./params.js";
import type { SocketIdentity } from "./effects.js";

/** Why an instance cannot take part; it leaves FAULT when none is left. */
export type FaultCause =
  | { readonly kind: "interfaceMissing" | "interfaceDown"; readonly interfaceName: string }
  | { readonly kind: "noSourceAddress"; readonly interfaceName: string; readonly family: IpFamily }
  /** Tentative: IPv6 duplicate address detection is under way; duplicate: it has failed. */
  | {
      readonly kind: "sourceAddressMissing" | "sourceAddressTentative" | "sourceAddressDuplicate";
      readonly address: string;
      /** Absent where any interface would do. */
      readonly interfaceName?: string;
    }
  | { readonly kind: "trackedInterfaceDown"; readonly interfaceName: string }
  | { readonly kind: "scriptFailed"; readonly script: string }
  /** The number in the file is not 0, or it times its weight is too little; reversed: it is 0. */
  | { readonly kind: "fileDown"; readonly file: string; readonly value: number }
  /** Too few processes run, or too many; reversed: as many as should be. */
  | { readonly kind: "processDown"; readonly process: string }
  | { readonly kind: "bfdDown"; readonly session: string }
  | { readonly kind: "duplicateVrid"; readonly with: string }
  /** unicast_fault_no_peer */
  | { readonly kind: "noUnicastPeer" }
  /** The VRRP socket of that interface or address could not be opened; it is tried again every second. */
  | { readonly kind: "socketRefused"; readonly subject: string; readonly code: string }
  /** The link for its addresses cannot be made; it is tried again every second. */
  | { readonly kind: "virtualLinkRefused"; readonly interfaceName: string; readonly reason: string }
  | { readonly kind: "configuration"; readonly reason: string }
  /** A member of the sync group has a fault of its own. */
  | { readonly kind: "syncGroup"; readonly group: string; readonly instance: string };

/** Events of one virtual router. */
export type VrrpEvent =
  | {
      readonly kind: "startup";
      /** A predecessor process was master and its peers cannot have noticed its death before this instant. */
      readonly resumeUntil?: Instant;
      /** The sync group that a reload has put the new instance into: it is master, so this one has to be. */
      readonly joinsMasterGroup?: string;
    }
  | { readonly kind: "shutdown"; readonly why: "shutdown" | "removedByReload" }
  | { readonly kind: "timeout" }
  /** The sync group changes state, and this member with it. */
  | {
      readonly kind: "groupLeads";
      readonly to: "master" | "backup";
      /** Say so with priority 0. */
      readonly resign: boolean;
      readonly reason: Reason;
    }
  /** Another member of the sync group has heard a lower priority advertisement: this one's addresses are announced too. */
  | { readonly kind: "announceAgain" }
  | { readonly kind: "advertReceived"; readonly from: IpAddress; readonly advert: Advertisement }
  /** The whole list of causes as it is now; empty when nothing is wrong. */
  | { readonly kind: "faultsChanged"; readonly causes: readonly FaultCause[] }
  | { readonly kind: "priorityChanged"; readonly priority: number }
  /** The address that advertisements are sent from. */
  | { readonly kind: "sourceChanged"; readonly source: IpAddress }
  | { readonly kind: "paramsReplaced"; readonly params: VirtualRouterParams }
  /** Addresses of ours that the kernel no longer has while we are master. */
  | { readonly kind: "addressesLost"; readonly addresses: readonly VirtualAddress[] }
  /** Duplicate address detection of an IPv6 address of ours has ended while we are master. */
  | { readonly kind: "addressChecked"; readonly address: VirtualAddress; readonly outcome: "usable" | "duplicate" };

/** A whole IPv4 or IPv6 datagram, header included, and the socket that it came by. */
export interface ReceivedDatagram {
  readonly socket: SocketIdentity;
  readonly bytes: Uint8Array;
}

/** When the daemon and the machine were started. */
export interface StartTimes {
  readonly daemon: Instant;
  readonly boot: Instant;
}

/** What a predecessor of this process was last known to be. */
export interface Resumption {
  readonly instance: string;
  /** Peers wait at least until then for its next advertisement. */
  readonly until: Instant;
}

/** What came of one route or rule. */
export type ItemOutcome = { readonly name: string } & (
  | { readonly result: "added" | "present" | "removed" | "absent" }
  | { readonly result: "refused"; readonly code: string }
);

type FootingEffect = "createLink" | "removeLink" | "switchLinks" | "tune" | "filter";

/** The answer of a system call that did not do what an effect asked for. */
export interface Refusal {
  readonly effect: "transmit" | "announce" | "installAddresses" | "removeAddresses" | "listen" | FootingEffect;
  readonly syscall: string;
  readonly errno: number;
  /** For example "ENETDOWN". */
  readonly code: string;
  /** What it was about: an interface, or an address on one. */
  readonly subject: string;
  readonly socket?: SocketIdentity;
  readonly instance?: string;
}

/** Events of the whole VRRP router: the one point that every input of the vrrp process passes. */
export type RouterEvent =
  | {
      readonly kind: "configure";
      readonly params: VrrpRouterParams;
      readonly resume: readonly Resumption[];
      /** What the start delays count from; absent: now, and no delay after boot. */
      readonly since?: StartTimes;
      /** What a predecessor that died was configured with: it has removed nothing. */
      readonly leftBy?: VrrpRouterParams;
    }
  | { readonly kind: "shutdown" | "timeout" }
  | ({ readonly kind: "datagram" } & ReceivedDatagram)
  /** The kernel's whole view, after the start and after an overrun of the netlink socket. */
  | { readonly kind: "resync"; readonly links: readonly Link[]; readonly addresses: readonly LinkAddress[] }
  | { readonly kind: "linkChanged"; readonly link: Link }
  | { readonly kind: "linkRemoved"; readonly index: number }
  /** A link begins or ceases to forward IPv6 packets. */
  | { readonly kind: "forwardingChanged"; readonly index: number; readonly forwarding: boolean }
  | { readonly kind: "addressAdded" | "addressRemoved"; readonly address: LinkAddress }
  /** Only routes of protocol keepalived. */
  | { readonly kind: "routeAdded" | "routeRemoved"; readonly route: RouteSlot }
  | { readonly kind: "ruleAdded" | "ruleRemoved"; readonly rule: RuleSlot }
  /** The answer to `installRouting` and `removeRouting`. */
  | {
      readonly kind: "routingDone";
      /** Absent: static routes and rules. */
      readonly instance?: string;
      readonly checking: boolean;
      readonly outcomes: readonly ItemOutcome[];
    }
  /** The verdict on something tracked, once known and whenever it changes. */
  | {
      readonly kind: "trackerChanged";
      readonly tracker: ReportedTrackerKind;
      readonly name: string;
      readonly up: boolean;
      /** The number in a file. */
      readonly value?: number;
    }
  /** The counters of all instances begin anew. */
  | { readonly kind: "statisticsCleared" }
  /** The clock on the wall was set, or read for the first time; see {@link World.wallOffset}. */
  | { readonly kind: "clockChanged"; readonly wallOffset: number }
  /** The answer to a `listen` effect that succeeded. */
  | { readonly kind: "listening"; readonly socket: SocketIdentity }
  /** The answer to a `filter` effect that succeeded. */
  | { readonly kind: "filtered" }
  | { readonly kind: "refused"; readonly refusal: Refusal };
