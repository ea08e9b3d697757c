// Routes, rules and addresses as they are written, and what paces or delays the network's news.
import type { IpAddress, IpFamily, IpPrefix } from "../base/ip.js";
import type { Micros } from "../base/time.js";
import type { VirtualAddress } from "../vrrp/params.js";
import type { RouteType } from "../wire/route.js";
import type { Mark, Range } from "../wire/rule.js";
import type { Word } from "./source.js";

/** A line of `static_ipaddress`. */
export interface StaticAddressConf {
  readonly address: VirtualAddress;
  readonly trackGroup?: string;
  readonly at: Word;
}

/** Lightweight tunnel encapsulation, ip-route(8). */
export interface EncapConf {
  readonly kind: "ip" | "ip6" | "mpls" | "ila";
  id?: bigint;
  destination?: IpAddress;
  source?: IpAddress;
  /** `tos` or `tc`. */
  trafficClass?: number;
  /** `ttl` or `hoplimit`. */
  hopLimit?: number;
  flags?: number;
  /** MPLS labels of 20 bits. */
  labels?: readonly number[];
  /** ILA locator of 64 bits. */
  locator?: bigint;
}

export interface NextHopConf {
  via?: IpAddress;
  interfaceName?: string;
  weight?: number;
  onLink?: boolean;
  realms?: number;
  encap?: EncapConf;
}

/** A metric of RTA_METRICS, and whether path MTU discovery and the like must leave it alone. */
export interface MetricConf {
  readonly value: number;
  readonly locked: boolean;
}

export interface RouteConf extends NextHopConf {
  destination?: IpPrefix;
  type: RouteType;
  family?: IpFamily;
  preferredSource?: IpAddress;
  source?: IpPrefix;
  trafficClass?: number;
  table?: number;
  protocol?: number;
  scope?: number;
  priority?: number;
  expiresSeconds?: number;
  mtu?: MetricConf;
  hopLimit?: MetricConf;
  advertisedMss?: MetricConf;
  /** Eighths of a millisecond. */
  rtt?: MetricConf;
  /** Quarters of a millisecond. */
  rttVariance?: MetricConf;
  /** Milliseconds. */
  rtoMin?: MetricConf;
  initialCwnd?: MetricConf;
  initialReceiveWindow?: MetricConf;
  reordering?: MetricConf;
  window?: MetricConf;
  cwnd?: MetricConf;
  slowStartThreshold?: MetricConf;
  explicitCongestion?: boolean;
  quickAck?: boolean;
  congestionControl?: { readonly name: string; readonly locked: boolean };
  preference?: number;
  ttlPropagate?: boolean;
  fastOpenNoCookie?: boolean;
  placement: "add" | "prepend" | "append";
  nextHops: NextHopConf[];
  tracked: boolean;
  trackGroup?: string;
  vrf?: string;
  at: Word;
}

export interface RuleConf {
  family?: IpFamily;
  from?: IpPrefix;
  to?: IpPrefix;
  not: boolean;
  preference?: number;
  trafficClass?: number;
  fwmark?: Mark;
  realms?: number;
  suppressPrefixLength?: number;
  suppressInterfaceGroup?: number;
  inputInterface?: string;
  outputInterface?: string;
  tunnelId?: bigint;
  userIds?: Range;
  l3Master: boolean;
  protocol?: number;
  ipProtocol?: number;
  sourcePorts?: Range;
  destinationPorts?: Range;
  /** What is done with what matches; absent: nothing is written. */
  action?:
    | { readonly kind: "table"; readonly table: number }
    | { readonly kind: "goto"; readonly preference: number }
    | { readonly kind: "nop" | "blackhole" | "unreachable" | "prohibit" };
  tracked: boolean;
  trackGroup?: string;
  /** Place in reading order. */
  readonly order: number;
  at: Word;
}

/** `garp_group`: interfaces that share a pace. */
export interface GarpGroupConf {
  garpInterval?: Micros;
  gnaInterval?: Micros;
  interfaceName?: string;
  interfaces: InterfaceWord[];
}

export interface InterfaceWord {
  readonly name: string;
  readonly at: Word;
}

/** A line of `interface_up_down_delays`. */
export interface InterfaceDelayConf extends InterfaceWord {
  readonly down: Micros;
  readonly up: Micros;
}

/** A line of `linkbeat_interfaces`. */
export interface LinkbeatConf extends InterfaceWord {
  readonly method: "MII" | "ETHTOOL" | "IOCTL";
}
