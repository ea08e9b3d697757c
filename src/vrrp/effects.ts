// What the VRRP engine wants done. Effects are performed in order.
import type { Instant, Micros } from "../base/time.js";
import type { IpAddress } from "../base/ip.js";
import type { MacAddress } from "../base/mac.js";
import type { Route } from "../wire/route.js";
import type { Rule } from "../wire/rule.js";
import type { FaultCause } from "./events.js";
import type { FilterParams, RoutingItem, VirtualAddress, VirtualLink } from "./params.js";
import type { RejectReason } from "./receive.js";

/** States as the RFC and keepalived name them; RFC 9568 says Active for master. */
export type StateName = "initialize" | "backup" | "master" | "fault" | "stopped";

/** Why a state was entered, for machines to read; `status` puts it into words. */
export type Reason =
  | { readonly code: "startup" }
  | { readonly code: "startupAsMaster" }
  | { readonly code: "resumed" }
  | { readonly code: "addressOwner" }
  /** No advertisement for the whole master down interval. */
  | { readonly code: "masterDownTimerExpired"; readonly lastHeard?: string }
  /** The master gave up with priority 0 and the skew time has passed. */
  | { readonly code: "masterResigned"; readonly master: string }
  /** The master has a lower priority than we have, and we preempt. */
  | { readonly code: "preempting"; readonly master: string; readonly masterPriority: number; readonly priority: number }
  | { readonly code: "higherPriorityAdvert"; readonly from: string; readonly theirs: number; readonly ours: number }
  | { readonly code: "equalPriorityHigherAddress"; readonly from: string; readonly priority: number }
  /** The process stood still so long that there must be another master by now (timer_expired_backup). */
  | { readonly code: "stoodStill"; readonly span: Micros }
  | { readonly code: "fault"; readonly causes: readonly FaultCause[] }
  | { readonly code: "faultCleared" }
  /** A member of the sync group left the state, and the others go with it. */
  | { readonly code: "syncGroup"; readonly group: string; readonly instance: string; readonly because: Reason }
  /** A reload put the new instance into a sync group that is master. */
  | { readonly code: "joinedMasterGroup"; readonly group: string }
  /** A reload put instances that run already into one sync group. */
  | { readonly code: "regrouped"; readonly group: string }
  | { readonly code: "shutdown" }
  | { readonly code: "removedByReload" };

/** Something an operator has to know. Said once per outbreak, counted always. */
export type Complaint =
  | { readonly kind: "rejected"; readonly reason: RejectReason; readonly from: string; readonly detail: string }
  | { readonly kind: "addressListMismatch"; readonly from: string; readonly detail: string }
  | { readonly kind: "checksumMismatch"; readonly from: string; readonly detail: string }
  | { readonly kind: "intervalMismatch"; readonly from: string; readonly detail: string }
  | { readonly kind: "sameAddressSamePriority"; readonly from: string; readonly detail: string }
  | { readonly kind: "twoAddressOwners"; readonly from: string; readonly detail: string }
  | { readonly kind: "addressesRestored"; readonly addresses: readonly string[]; readonly detail: string }
  /** Routes or rules that went missing and were put back. */
  | { readonly kind: "routingRestored"; readonly items: readonly string[]; readonly detail: string }
  /** What somebody else put where only the master has it, and what was removed for that reason. */
  | { readonly kind: "strangersRemoved"; readonly items: readonly string[]; readonly detail: string }
  /** Put right again and again: it is done more and more slowly from here on. */
  | { readonly kind: "fight"; readonly items: readonly string[]; readonly detail: string }
  /** Duplicate address detection: another host on the link has a virtual address. */
  | { readonly kind: "duplicateAddress"; readonly address: string; readonly interfaceName: string }
  /** The rules of Accept_Mode are not in force. */
  | { readonly kind: "filterRefused"; readonly detail: string }
  | { readonly kind: "refused"; readonly detail: string };

/** Effects of one virtual router. */
export type VrrpEffect =
  | { readonly kind: "sendAdvert"; readonly priority: number }
  | { readonly kind: "installAddresses" | "removeAddresses"; readonly addresses: readonly VirtualAddress[] }
  /** In the order given; removed in the opposite one. */
  | { readonly kind: "installRouting" | "removeRouting"; readonly items: readonly RoutingItem[] }
  | {
      readonly kind: "announce";
      readonly addresses: readonly VirtualAddress[];
      readonly rounds: number;
      /** Only those on links with a virtual MAC address. */
      readonly virtualMacOnly?: true;
    }
  /** Tell the neighbours anew where our source address is: unicast peers must find us. */
  | { readonly kind: "announceSource" }
  | { readonly kind: "transition"; readonly from: StateName; readonly to: StateName; readonly reason: Reason }
  | { readonly kind: "priority"; readonly from: number; readonly to: number }
  /** keepalived's MASTER_RX_LOWER_PRI. */
  | { readonly kind: "lowerPriorityHeard"; readonly from: IpAddress; readonly priority: number }
  | { readonly kind: "complain"; readonly about: Complaint };

/** A virtual address with the link it goes on. */
export interface PlacedAddress {
  readonly interfaceIndex: number;
  readonly interfaceName: string;
  readonly address: VirtualAddress;
}

/** A route or a rule with the indices of its links. */
export type PlacedItem = { readonly name: string } & (
  { readonly kind: "route"; readonly route: Route<number> } | { readonly kind: "rule"; readonly rule: Rule }
);

/** An Ethernet frame and the link it leaves by. */
export interface OutgoingFrame {
  readonly interfaceIndex: number;
  readonly frame: Uint8Array;
}

/** A virtual address of which no packet is accepted. */
export interface BlockedAddress {
  readonly address: IpAddress;
  /** The link that it goes on; the index is 0 while there is no such link. */
  readonly interfaceName: string;
  readonly interfaceIndex: number;
}

/** Accept_Mode false: packets to and from these addresses are dropped, by rules as {@link FilterParams} has them. */
export interface PacketFilter extends FilterParams {
  readonly blocked: readonly BlockedAddress[];
}

/** What a VRRP socket is known by. Virtual routers with the same one share it. */
export interface SocketIdentity {
  /** The link it is bound to; absent: any (unicast without `interface`). */
  readonly interfaceIndex?: number;
  /** Where its datagrams come to: the group that it joins, or for unicast the address that it is bound to. */
  readonly local: IpAddress;
  /** Its datagrams carry VRRP behind an IPsec authentication header: IP protocol 51 instead of 112. */
  readonly behindAh?: true;
}

/** A setting of the kernel that virtual links need. */
export type Setting =
  /** `path` is below /proc/sys/net. */
  | { readonly kind: "value"; readonly path: string; readonly value: string }
  /** No reverse path filter on these links, while all others filter as they did (RFC 3704). */
  | { readonly kind: "looseReversePath"; readonly exempt: readonly string[] };

/** A setting that differs from what was found. */
export interface TunedSetting {
  readonly path: string;
  /** What was found before the first change. */
  readonly before: string;
  readonly now: string;
}

/** Effects of the whole VRRP router, ready for a host to perform. */
export type RouterEffect =
  /** Open a VRRP socket, or open it anew; answered by `listening` or `refused`. */
  | { readonly kind: "listen"; readonly socket: SocketIdentity; readonly interfaceName?: string }
  | { readonly kind: "stopListening"; readonly socket: SocketIdentity }
  /** A whole IPv4 or IPv6 datagram, header included. */
  | {
      readonly kind: "transmit";
      readonly instance: string;
      readonly socket: SocketIdentity;
      readonly destination: IpAddress;
      /** Of the frame; absent: that of the interface. */
      readonly sourceMac?: MacAddress;
      readonly datagram: Uint8Array;
    }
  | {
      readonly kind: "installAddresses" | "removeAddresses";
      /** Absent: static addresses. */
      readonly instance?: string;
      readonly addresses: readonly PlacedAddress[];
    }
  /** Answered by `routingDone`. */
  | {
      readonly kind: "installRouting" | "removeRouting";
      /** Absent: static routes and rules. */
      readonly instance?: string;
      readonly items: readonly PlacedItem[];
      /** Everything should be as asked for already: what is not was somebody else's doing. */
      readonly checking: boolean;
    }
  /** Make a link, switched off unless it is an ipvlan, or change the one that is there; its appearance is the answer. */
  | {
      readonly kind: "createLink";
      readonly link: VirtualLink;
      /** Index of the link that it stands on. */
      readonly lower: number;
      /** Absent: somebody else made it, and its alias stays. */
      readonly alias?: string;
    }
  /** The index is absent while the kernel has not told of the link yet. */
  | { readonly kind: "removeLink"; readonly interfaceIndex?: number; readonly interfaceName: string }
  | {
      readonly kind: "switchLinks";
      readonly instance: string;
      readonly links: readonly { readonly interfaceIndex: number; readonly interfaceName: string }[];
      readonly on: boolean;
    }
  /** Exactly these settings are to differ from what was found. */
  | { readonly kind: "tune"; readonly settings: readonly Setting[] }
  /** Exactly this filter is to be in force; absent: none. Answered by `filtered` or `refused`. */
  | { readonly kind: "filter"; readonly filter?: PacketFilter }
  | { readonly kind: "announce"; readonly instance: string; readonly frames: readonly OutgoingFrame[] }
  | {
      readonly kind: "transition";
      readonly instance: string;
      readonly from: StateName;
      readonly to: StateName;
      readonly reason: Reason;
      /** Effective priority at that moment: scripts are told. */
      readonly priority: number;
      readonly at: Instant;
    }
  /** All members of a sync group are in `to` now; it stands behind their transitions (before them at the start). */
  | {
      readonly kind: "groupTransition";
      readonly group: string;
      readonly from: StateName;
      readonly to: StateName;
      /** The member that led the others, and why it did. */
      readonly instance: string;
      readonly reason: Reason;
      readonly at: Instant;
    }
  | { readonly kind: "priority"; readonly instance: string; readonly from: number; readonly to: number }
  | { readonly kind: "lowerPriorityHeard"; readonly instance: string; readonly from: string; readonly priority: number }
  /** `instance` is absent where no instance is concerned, for example an unknown VRID. */
  | { readonly kind: "complain"; readonly instance?: string; readonly about: Complaint }
  /** After `shutdown`: every instance has left; the process may end. */
  | { readonly kind: "finished" };
