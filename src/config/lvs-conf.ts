// Virtual servers, their real servers and checkers as they are written. Whatever is absent is inherited: a checker takes
// it from its real server, that from its virtual server, that from global_defs or keepalived's default.
import type { Identity } from "../base/command.js";
import type { IpAddress, IpFamily } from "../base/ip.js";
import type { Micros } from "../base/time.js";
import type { AddressWord, ScriptConf, TrackWeight } from "./conf.js";
import type { Section } from "./table.js";
import type { Word } from "./source.js";

export type Scheduler = (typeof SCHEDULERS)[number];
export const SCHEDULERS = [
  "rr",
  "wrr",
  "lc",
  "wlc",
  "lblc",
  "lblcr",
  "sh",
  "mh",
  "dh",
  "fo",
  "ovf",
  "sed",
  "nq",
  "twos",
] as const;

export type TransportProtocol = "TCP" | "UDP" | "SCTP";

export type TunnelChecksum = "nocsum" | "csum" | "remcsum";

/** How packets reach a real server (ipvsadm(8)): masquerading, direct routing, or a tunnel of some kind. */
export type Forwarding =
  | { readonly method: "NAT" | "DR" }
  | { readonly method: "TUN"; readonly tunnel: "ipip" }
  | { readonly method: "TUN"; readonly tunnel: "gre"; readonly checksum: TunnelChecksum }
  | { readonly method: "TUN"; readonly tunnel: "gue"; readonly port: number; readonly checksum: TunnelChecksum };

/** When checkers run, and how often they try. */
export interface CheckTimingConf {
  delayLoop?: Micros;
  retry?: number;
  delayBeforeRetry?: Micros;
  /** Longest random delay of the first check. */
  warmup?: Micros;
}

/** What virtual and real servers hand down to checkers. */
export interface CheckDefaultsConf extends CheckTimingConf {
  connectTimeout?: Micros;
  /** Host header of HTTP checks. */
  virtualHost?: string;
  alpha?: boolean;
}

export interface CheckerConf extends CheckTimingConf {
  alpha?: boolean;
  logAllFailures?: boolean;
}

/** Checkers that open a socket. */
export interface ConnectingConf extends CheckerConf {
  connectIp?: IpAddress;
  connectPort?: number;
  bindTo?: IpAddress;
  bindPort?: number;
  bindInterface?: string;
  connectTimeout?: Micros;
  /** SO_MARK of the probe's socket. */
  fwmark?: number;
}

/** HTTP status codes, both ends included. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

export interface UrlConf {
  path?: string;
  /** MD5 sums of the body, 32 hexadecimal digits each. */
  digests: string[];
  statusCodes: StatusRange[];
  virtualHost?: string;
  regex?: string;
  regexNoMatch: boolean;
  regexOptions: string[];
  regexMinOffset?: number;
  regexMaxOffset?: number;
  regexStack?: readonly [start: number, max: number];
  tlsCompliant?: boolean;
}

export interface HttpCheckConf extends ConnectingConf {
  virtualHost?: string;
  httpProtocol?: "1.0" | "1.0C" | "1.1";
  enableSni: boolean;
  sniName?: string;
  fastRecovery: boolean;
  tlsCompliant?: boolean;
  urls: Section<UrlConf>[];
}

export interface SmtpCheckConf extends ConnectingConf {
  heloName?: string;
  /** More targets (legacy). */
  hosts: Section<ConnectingConf>[];
}

export type DnsType = (typeof DNS_TYPES)[number];
export const DNS_TYPES = ["A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA", "RRSIG", "DNSKEY"] as const;

export interface DnsCheckConf extends ConnectingConf {
  type: DnsType;
  /** "." for the root. */
  name: string;
}

export interface MiscCheckConf extends CheckerConf {
  script?: ScriptConf;
  timeout?: Micros;
  /** Exit statuses 2..255 set the weight. */
  dynamic: boolean;
  identity?: Identity;
}

/** Bytes that are expected: the mask has no bits where any will do. */
export interface BytePattern {
  readonly bytes: readonly number[];
  readonly mask: readonly number[];
}

export interface UdpCheckConf extends ConnectingConf {
  payload?: readonly number[];
  requireReply?: BytePattern;
  minReplyLength: number;
  maxReplyLength: number;
}

export interface FileCheckConf {
  trackFile?: string;
  weight?: TrackWeight;
}

export interface BfdCheckConf {
  name?: string;
  alpha?: boolean;
}

export type CheckConf =
  | { readonly kind: "TCP_CHECK" | "PING_CHECK"; readonly section: Section<ConnectingConf> }
  | { readonly kind: "HTTP_GET" | "SSL_GET"; readonly section: Section<HttpCheckConf> }
  | { readonly kind: "SMTP_CHECK"; readonly section: Section<SmtpCheckConf> }
  | { readonly kind: "DNS_CHECK"; readonly section: Section<DnsCheckConf> }
  | { readonly kind: "MISC_CHECK"; readonly section: Section<MiscCheckConf> }
  | { readonly kind: "UDP_CHECK"; readonly section: Section<UdpCheckConf> }
  | { readonly kind: "FILE_CHECK"; readonly section: Section<FileCheckConf> }
  | { readonly kind: "BFD_CHECK"; readonly section: Section<BfdCheckConf> };

export interface RealServerConf extends CheckDefaultsConf {
  readonly address: IpAddress;
  /** Absent: that of the virtual server. */
  readonly port?: number;
  weight?: number;
  forwarding?: Forwarding;
  upperThreshold: number;
  lowerThreshold: number;
  inhibitOnFailure?: boolean;
  notifyUp?: ScriptConf;
  notifyDown?: ScriptConf;
  smtpAlert?: boolean;
  snmpName?: string;
  checks: CheckConf[];
}

/** What clients connect to. */
export type VirtualServerHeader =
  | { readonly kind: "address"; readonly address: IpAddress; /** Absent: all ports. */ readonly port?: number }
  | { readonly kind: "fwmark"; readonly mark: number }
  | { readonly kind: "group"; readonly name: string };

export interface SorryServerConf extends AddressWord {
  readonly port?: number;
}

export interface VirtualServerConf extends CheckDefaultsConf {
  readonly service: VirtualServerHeader;
  scheduler?: Scheduler;
  forwarding?: Forwarding;
  protocol?: TransportProtocol;
  persistenceTimeout?: Micros;
  persistenceGranularity?: PersistenceGranularity;
  persistenceEngine?: string;
  onePacket: boolean;
  schedulerFlags: number;
  haSuspend: boolean;
  smtpAlert?: boolean;
  snmpName?: string;
  omega: boolean;
  quorum: number;
  hysteresis: number;
  quorumUp?: ScriptConf;
  quorumDown?: ScriptConf;
  family?: IpFamily;
  weight: number;
  inhibitOnFailure: boolean;
  sorryServer?: SorryServerConf;
  sorryServerInhibit: boolean;
  sorryServerForwarding?: Forwarding;
  realServers: Section<RealServerConf>[];
}

/** Clients of one network go to one server: an IPv4 mask, or the length of an IPv6 prefix. */
export type PersistenceGranularity =
  { readonly family: 4; readonly mask: IpAddress } | { readonly family: 6; readonly length: number };

/** A line of a virtual_server_group. */
export type GroupItem =
  | {
      readonly kind: "addresses";
      readonly first: IpAddress;
      readonly last: IpAddress;
      readonly port?: number;
      readonly at: Word;
    }
  | { readonly kind: "fwmark"; readonly mark: number; readonly family?: IpFamily; readonly at: Word };

export interface VirtualServerGroupConf {
  readonly name: string;
  items: GroupItem[];
}

/** Key material of SSL_GET checkers. */
export interface SslConf {
  password?: string;
  ca?: string;
  certificate?: string;
  key?: string;
}

export interface LvsTimeouts {
  readonly tcp?: Micros;
  readonly tcpFin?: Micros;
  readonly udp?: Micros;
}

/** IPVS connection synchronisation; absent numbers are the kernel's. */
export interface SyncDaemonConf {
  readonly interfaceName: string;
  /** The vrrp_instance that it follows. */
  readonly instance?: string;
  readonly id?: number;
  readonly maxLength?: number;
  readonly port?: number;
  readonly ttl?: number;
  readonly group?: IpAddress;
}

/** What global_defs says about LVS and the checker process. */
export interface LvsGlobalsConf {
  lvsTimeouts?: LvsTimeouts;
  lvsFlush?: boolean;
  /** "services": only what this daemon has made. */
  lvsFlushOnStop?: "all" | "services";
  lvsSyncDaemon?: SyncDaemonConf;
  nftablesIpvs?: string;
  nftablesIpvsPriority?: number;
  nftablesIpvsStartFwmark?: number;
  checkerLogAllFailures?: boolean;
  rsInitNotifies?: boolean;
  noCheckerEmails?: boolean;
  checkerNice?: number;
  checkerNoSwap?: boolean;
  checkerRtPriority?: number;
  checkerCpuAffinity?: readonly number[];
  checkerRlimitRttime?: Micros;
  checkerProcessName?: string;
  lvsNotifyFifo?: string;
  lvsNotifyFifoScript?: ScriptConf;
  lvsNetlinkCmdRcvBufs?: number;
  lvsNetlinkCmdRcvBufsForce?: boolean;
  lvsNetlinkMonitorRcvBufs?: number;
  lvsNetlinkMonitorRcvBufsForce?: boolean;
}

export interface LvsConf {
  /** Several of one address are not refused. */
  readonly virtualServers: Section<VirtualServerConf>[];
  readonly virtualServerGroups: Map<string, Section<VirtualServerGroupConf>>;
  ssl?: Section<SslConf>;
}
