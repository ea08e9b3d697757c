// Routes: RTM_NEWROUTE, RTM_DELROUTE (rtnetlink(7), <linux/rtnetlink.h>).
//
// | family (8) | destination length (8) | source length (8) | type of service (8) |
// | table (8)  | protocol (8)           | scope (8)         | type RTN_* (8)      |
// | flags RTM_F_*, RTNH_F_* (32)                                                 |
// | attributes RTA_*                                                             |
import { ipFromOctets, maxPrefixLength, octetCount } from "../../base/ip.js";
import { type MetricWord, type Route, type RouteSlot, type RouteType, familyOfRoute } from "../route.js";
import { body, nested, table } from "./attribute.js";
import { Malformed, ip, string, struct, u32, u8 } from "./kind.js";
import { type Message, NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, type Request } from "./message.js";
import { hopAttributeValues, hopFlags, hopRows, hopValues, nextHops } from "./next-hop.js";
import { RTM_DELROUTE, RTM_NEWROUTE, addressFamily, familyOf, ipFamily } from "./rtnetlink.js";

/** RTN_* */
const types = {
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
  nat: 10,
} as const satisfies Record<RouteType, number>;

/** `prepend` has no flag: what is created without one goes before its likes. */
const placements = {
  add: NLM_F_CREATE | NLM_F_EXCL,
  prepend: NLM_F_CREATE,
  append: NLM_F_CREATE | NLM_F_APPEND,
} as const satisfies Record<Route<number>["placement"], number>;

const LARGEST_SHORT_TABLE = 255;

const rtmsg = struct("rtmsg", [
  ["family", u8],
  ["destinationLength", u8],
  ["sourceLength", u8],
  ["trafficClass", u8],
  ["table", u8],
  ["protocol", u8],
  ["scope", u8],
  ["type", u8],
  ["flags", u32],
]);

/** RTAX_* */
const metricNumbers = {
  mtu: 2,
  window: 3,
  rtt: 4,
  rttvar: 5,
  ssthresh: 6,
  cwnd: 7,
  advmss: 8,
  reordering: 9,
  hoplimit: 10,
  initcwnd: 11,
  features: 12,
  rto_min: 13,
  initrwnd: 14,
  quickack: 15,
  fastopen_no_cookie: 17,
} as const satisfies Record<MetricWord, number>;

const CONGESTION_CONTROL = 16;

const metrics = table("metrics", [
  ["lock", 1, u32],
  ["mtu", metricNumbers.mtu, u32],
  ["window", metricNumbers.window, u32],
  ["rtt", metricNumbers.rtt, u32],
  ["rttvar", metricNumbers.rttvar, u32],
  ["ssthresh", metricNumbers.ssthresh, u32],
  ["cwnd", metricNumbers.cwnd, u32],
  ["advmss", metricNumbers.advmss, u32],
  ["reordering", metricNumbers.reordering, u32],
  ["hoplimit", metricNumbers.hoplimit, u32],
  ["initcwnd", metricNumbers.initcwnd, u32],
  ["features", metricNumbers.features, u32],
  ["rto_min", metricNumbers.rto_min, u32],
  ["initrwnd", metricNumbers.initrwnd, u32],
  ["quickack", metricNumbers.quickack, u32],
  ["congestionControl", CONGESTION_CONTROL, string],
  ["fastopen_no_cookie", metricNumbers.fastopen_no_cookie, u32],
]);

/** RTA_* */
const attributes = table("route", [
  ["destination", 1, ip],
  ["source", 2, ip],
  ["interfaceIndex", 4, u32],
  ["priority", 6, u32],
  ["preferredSource", 7, ip],
  ["metrics", 8, nested(metrics)],
  ["nextHops", 9, nextHops],
  ["table", 15, u32],
  ["preference", 20, u8],
  ["expires", 23, u32],
  ["ttlPropagate", 26, u8],
  ...hopRows,
]);

export const routeMessage = body(rtmsg, attributes);

/**
 * Adds a route. One that is the same in everything is refused with EEXIST, so that this also asks whether it is there.
 * `ip route prepend 10.1.0.0/16 via 10.0.0.2 dev eth0 table 100 protocol keepalived`
 */
export const newRoute = (route: Route<number>): Request => ({
  type: RTM_NEWROUTE,
  flags: placements[route.placement],
  body: (out) => routeMessage.write(out, header(route), values(route)),
});

/** Deletes a route that agrees in all that is said of it, its protocol included: nobody else's is hit. */
export const deleteRoute = (route: Route<number>): Request => ({
  type: RTM_DELROUTE,
  flags: 0,
  body: (out) => routeMessage.write(out, header(route), values(route)),
});

/** The route of an RTM_NEWROUTE or RTM_DELROUTE; undefined for a family other than IPv4 and IPv6. */
export function readRoute(message: Message): RouteSlot | undefined | Malformed {
  const family = ipFamily(familyOf(message));
  if (family === undefined) return undefined;
  const read = routeMessage.read(message.view, message.start, message.end);
  if (read instanceof Malformed) return read;
  const { destinationLength: length, protocol, table: short } = read.header;
  if (length > maxPrefixLength(family)) return new Malformed(`route: a prefix length of ${length}`);
  const address = read.attributes.destination ?? ipFromOctets(new Array<number>(octetCount(family)).fill(0));
  if (address.family !== family) return new Malformed(`route: octets of another family than IPv${family}`);
  return { destination: { address, length }, table: read.attributes.table ?? short, protocol };
}

function header(route: Route<number>) {
  const [only] = route.hops;
  return {
    family: addressFamily(familyOfRoute(route)),
    destinationLength: route.destination.length,
    sourceLength: route.source?.length ?? 0,
    trafficClass: route.trafficClass,
    table: route.table > LARGEST_SHORT_TABLE ? 0 : route.table,
    protocol: route.protocol,
    scope: route.scope,
    type: types[route.type],
    flags: route.hops.length === 1 && only !== undefined ? hopFlags(only) : 0,
  };
}

function values(route: Route<number>) {
  const family = familyOfRoute(route);
  const [first] = route.hops;
  const only = route.hops.length === 1 ? first : undefined;
  return {
    destination: route.destination.address,
    source: route.source?.address,
    interfaceIndex: only?.device,
    priority: route.priority,
    preferredSource: route.preferredSource,
    metrics: metricValues(route),
    nextHops: route.hops.length > 1 ? route.hops.map((hop) => hopValues(hop, family)) : undefined,
    table: route.table,
    preference: route.preference,
    expires: route.expiresSeconds,
    ttlPropagate: route.ttlPropagate === undefined ? undefined : Number(route.ttlPropagate),
    ...(only !== undefined && hopAttributeValues(only, family)),
  };
}

function metricValues({ metrics: list, congestionControl }: Route<number>) {
  if (list.length === 0 && congestionControl === undefined) return undefined;
  let lock = congestionControl?.locked === true ? 1 << CONGESTION_CONTROL : 0;
  for (const { word, locked } of list) if (locked) lock |= 1 << metricNumbers[word];
  return {
    ...Object.fromEntries(list.map(({ word, value }) => [word, value])),
    ...(lock !== 0 && { lock }),
    ...(congestionControl !== undefined && { congestionControl: congestionControl.name }),
  };
}
