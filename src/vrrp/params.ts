// What the VRRP engine is told about each virtual router. Configuration words end in `config/lower`; from here on units
// are in the types and defaults are filled in.
import type { IpAddress, IpFamily, IpPrefix } from "../base/ip.js";
import type { MacAddress } from "../base/mac.js";
import { type Micros, micros } from "../base/time.js";
import type { Route } from "../wire/route.js";
import type { Rule } from "../wire/rule.js";

/** RFC 5798 §5.2.1 calls it Version. */
export type VrrpVersion = 2 | 3;

/** An address that the master holds, with the options of its line (ip-address(8)). */
export interface VirtualAddress {
  readonly prefix: IpPrefix;
  /** `dev`: absent means the interface of the instance. */
  readonly interfaceName?: string;
  readonly broadcast?: IpAddress;
  /** Far end of a point-to-point address; its length replaces that of `prefix`. */
  readonly peer?: IpPrefix;
  /** RT_SCOPE_*: 0 global, 200 site, 253 link, 254 host. */
  readonly scope: number;
  readonly label?: string;
  readonly home: boolean;
  /** IPv6: skip duplicate address detection (IFA_F_NODAD). */
  readonly nodad: boolean;
  readonly manageTempAddress: boolean;
  readonly noPrefixRoute: boolean;
  readonly autoJoin: boolean;
  /** Absent: forever. 0 marks the address deprecated. */
  readonly preferredLifetimeSeconds?: number;
  /** False (`no_track`): a deletion from outside is nobody's business. */
  readonly tracked: boolean;
}

/** A route or a policy rule that the master holds, or that is always there. */
export type RoutingItem = {
  /** In the words of ip-route(8) and ip-rule(8). Items with the same name are the same for the kernel. */
  readonly name: string;
  /** False (`no_track`, or a lifetime): a deletion from outside is nobody's business. */
  readonly tracked: boolean;
} & (
  | {
      readonly kind: "route";
      readonly route: Route<string>;
      /** A VRF device, whose table it goes into instead of its own. */
      readonly vrf?: string;
    }
  | { readonly kind: "rule"; readonly rule: Rule }
);

/** A link of its own that an instance makes for its addresses. */
export interface VirtualLink {
  readonly name: string;
  /** The interface that it stands on. */
  readonly baseName: string;
  readonly form:
    | { readonly kind: "macvlan"; readonly mac: MacAddress }
    | {
        readonly kind: "ipvlan";
        readonly mode: "bridge" | "private" | "vepa";
        /** Its own address, there in every state. */
        readonly address?: IpPrefix;
      };
  /** Interface group. */
  readonly group?: number;
  /** Those of the addresses that go on it. */
  readonly families: readonly IpFamily[];
}

/** Gratuitous ARP and unsolicited neighbour advertisements. */
export interface AnnounceParams {
  /** Rounds sent on becoming master. */
  readonly repeat: number;
  /** Wait before the second burst; 0 means no second burst. */
  readonly delay: Micros;
  /** Period of the refresh while master; 0 means never. */
  readonly refresh: Micros;
  readonly refreshRepeat: number;
  /** Rounds sent when a lower priority advertisement is heard while master; 0 means none. */
  readonly lowerPriorityRepeat: number;
  readonly lowerPriorityDelay: Micros;
  /** Period of announcements on other interfaces than that of the instance (`garp_extra_if`); 0 means never. */
  readonly extraPeriod: Micros;
  /** On all of these interfaces, not only on those with a virtual MAC address. */
  readonly extraEverywhere: boolean;
}

/** The least time between two announcements. */
export interface PaceParams {
  /** Gap between two gratuitous ARPs; 0 means back to back. */
  readonly arp: Micros;
  /** The same for unsolicited neighbour advertisements. */
  readonly neighbour: Micros;
}

/** `garp_group`: interfaces that share a pace, as those behind one switch. */
export interface PaceGroupParams extends PaceParams {
  readonly interfaces: readonly string[];
}

/** A line of `unicast_peer`. */
export interface UnicastPeer {
  readonly address: IpAddress;
  /** Bounds of the TTL or hop limit of its advertisements, 0..255. */
  readonly minTtl: number;
  readonly maxTtl: number;
}

/** Where advertisements go, and whose are heard. */
export type AdvertDestination =
  | { readonly kind: "multicast"; readonly group: IpAddress }
  | {
      readonly kind: "unicast";
      readonly peers: readonly UnicastPeer[];
      /** TTL or hop limit of what is sent, 0..255. */
      readonly ttl: number;
      /** Advertisements of others than the peers are dropped. */
      readonly checkSource: boolean;
    };

/** What a checksum covers; `vrrp/checksum.ts` tells where each comes from. */
export type ChecksumCover = "message" | "pseudoHeader" | "groupPseudoHeader";

export interface ChecksumParams {
  /** How we sum. */
  readonly cover: ChecksumCover;
  /** Other ways in which the checksum of a peer is as good. */
  readonly recognises: readonly ChecksumCover[];
  /** Sum as the last peer did: it may know only that way. */
  readonly adapts: boolean;
}

export type Authentication =
  | { readonly type: "none" }
  /** RFC 2338 §5.3.6.1: clear text, eight octets, padded with zeros. */
  | { readonly type: "pass"; readonly key: readonly number[] }
  /** RFC 2338 §5.3.6.3: an IPsec authentication header in front of the message. IPv4 and version 2 only. */
  | { readonly type: "ah"; readonly key: readonly number[] }
  | HmacAuthentication;

/** keepalived's auth_hmac: a signed trailer behind each advertisement, of either version and family. */
export interface HmacAuthentication {
  readonly type: "hmac";
  /** The key ring: all of them are believed, `activeKey` signs. */
  readonly keys: readonly HmacKey[];
  /** The id of a key of the ring. */
  readonly activeKey: number;
  /** How far the clocks of two routers may differ, and how long the last stamp of a sender is remembered. */
  readonly window: Micros;
  /** "monotonic" does not look at the clock, only at the order. */
  readonly antiReplay: "time" | "monotonic";
  /** enforce: unsigned advertisements are dropped; permissive: believed; receiveOnly: believed, and ours are not signed. */
  readonly mode: "enforce" | "permissive" | "receiveOnly";
}

export interface HmacKey {
  /** 1..255 */
  readonly id: number;
  /** 32 to 64. */
  readonly octets: readonly number[];
}

/** What an instance can depend on. All but interfaces are watched elsewhere and reported by `trackerChanged` events. */
export type ReportedTrackerKind = "script" | "file" | "process" | "bfd";
export type TrackerKind = "interface" | ReportedTrackerKind;

/** Something the instance depends on. Without a weight its failure is a fault; with one it moves the priority. */
export interface TrackerParams {
  readonly kind: TrackerKind;
  readonly name: string;
  /**
   * -254..254. Positive: added while up. Negative: added while down. Zero: FAULT while down. The number in a file is
   * multiplied by it instead; with zero, any other number than 0 is down.
   */
  readonly weight: number;
  /** Turns the meaning of up and down around. */
  readonly reverse: boolean;
}

export interface VirtualRouterParams {
  /** The name of the vrrp_instance block: unique, and the key under which everybody speaks of it. */
  readonly name: string;
  /** Absent: unicast that goes by whichever link the route names; every address then names its own. */
  readonly interfaceName?: string;
  /** 1..255 */
  readonly vrid: number;
  readonly version: VrrpVersion;
  /** Of advertisements and of the addresses in them; excluded addresses may be of either. */
  readonly family: IpFamily;
  /** Base priority, 1..255; 255 is the address owner (RFC 5798 §5.2.4). */
  readonly priority: number;
  readonly advertisementInterval: Micros;
  /** `state`: where the instance starts. */
  readonly startAs: "master" | "backup";
  readonly preemptMode: boolean;
  readonly preemptDelay: Micros;
  /** Missed advertisements until the master is considered down; 3 in the RFC. */
  readonly downTimerAdverts: number;
  /** Announced in advertisements, in configuration order. */
  readonly addresses: readonly VirtualAddress[];
  /** Held by the master but not announced in advertisements. */
  readonly excludedAddresses: readonly VirtualAddress[];
  /** Routes, then rules, that are there while it is master. */
  readonly routing: readonly RoutingItem[];
  readonly destination: AdvertDestination;
  /** Addresses name the one that they go on as their `interfaceName`. */
  readonly virtualLinks: readonly VirtualLink[];
  /** The one of them that takes the addresses without `dev`; absent: the interface takes them. */
  readonly ownLink?: string;
  /** Source of the frames that carry advertisements (RFC 5798 §7.3); absent: that of the interface. */
  readonly advertMac?: MacAddress;
  /** Accept_Mode (RFC 5798 §6.1): packets to the virtual addresses are accepted, whoever owns them. */
  readonly acceptMode: boolean;
  /** When the first address of a subnet goes, the next takes its place, and the others stay. */
  readonly promoteSecondaries: boolean;
  /** `mcast_src_ip`, `unicast_src_ip`; absent: the primary address of the interface. */
  readonly sourceAddress?: IpAddress;
  /** FAULT while `sourceAddress` is not configured on the interface. */
  readonly trackSourceAddress: boolean;
  /** False (`dont_track_primary`): the own interface going down is no fault. */
  readonly trackPrimary: boolean;
  readonly authentication: Authentication;
  readonly checksum: ChecksumParams;
  readonly announce: AnnounceParams;
  readonly lowerPriorityNoAdvert: boolean;
  readonly higherPrioritySendAdvert: boolean;
  /**
   * `timer_expired_backup`: after standing still for so long that a backup of this priority has taken over, give way to
   * it. Absent: never.
   */
  readonly giveWayToPriority?: number;
  readonly ownerIgnoreAdverts: boolean;
  /** Skip comparing the address list of an advertisement when its sender is that of the one before. */
  readonly skipAddressCheckOfSameSender: boolean;
  readonly trackers: readonly TrackerParams[];
  /** Name of the sync group that it is a member of. */
  readonly syncGroup?: string;
}

/** vrrp_sync_group: instances that change state together. */
export interface SyncGroupParams {
  readonly name: string;
  /** Names of instances, those included that cannot work. */
  readonly members: readonly string[];
}

/** An instance that cannot work, with the reason: shown in FAULT while the others go on. */
export interface ImpossibleInstance {
  readonly name: string;
  readonly interfaceName?: string;
  readonly vrid?: number;
  readonly reason: string;
}

/** How the rules of nf_tables for Accept_Mode are made. */
export interface FilterParams {
  /** The name of the table of either family. */
  readonly table: string;
  /** Of its chains. */
  readonly priority: number;
  /** Count what the rules match. */
  readonly counters: boolean;
  /** Tell the links of link-local addresses by index, not by name. */
  readonly byIndex: boolean;
}

/** What is there whatever the state of any instance. */
export interface StaticParams {
  /** Each with its interface. */
  readonly addresses: readonly VirtualAddress[];
  /** Routes, then rules. */
  readonly routing: readonly RoutingItem[];
}

/** Everything the vrrp process is configured with. */
export interface VrrpRouterParams {
  readonly instances: readonly VirtualRouterParams[];
  readonly impossible: readonly ImpossibleInstance[];
  readonly syncGroups: readonly SyncGroupParams[];
  readonly statics: StaticParams;
  /** Of each interface that is in no group. */
  readonly pace: PaceParams;
  readonly paceGroups: readonly PaceGroupParams[];
  /** Hold instances in INIT this long after the start of the daemon. */
  readonly startupDelay: Micros;
  /** The same after the start of the machine; the longer of the two counts. */
  readonly delayAfterBoot: Micros;
  readonly logUnknownVrids: boolean;
  readonly filter: FilterParams;
  /** Marks the links that this daemon has made (`ip link show` tells it), so that a successor knows them. */
  readonly linkAlias: string;
  /** No IGMP reports for the groups of a link (224.0.0.x). */
  readonly noLocalIgmp: boolean;
}

/** An address without any option. */
export const plainAddress = (prefix: IpPrefix): VirtualAddress => ({
  prefix,
  scope: 0,
  home: false,
  nodad: true,
  manageTempAddress: false,
  noPrefixRoute: false,
  autoJoin: false,
  tracked: true,
});

/** Nothing is configured. */
export const noRouterParams: VrrpRouterParams = {
  instances: [],
  impossible: [],
  syncGroups: [],
  statics: { addresses: [], routing: [] },
  pace: { arp: micros(0), neighbour: micros(0) },
  paceGroups: [],
  startupDelay: micros(0),
  delayAfterBoot: micros(0),
  logUnknownVrids: false,
  filter: { table: "keepalived", priority: -1, counters: false, byIndex: false },
  linkAlias: "vipd",
  noLocalIgmp: false,
};
