// A line of `virtual_routes` or `static_routes`: the words of ip-route(8), in any order, with the destination among them.
import type { IpAddress, IpFamily } from "../base/ip.js";
import * as arg from "./arguments.js";
import { PROTOCOL_KEEPALIVED, type RouteType } from "../wire/route.js";
import type { MetricConf, NextHopConf, RouteConf } from "./conf-network.js";
import { hopOptions, nextHopItems } from "./next-hop.js";
import { nameOrNumber } from "./iproute-names.js";
import {
  ItemLine,
  itemTable,
  optionsFor,
  readKnownOptions,
  readOptions,
  type ItemTable,
  type OptionRow,
} from "./item-line.js";
import type { Word } from "./source.js";
import type { Argument } from "./table.js";
import { trackGroupName } from "./track-line.js";
import { wholeNumber } from "./takes.js";

const UINT32_MAX = 4_294_967_295;

const TYPES: ReadonlyMap<string, RouteType> = new Map([
  ["unicast", "unicast"],
  ["local", "local"],
  ["broadcast", "broadcast"],
  ["brd", "broadcast"],
  ["anycast", "anycast"],
  ["multicast", "multicast"],
  ["throw", "throw"],
  ["unreachable", "unreachable"],
  ["prohibit", "prohibit"],
  ["blackhole", "blackhole"],
  ["nat", "nat"],
]);

const { custom, flag, value } = optionsFor<RouteConf>();

type MetricField =
  | "mtu"
  | "hopLimit"
  | "advertisedMss"
  | "rtt"
  | "rttVariance"
  | "rtoMin"
  | "initialCwnd"
  | "initialReceiveWindow"
  | "reordering"
  | "window"
  | "cwnd"
  | "slowStartThreshold";

/** A metric, with `lock` before its number where that is allowed. */
function metric(
  word: string,
  field: MetricField,
  argument: Argument<number>,
  lockable: boolean,
  doc: string,
): OptionRow<RouteConf> {
  return custom(
    word,
    `${lockable ? "[lock] " : ""}${argument.grammar}`,
    { ...(argument.takes && { takes: argument.takes }), doc },
    (line, option, route) => {
      const locked = lockable && line.accept("lock");
      const number = line.value(option, argument);
      if (number !== undefined) route[field] = { value: number, locked } satisfies MetricConf;
    },
  );
}

/** TCP_RTO_MIN: keepalived 2.4 takes no shorter times. */
const LEAST_MILLISECONDS = 200;
/** TCP bears no longer ones (TCP_RTO_MAX). */
const LONGEST_MILLISECONDS = 120_000;

/** A time with its unit; a number alone is what the kernel counts in, `perMillisecond` of which are a millisecond. */
const time = (perMillisecond: number): Argument<number> => ({
  grammar: `TIME with s or ms after it, or in ${perMillisecond === 1 ? "ms" : `1/${perMillisecond} ms`}`,
  takes: wholeNumber(0, LONGEST_MILLISECONDS * perMillisecond),
  parse([word], scope) {
    const parts = word && /^([0-9]+(?:\.[0-9]+)?)(s|ms|msecs?|secs?)?$/.exec(word.text);
    if (word === undefined) return undefined;
    if (!parts) {
      scope.report.add("invalidNumber", word, `'${word.text}' is not a time`, "write milliseconds, or 3s");
      return undefined;
    }
    const [, written = "", suffix] = parts;
    const unit = suffix === undefined ? 1 : (suffix.startsWith("s") ? 1000 : 1) * perMillisecond;
    const value = Math.round(Number(written) * unit);
    if (value > LONGEST_MILLISECONDS * perMillisecond) {
      scope.report.add("outOfRange", word, `${word.text} is more than 120 s`, "write seconds, such as 3s");
      return undefined;
    }
    const decimals = suffix?.startsWith("s") === true ? 3 : 0;
    if ((written.split(".")[1] ?? "").length > decimals)
      scope.report.add("tooManyDecimals", word, `${word.text} is not a whole number of milliseconds`, "round it");
    const least = LEAST_MILLISECONDS * perMillisecond;
    if (value >= least) return value;
    const message = `${word.text} is too short, ${LEAST_MILLISECONDS} ms are used`;
    scope.report.add("adjusted", word, message, `write ${LEAST_MILLISECONDS}ms or more`);
    return least;
  },
});

const uint32 = arg.integer(0, UINT32_MAX);
const bit: Argument<boolean> = arg.choice({ "0": false, "1": true });
const routerPreference: Argument<number> = {
  grammar: "low, medium, high or a number",
  parse([word], scope) {
    if (word === undefined) return undefined;
    const named = { low: 3, medium: 0, high: 1 }[word.text];
    return named ?? arg.readInteger(word, { min: 0, max: 3 }, scope);
  },
};

const family = (word: string, version: IpFamily): OptionRow<RouteConf> =>
  custom(word, "", { doc: `An IPv${version} route.` }, (line, option, route) => {
    if (route.family === undefined || route.family === version) route.family = version;
    else wrongFamily(line, option, version);
  });

const protocol = nameOrNumber("rt_protos", 255);

/** Nothing may follow the address here. */
const host: Argument<IpAddress> = {
  ...arg.address,
  parse: ([word], scope) => (word === undefined ? undefined : arg.readAddress(word, scope)),
};

const options: readonly OptionRow<RouteConf>[] = [
  custom("to", "[TYPE] DESTINATION", { doc: "Goes before the destination." }, (line, option, route) => {
    const word = line.after(option, "DESTINATION");
    if (word !== undefined) destination(line, word, route);
  }),
  family("inet", 4),
  family("inet6", 6),
  value("src", "preferredSource", host, { doc: "Source address of packets that take the route." }),
  custom(
    "from",
    arg.prefix.grammar,
    { doc: "IPv6: only packets from there take the route." },
    (line, option, route) => {
      const source = line.value(option, arg.prefix);
      if (source === undefined) return;
      if (source.address.family === 6) route.source = source;
      else {
        line.scope.report.add("wrongFamily", option, "only IPv6 routes have a from", "use src, or a rule");
        line.giveUp();
      }
    },
  ),
  ...hopOptions<RouteConf>("route"),
  value("tos", "trafficClass", nameOrNumber("rt_dsfield", 255), {
    aliases: ["dsfield"],
    default: "0",
    doc: "Type of service.",
  }),
  value("table", "table", nameOrNumber("rt_tables", UINT32_MAX), { default: "main", doc: "Routing table." }),
  custom(
    "protocol",
    protocol.grammar,
    { default: "keepalived", doc: "Who made the route; only our own are watched." },
    (line, option, route) => {
      const number = line.value(option, protocol);
      if (number !== undefined) route.protocol = number;
    },
  ),
  value("scope", "scope", nameOrNumber("rt_scopes", 255), {
    default: { from: "the type of the route" },
    doc: "Scope of the route.",
  }),
  value("metric", "priority", uint32, {
    aliases: ["priority", "preference"],
    default: { from: "the kernel" },
    doc: "The lowest wins.",
  }),
  value("expires", "expiresSeconds", uint32, { doc: "IPv6: seconds the route lives." }),
  metric("mtu", "mtu", uint32, true, "Path MTU."),
  metric("hoplimit", "hopLimit", arg.integer(0, 255), false, "Hop limit of packets."),
  metric("advmss", "advertisedMss", uint32, true, "Maximum segment size that TCP offers."),
  metric("rtt", "rtt", time(8), true, "First estimate of the round trip time."),
  metric("rttvar", "rttVariance", time(4), true, "First estimate of its variance."),
  metric("rto_min", "rtoMin", time(1), true, "Least time before TCP sends again."),
  metric("initcwnd", "initialCwnd", uint32, false, "First congestion window, in segments."),
  metric("initrwnd", "initialReceiveWindow", uint32, false, "First receive window, in segments."),
  metric("reordering", "reordering", uint32, true, "Reordering that TCP bears."),
  metric("window", "window", uint32, false, "Largest TCP window, in bytes."),
  metric("cwnd", "cwnd", uint32, true, "Largest congestion window, in segments."),
  metric("ssthresh", "slowStartThreshold", uint32, true, "First slow start threshold."),
  value("features", "explicitCongestion", arg.choice({ ecn: true }), { doc: "Explicit congestion notification." }),
  value("quickack", "quickAck", bit, { doc: "TCP acknowledges at once." }),
  custom("congctl", "[lock] NAME", { doc: "TCP congestion control." }, (line, option, route) => {
    const locked = line.accept("lock");
    const name = line.after(option, "NAME");
    if (name !== undefined) route.congestionControl = { name: name.text, locked };
  }),
  value("pref", "preference", routerPreference, { default: "medium", doc: "IPv6 router preference (RFC 4191)." }),
  value("ttl-propagate", "ttlPropagate", arg.choice({ enabled: true, disabled: false }), {
    doc: "MPLS: copy the TTL.",
  }),
  value("fastopen_no_cookie", "fastOpenNoCookie", bit, { doc: "TCP fast open without a cookie." }),
  flag("add", "placement", "add", { doc: "Only when there is no such route." }),
  flag("prepend", "placement", "prepend", { default: "on", doc: "Before routes like it." }),
  flag("append", "placement", "append", { doc: "Behind routes like it." }),
  custom("or", "IP", { doc: "Old form of a second next hop." }, (line, option, route) => {
    const via = line.value(option, arg.address);
    line.scope.report.add("deprecated", option, "or is an old word for a second gateway", "write nexthop via IP");
    if (via !== undefined) route.nextHops.push({ via });
  }),
  custom(
    "nexthop",
    "[via IP] [dev IFNAME] [weight N] [onlink] ...",
    { doc: "One of several next hops; they end the line.", inner: { "(nexthop)": nextHopItems } },
    (line, _option, route) => {
      const hop: NextHopConf = {};
      readKnownOptions(line, nextHopItems, hop);
      route.nextHops.push(hop);
      const rest = line.peek();
      if (rest === undefined || rest.text === "nexthop") return;
      line.scope.report.add(
        "unknownOption",
        rest,
        `'${rest.text}' stands behind the next hops`,
        "write it before them",
      );
      line.giveUp();
    },
  ),
  flag("no_track", "tracked", false, { doc: "Nobody minds when the route is removed from outside." }),
  value("vrf", "vrf", arg.interfaceName, { doc: "VRF device whose table it goes into." }),
];

const FIRST = {
  name: "<DEST>",
  grammar: "[to] [TYPE] IP[/LEN]|default|default6",
  doc: "Where the route leads to.",
};

export const routeItems: ItemTable<RouteConf> = itemTable(options, FIRST);
export const staticRouteItems: ItemTable<RouteConf> = itemTable(
  [...options, value("track_group", "trackGroup", trackGroupName, { doc: "Instances that watch its interface." })],
  FIRST,
);

const routeLineOf = (items: ItemTable<RouteConf>): Argument<readonly RouteConf[]> => ({
  grammar: "[to] [TYPE] IP[/LEN] [via IP] [dev IFNAME] [table NAME] [metric N] ...",
  parse(words, scope, statement) {
    const line = new ItemLine(words, scope, statement, "missingParameter");
    const route: RouteConf = {
      type: "unicast",
      placement: "prepend",
      nextHops: [],
      tracked: true,
      at: statement.keyword,
    };
    readOptions(line, items, route, destination);
    if (line.isBroken) return undefined;
    if (route.destination === undefined) {
      scope.report.add("missingWord", statement.keyword, "the route has no destination", "write IP/LENGTH or default");
      return undefined;
    }
    if (!isOneFamily(route, line)) return undefined;
    // vipd asks the kernel for the route itself; keepalived waits for news that it tells by the interface.
    const watchedByKeepalived = route.tracked && route.interfaceName !== undefined;
    if (route.tracked && !watchedByKeepalived) {
      const what = "the route names no interface, so keepalived cannot watch it (vipd does)";
      scope.report.add("unwatchedRoute", statement.keyword, what, "add dev IFNAME, or no_track");
    }
    if (watchedByKeepalived && route.protocol !== undefined && route.protocol !== PROTOCOL_KEEPALIVED) {
      scope.report.add(
        "adjusted",
        statement.keyword,
        "only routes of protocol keepalived can be watched: it is made one",
        "remove protocol, or add no_track",
      );
      delete route.protocol;
    }
    return [route];
  },
});

/** The destination decides, and the source address follows it. */
function isOneFamily({ destination: to, preferredSource }: RouteConf, line: ItemLine): boolean {
  if (to === undefined || preferredSource === undefined || to.address.family === preferredSource.family) return true;
  wrongFamily(line, line.statement.keyword, to.address.family);
  return false;
}

export const routeLine = routeLineOf(routeItems);
export const staticRouteLine = routeLineOf(staticRouteItems);

/** A type, or the destination itself: the words of a route that no option is called by. */
function destination(line: ItemLine, first: Word, route: RouteConf): boolean {
  const type = TYPES.get(first.text);
  if (type !== undefined) route.type = type;
  const word = type === undefined ? first : line.after(first, "DESTINATION");
  if (word === undefined || route.destination !== undefined) return word === undefined;
  const prefix = arg.readPrefix(word, line.scope);
  if (prefix === undefined) line.giveUp();
  else route.destination = prefix;
  return true;
}

function wrongFamily(line: ItemLine, at: Word, version: IpFamily): void {
  line.scope.report.add("wrongFamily", at, `IPv${version} does not go with the rest of the line`, "use one family");
  line.giveUp();
}
