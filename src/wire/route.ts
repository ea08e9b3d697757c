// Routes as plain values: what the kernel's routing tables can hold, in the words of ip-route(8).
import { type IpAddress, type IpFamily, type IpPrefix, formatIp, formatPrefix } from "../base/ip.js";
import { toHex } from "../base/bytes.js";

/** RTPROT_KEEPALIVED (<linux/rtnetlink.h>): the mark by which routes and rules of ours are told from all others. */
export const PROTOCOL_KEEPALIVED = 18;
/** RT_TABLE_MAIN */
export const TABLE_MAIN = 254;
/** RT_TABLE_LOCAL */
export const TABLE_LOCAL = 255;

export type RouteType =
  | "unicast"
  | "local"
  | "broadcast"
  | "anycast"
  | "multicast"
  | "throw"
  | "unreachable"
  | "prohibit"
  | "blackhole"
  | "nat";

/** 64 bits in network order: they fit no JSON number. */
export type Octets8 = readonly number[];

/** The header of an IP tunnel that packets get (lightweight tunnels, ip-route(8) `encap`). */
export interface TunnelHeader {
  readonly id?: Octets8;
  readonly destination?: IpAddress;
  readonly source?: IpAddress;
  readonly trafficClass?: number;
  readonly hopLimit?: number;
  /** TUNNEL_*, 16 bits as they lie in memory: keepalived writes them so, and a number means the same to both. */
  readonly flags?: number;
}

export type Encap =
  | ({ readonly kind: "ip" | "ip6" } & TunnelHeader)
  /** Labels of 20 bits, outermost first. */
  | { readonly kind: "mpls"; readonly labels: readonly number[] }
  | { readonly kind: "ila"; readonly locator: Octets8 };

/** Where packets go next. A `Device` is the name of an interface in a configuration, and its index for the kernel. */
export interface NextHop<Device> {
  readonly via?: IpAddress;
  readonly device?: Device;
  /** 1..256 */
  readonly weight: number;
  /** The gateway is on the link, whatever the addresses say. */
  readonly onLink: boolean;
  /** Source realm in the upper 16 bits, destination realm in the lower. */
  readonly realms?: number;
  readonly encap?: Encap;
}

/**
 * Numbers of RTA_METRICS, by their words in ip-route(8), as the kernel has them: rtt in eighths and rttvar in quarters of a
 * millisecond, rto_min in whole ones.
 */
export type MetricWord =
  | "mtu"
  | "hoplimit"
  | "advmss"
  | "rtt"
  | "rttvar"
  | "rto_min"
  | "initcwnd"
  | "initrwnd"
  | "reordering"
  | "window"
  | "cwnd"
  | "ssthresh"
  | "features"
  | "quickack"
  | "fastopen_no_cookie";

export interface Metric {
  readonly word: MetricWord;
  readonly value: number;
  /** What the network tells later does not change it. */
  readonly locked: boolean;
}

export interface Route<Device> {
  readonly type: RouteType;
  readonly destination: IpPrefix;
  /** IPv6: only packets from there take the route. */
  readonly source?: IpPrefix;
  readonly preferredSource?: IpAddress;
  readonly trafficClass: number;
  readonly table: number;
  /** RTPROT_*: who made it. */
  readonly protocol: number;
  /** RT_SCOPE_*; IPv6 has none. */
  readonly scope: number;
  /** Absent: the kernel's choice, 0 for IPv4 and 1024 for IPv6. The lowest wins. */
  readonly priority?: number;
  /** IPv6: it is gone after so many seconds. */
  readonly expiresSeconds?: number;
  readonly metrics: readonly Metric[];
  readonly congestionControl?: { readonly name: string; readonly locked: boolean };
  /** IPv6 router preference (RFC 4191 §2.1): 0 medium, 1 high, 3 low. */
  readonly preference?: number;
  readonly ttlPropagate?: boolean;
  /** Several share the traffic; none where packets go nowhere. */
  readonly hops: readonly NextHop<Device>[];
  /** `add`: only where there is no other route to the same destination; else before or behind it. */
  readonly placement: "add" | "prepend" | "append";
}

/** Where a route stands in the tables of the kernel, and who put it there. */
export interface RouteSlot {
  readonly destination: IpPrefix;
  readonly table: number;
  readonly protocol: number;
}

export const familyOfRoute = (route: Route<unknown>): IpFamily => route.destination.address.family;

/** The route in the words of ip-route(8): two routes that differ in anything differ here. */
export function formatRoute(route: Route<string>): string {
  const [only] = route.hops;
  const words = [
    ...(route.type === "unicast" ? [] : [route.type]),
    formatPrefix(route.destination),
    ...(route.source === undefined ? [] : ["from", formatPrefix(route.source)]),
    ...(route.trafficClass === 0 ? [] : ["tos", `0x${route.trafficClass.toString(16)}`]),
    ...(route.hops.length === 1 && only !== undefined ? hopWords(only) : []),
    ...(route.table === TABLE_MAIN ? [] : ["table", String(route.table)]),
    ...(route.protocol === PROTOCOL_KEEPALIVED ? [] : ["protocol", String(route.protocol)]),
    ...(route.scope === 0 ? [] : ["scope", String(route.scope)]),
    ...(route.preferredSource === undefined ? [] : ["src", formatIp(route.preferredSource)]),
    ...numberWord("metric", route.priority),
    ...numberWord("expires", route.expiresSeconds),
    ...route.metrics.flatMap(({ word, value, locked }) => [word, ...(locked ? ["lock"] : []), String(value)]),
    ...congestionWords(route.congestionControl),
    ...numberWord("pref", route.preference),
    ...(route.ttlPropagate === undefined ? [] : ["ttl-propagate", route.ttlPropagate ? "enabled" : "disabled"]),
    ...(route.placement === "prepend" ? [] : [route.placement]),
    ...(route.hops.length > 1 ? route.hops.flatMap((hop) => ["nexthop", ...hopWords(hop)]) : []),
  ];
  return words.join(" ");
}

const numberWord = (word: string, value: number | undefined): readonly string[] =>
  value === undefined ? [] : [word, String(value)];

const congestionWords = (control: Route<string>["congestionControl"]): readonly string[] =>
  control === undefined ? [] : ["congctl", ...(control.locked ? ["lock"] : []), control.name];

const hopWords = ({ via, device, weight, onLink, realms, encap }: NextHop<string>): readonly string[] => [
  ...(encap === undefined ? [] : ["encap", ...encapWords(encap)]),
  ...(via === undefined ? [] : ["via", formatIp(via)]),
  ...(device === undefined ? [] : ["dev", device]),
  ...(weight === 1 ? [] : ["weight", String(weight)]),
  ...(onLink ? ["onlink"] : []),
  ...(realms === undefined ? [] : ["realms", `${Math.floor(realms / 65_536)}/${realms % 65_536}`]),
];

function encapWords(encap: Encap): readonly string[] {
  if (encap.kind === "mpls") return ["mpls", encap.labels.join("/")];
  if (encap.kind === "ila") return ["ila", toHex(encap.locator)];
  const { id, source, destination, trafficClass, hopLimit, flags } = encap;
  return [
    encap.kind,
    ...(id === undefined ? [] : ["id", `0x${toHex(id)}`]),
    ...(source === undefined ? [] : ["src", formatIp(source)]),
    ...(destination === undefined ? [] : ["dst", formatIp(destination)]),
    ...numberWord(encap.kind === "ip" ? "tos" : "tc", trafficClass),
    ...numberWord(encap.kind === "ip" ? "ttl" : "hoplimit", hopLimit),
    ...numberWord("flags", flags),
  ];
}
