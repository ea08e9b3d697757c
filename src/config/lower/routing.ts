// Routes and rules as the engine is told about them: defaults filled in, and each with the name it is known by.
import { ip, type IpFamily, type IpPrefix } from "../../base/ip.js";
import type { RoutingItem } from "../../vrrp/params.js";
import {
  formatRoute,
  PROTOCOL_KEEPALIVED,
  TABLE_LOCAL,
  TABLE_MAIN,
  type Encap,
  type Metric,
  type NextHop,
  type Octets8,
  type Route,
  type RouteType,
} from "../../wire/route.js";
import { formatRule, type Rule, type RuleAction } from "../../wire/rule.js";
import type { RootConf } from "../conf.js";
import type { EncapConf, MetricConf, NextHopConf, RouteConf, RuleConf } from "../conf-network.js";
import type { Scope } from "../table.js";

/** Rules without a preference get one from here downwards, in the order in which they are written. */
const FIRST_FREE_PREFERENCE = 16_384;
/** As many fit one message to the kernel whatever they carry. */
const MAX_NEXT_HOPS = 64;
/** MAX_NEW_LABELS of the kernel. */
const MAX_LABELS = 30;
/** TCP_CA_NAME_MAX (<net/tcp.h>), without the zero octet. */
const MAX_CONGESTION_NAME = 15;

const DEFAULT_DESTINATION: Readonly<Record<IpFamily, IpPrefix>> = {
  4: { address: ip("0.0.0.0"), length: 0 },
  6: { address: ip("::"), length: 0 },
};

/** ip-route(8): where routes go that are not for forwarding, and how far their destination is. */
const SCOPE_LINK = 253;
const SCOPE_HOST = 254;
const ownHosts: ReadonlySet<RouteType> = new Set(["local", "nat"]);
const ownLinks: ReadonlySet<RouteType> = new Set(["broadcast", "multicast", "anycast"]);
const inLocalTable: ReadonlySet<RouteType> = new Set(["local", "broadcast", "nat", "anycast"]);

export function lowerRouting(
  routes: readonly RouteConf[],
  rules: readonly RuleConf[],
  scope: Scope,
): readonly RoutingItem[] {
  const seen = new Set<string>();
  const isNew = ({ name }: RoutingItem): boolean => !seen.has(name) && Boolean(seen.add(name));
  return [...routes.flatMap((conf) => routeItem(conf, scope)), ...rules.map(ruleItem)].filter(isNew);
}

/** Gives every rule a preference: the reader has complained of those without one. */
export function assignPreferences(conf: RootConf): void {
  const rules = [...conf.staticRules, ...[...conf.instances.values()].flatMap((instance) => instance.conf.rules)];
  const without = rules.filter(({ preference }) => preference === undefined).sort((a, b) => a.order - b.order);
  for (const [index, rule] of without.entries()) rule.preference = FIRST_FREE_PREFERENCE - index;
}

function routeItem(conf: RouteConf, scope: Scope): readonly RoutingItem[] {
  const destination = destinationOf(conf);
  if (destination === undefined) return [];
  const hops = hopsOf(conf);
  const tooMany = whatIsTooMuch(hops);
  if (tooMany !== undefined) {
    scope.report.add("ignoredSetting", conf.at, `${tooMany}; the route is ignored`, "divide it into several routes");
    return [];
  }
  const route: Route<string> = {
    type: conf.type,
    destination,
    ...(conf.source !== undefined && { source: conf.source }),
    ...(conf.preferredSource !== undefined && { preferredSource: conf.preferredSource }),
    trafficClass: conf.trafficClass ?? 0,
    table: conf.table ?? (inLocalTable.has(conf.type) ? TABLE_LOCAL : TABLE_MAIN),
    protocol: conf.protocol ?? PROTOCOL_KEEPALIVED,
    scope: destination.address.family === 6 ? 0 : (conf.scope ?? scopeOf(conf.type)),
    ...(conf.priority !== undefined && { priority: conf.priority }),
    ...(conf.expiresSeconds !== undefined && { expiresSeconds: conf.expiresSeconds }),
    metrics: metricsOf(conf),
    ...congestionControlOf(conf, scope),
    ...(conf.preference !== undefined && destination.address.family === 6 && { preference: conf.preference }),
    ...(conf.ttlPropagate !== undefined && { ttlPropagate: conf.ttlPropagate }),
    hops,
    placement: conf.placement,
  };
  // Asking for a route whose time runs out would give it a new one.
  const tracked = conf.tracked && route.protocol === PROTOCOL_KEEPALIVED && route.expiresSeconds === undefined;
  const vrf = conf.vrf === undefined ? {} : { vrf: conf.vrf };
  const name = `route ${formatRoute(route)}${conf.vrf === undefined ? "" : ` vrf ${conf.vrf}`}`;
  return [{ kind: "route", name, route, ...vrf, tracked }];
}

/** `default` stands for both families: an address of the line tells which. */
function destinationOf({ destination, family, via, preferredSource, nextHops }: RouteConf): IpPrefix | undefined {
  if (destination === undefined || destination.length > 0 || destination.address.family === 6) return destination;
  const other = family ?? (via ?? preferredSource ?? nextHops[0]?.via)?.family ?? 4;
  return DEFAULT_DESTINATION[other];
}

function scopeOf(type: RouteType): number {
  if (ownHosts.has(type)) return SCOPE_HOST;
  return ownLinks.has(type) ? SCOPE_LINK : 0;
}

/** What is said once of a route holds for its next hops; `or` made a second one of it. */
function hopsOf(conf: RouteConf): readonly NextHop<string>[] {
  const own = hopOf(conf);
  if (conf.nextHops.length === 0) {
    return own.via === undefined && own.device === undefined && own.encap === undefined ? [] : [own];
  }
  const hops = conf.nextHops.map((hop) => hopOf({ ...hopDefaults(conf), ...hop }));
  return conf.via === undefined ? hops : [own, ...hops];
}

const hopDefaults = ({ interfaceName, realms }: NextHopConf): NextHopConf => ({
  ...(interfaceName !== undefined && { interfaceName }),
  ...(realms !== undefined && { realms }),
});

function hopOf({ via, interfaceName, weight, onLink, realms, encap }: NextHopConf): NextHop<string> {
  return {
    ...(via !== undefined && { via }),
    ...(interfaceName !== undefined && { device: interfaceName }),
    weight: weight ?? 1,
    onLink: onLink ?? false,
    ...(realms !== undefined && { realms }),
    ...(encap !== undefined && { encap: encapOf(encap) }),
  };
}

function encapOf({ kind, id, destination, source, trafficClass, hopLimit, flags, labels, locator }: EncapConf): Encap {
  if (kind === "mpls") return { kind, labels: labels ?? [] };
  if (kind === "ila") return { kind, locator: octets8(locator ?? 0n) };
  return {
    kind,
    ...(id !== undefined && { id: octets8(id) }),
    ...(destination !== undefined && { destination }),
    ...(source !== undefined && { source }),
    ...(trafficClass !== undefined && { trafficClass }),
    ...(hopLimit !== undefined && { hopLimit }),
    ...(flags !== undefined && { flags }),
  };
}

const octets8 = (value: bigint): Octets8 =>
  Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(8 * (7 - index))) & 0xffn));

function whatIsTooMuch(hops: readonly NextHop<string>[]): string | undefined {
  if (hops.length > MAX_NEXT_HOPS) return `${hops.length} next hops are too many, the most are ${MAX_NEXT_HOPS}`;
  const labels = Math.max(0, ...hops.map(({ encap }) => (encap?.kind === "mpls" ? encap.labels.length : 0)));
  return labels > MAX_LABELS ? `${labels} labels are too many, the most are ${MAX_LABELS}` : undefined;
}

function metricsOf(conf: RouteConf): readonly Metric[] {
  const metrics: Metric[] = [];
  const add = (word: Metric["word"], metric: MetricConf | undefined): void => {
    if (metric !== undefined) metrics.push({ word, ...metric });
  };
  const bit = (value: boolean | undefined): MetricConf | undefined =>
    value === undefined ? undefined : { value: Number(value), locked: false };
  add("mtu", conf.mtu);
  add("hoplimit", conf.hopLimit);
  add("advmss", conf.advertisedMss);
  add("rtt", conf.rtt);
  add("rttvar", conf.rttVariance);
  add("rto_min", conf.rtoMin);
  add("initcwnd", conf.initialCwnd);
  add("initrwnd", conf.initialReceiveWindow);
  add("reordering", conf.reordering);
  add("window", conf.window);
  add("cwnd", conf.cwnd);
  add("ssthresh", conf.slowStartThreshold);
  // RTAX_FEATURE_ECN is the first bit.
  add("features", bit(conf.explicitCongestion));
  add("quickack", bit(conf.quickAck));
  add("fastopen_no_cookie", bit(conf.fastOpenNoCookie));
  return metrics;
}

function congestionControlOf(conf: RouteConf, { report }: Scope): Pick<Route<string>, "congestionControl"> {
  const control = conf.congestionControl;
  if (control === undefined) return {};
  if (control.name.length <= MAX_CONGESTION_NAME) return { congestionControl: control };
  report.add(
    "invalidName",
    conf.at,
    `'${control.name}' cannot be a congestion control; it is ignored`,
    "names have at most 15 characters (sysctl net.ipv4.tcp_available_congestion_control lists them)",
  );
  return {};
}

function ruleItem(conf: RuleConf): RoutingItem {
  const protocol = conf.protocol ?? (conf.tracked ? PROTOCOL_KEEPALIVED : undefined);
  const rule: Rule = {
    family: conf.family ?? 4,
    preference: conf.preference ?? FIRST_FREE_PREFERENCE,
    not: conf.not,
    ...(conf.from !== undefined && { from: conf.from }),
    ...(conf.to !== undefined && { to: conf.to }),
    trafficClass: conf.trafficClass ?? 0,
    ...(conf.fwmark !== undefined && { fwmark: conf.fwmark }),
    ...(conf.inputInterface !== undefined && { inputInterface: conf.inputInterface }),
    ...(conf.outputInterface !== undefined && { outputInterface: conf.outputInterface }),
    ...(conf.tunnelId !== undefined && { tunnelId: octets8(conf.tunnelId) }),
    ...(conf.userIds !== undefined && { userIds: conf.userIds }),
    ...(conf.ipProtocol !== undefined && { ipProtocol: conf.ipProtocol }),
    ...(conf.sourcePorts !== undefined && { sourcePorts: conf.sourcePorts }),
    ...(conf.destinationPorts !== undefined && { destinationPorts: conf.destinationPorts }),
    action: actionOf(conf),
    ...(conf.realms !== undefined && { realms: conf.realms }),
    ...(conf.suppressPrefixLength !== undefined && { suppressPrefixLength: conf.suppressPrefixLength }),
    ...(conf.suppressInterfaceGroup !== undefined && { suppressInterfaceGroup: conf.suppressInterfaceGroup }),
    ...(protocol !== undefined && { protocol }),
  };
  return { kind: "rule", name: `rule ${formatRule(rule)}`, rule, tracked: conf.tracked };
}

/** The reader drops rules that do nothing. */
const actionOf = ({ action, l3Master }: RuleConf): RuleAction =>
  l3Master ? { kind: "l3mdev" } : (action ?? { kind: "nop" });
