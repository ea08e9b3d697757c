// Values to try on every keyword and every word of an item line, made from what the tables say that it takes: within the
// limits, on them, one beyond, of the wrong kind, missing, too many.
import type { ItemFacts, OptionFacts } from "../../../src/config/item-line.js";
import { root } from "../../../src/config/keywords/root.js";
import type { RowFacts, TableFacts } from "../../../src/config/table.js";
import type { NumberTakes, Takes } from "../../../src/config/takes.js";
import { goodBlocks, grammarOf, ownLines, ownValues } from "./own-values.js";

/** A keyword or a word of a line, in a block. */
export interface Pair {
  /** `(root)`, or the keywords of the blocks around it: `vrrp_instance/virtual_routes/(nexthop)`. */
  readonly block: string;
  readonly keyword: string;
  /** Whole settings, to be put into the block. */
  readonly probes: readonly string[];
}

/** Every pair of the tables. */
export const allPairs = (): readonly Pair[] =>
  pairsOf(root, "").map((pair) => ({
    ...pair,
    probes: pair.probes.filter((probe) => !(NEVER_ENDS.block.test(pair.block) && NEVER_ENDS.probe.test(probe))),
  }));

/** keepalived 2.2.7 looks for a track_file that is not there until it is killed. */
const NEVER_ENDS = { block: /\/track_file$/, probe: /^nosuch|reverse \{/ };

function pairsOf({ rows }: TableFacts, path: string): readonly Pair[] {
  return rows.flatMap((row) =>
    [row.keyword, ...row.aliases].flatMap((keyword) => {
      const inner = path === "" ? keyword : `${path}/${keyword}`;
      return [
        {
          block: path === "" ? "(root)" : path,
          keyword,
          probes: probesOfRow(row, path === "" ? "(root)" : path, keyword),
        },
        ...(row.inner === undefined ? [] : pairsOf(row.inner, inner)),
        ...(row.items === undefined ? [] : pairsOfItems(row.items, inner)),
      ];
    }),
  );
}

function pairsOfItems({ first, options }: ItemFacts, path: string): readonly Pair[] {
  return [
    ...(first === undefined ? [] : [{ block: path, keyword: first.name, probes: ownLines[grammarOf(path)] ?? [] }]),
    ...options.flatMap((option) =>
      [option.word, ...option.aliases].flatMap((word) => [
        { block: path, keyword: word, probes: probesOfOption(option, path, word) },
        ...Object.entries(option.inner ?? {}).flatMap(([name, inner]) => pairsOfItems(inner, `${path}/${name}`)),
      ]),
    ),
  ];
}

function probesOfRow({ shape, takes }: RowFacts, block: string, keyword: string): readonly string[] {
  if (shape !== "leaf") return [`${keyword}x {; }`, ...probesOfBlock(block, keyword)];
  const [good = ""] = valuesOf(takes);
  const written = `${keyword} ${good}`.trim();
  const isFlag = takes.kind === "nothing";
  return [
    ...valuesOf(takes).map((value) => `${keyword} ${value}`.trimEnd()),
    ...(ownValues[`${grammarOf(block)} ${keyword}`] ?? []).map((value) => `${keyword} ${value}`),
    keyword,
    `${written} x`,
    // Where no word can be wrong, the rest of the line can.
    ...(isChecked(takes) ? [] : [`${written} {; }`, `${keyword}x ${good}`.trimEnd()]),
    ...(isFlag ? [`${keyword}; ${keyword}`] : []),
  ];
}

/** Without its name, with a word too many, twice, without braces, not closed. */
function probesOfBlock(block: string, keyword: string): readonly string[] {
  const [name, inside] = goodBlocks[`${grammarOf(block)} ${keyword}`] ?? ["", ""];
  const head = `${keyword} ${name}`.trimEnd();
  const whole = `${head} {; ${inside}; }`;
  return [
    ...(inside === "" ? [] : [whole, `${whole}; ${whole}`, `${head} x {; ${inside}; }`]),
    ...(name === "" ? [] : [`${keyword} {; ${inside}; }`]),
    head,
    `${head} {; }`,
    `${head} {; ${inside}`.trimEnd(),
  ];
}

/** Whether some words are refused. */
const isChecked = ({ kind }: Takes): boolean => kind !== "nothing" && kind !== "text" && kind !== "command";

function probesOfOption({ takes }: OptionFacts, path: string, word: string): readonly string[] {
  const line = lineAround(path, word);
  const own = ownValues[`${grammarOf(path)} ${word}`] ?? [];
  const isFlag = takes.kind === "nothing";
  return [
    ...[...valuesOf(takes), ...own].map((value) => `${word} ${value}`.trimEnd()),
    word,
    `${word}x`,
    ...(isFlag ? [`${word} ${word}`, `${word} nosuch`, `${word} {; }`] : []),
  ].map((option) => line.replace("@", option));
}

/** A line that is complete with the option; words of IPv6 and those that exclude each other have lines of their own. */
function lineAround(path: string, word: string): string {
  const grammar = path.replace(/^vrrp_(instance|sync_group)\//, "");
  return LINES[`${grammar} ${word}`] ?? LINES[grammar] ?? "@";
}

const V6_ROUTE = "2001:db8:1::/48 via 2001:db8::1 dev eth0 @";
const ENCAP_IP = "10.1.0.0/16 via 10.9.9.254 dev eth0 encap ip id 5 dst 10.9.9.2 @";
const ENCAP_IP6 = "10.1.0.0/16 via 10.9.9.254 dev eth0 encap ip6 id 5 dst 2001:db8::2 @";
const V4_ROUTE = "10.1.0.0/16 via 10.9.9.254 dev eth0 @";
const RULE = "from 10.1.0.0/16 table 100 preference 50 @";

const both = (grammar: string, lines: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(lines).flatMap(([word, line]) =>
      [`static_${grammar}`, `virtual_${grammar}`].map((name) => [`${name}${word}`, line]),
    ),
  );

const ADDRESS_LINES = {
  "": "10.9.9.98/24 @",
  " home": "2001:db8::98/64 @",
  " -nodad": "2001:db8::98/64 @",
  " mngtmpaddr": "2001:db8::98/64 @",
  " peer": "10.9.9.98 @",
  " use_vmac": "10.9.9.98/24 dev eth1 @",
};

const LINES: Readonly<Record<string, string>> = {
  ...both("ipaddress", ADDRESS_LINES),
  ...Object.fromEntries(
    Object.entries(ADDRESS_LINES).map(([word, line]) => [`virtual_ipaddress_excluded${word}`, line]),
  ),
  ...both("routes", {
    "": V4_ROUTE,
    " to": "@",
    " via": "10.1.0.0/16 dev eth0 @",
    " gw": "10.1.0.0/16 dev eth0 @",
    " dev": "10.1.0.0/16 via 10.9.9.254 @",
    " oif": "10.1.0.0/16 via 10.9.9.254 @",
    " inet6": V6_ROUTE,
    " from": V6_ROUTE,
    " expires": V6_ROUTE,
    " pref": V6_ROUTE,
    "/(nexthop)": "10.1.0.0/16 nexthop via 10.9.9.253 dev eth0 nexthop via 10.9.9.254 @",
    "/(nexthop) via": "10.1.0.0/16 nexthop via 10.9.9.253 dev eth0 nexthop @",
    "/(nexthop) gw": "10.1.0.0/16 nexthop via 10.9.9.253 dev eth0 nexthop @",
    "/(encap ip)": ENCAP_IP,
    "/(encap ip) id": "10.1.0.0/16 via 10.9.9.254 dev eth0 encap ip @",
    "/(encap ip) dst": "10.1.0.0/16 via 10.9.9.254 dev eth0 encap ip id 5 @",
    "/(encap ip6)": ENCAP_IP6,
    "/(encap ip6) id": "10.1.0.0/16 via 10.9.9.254 dev eth0 encap ip6 @",
    "/(encap ip6) dst": "10.1.0.0/16 via 10.9.9.254 dev eth0 encap ip6 id 5 @",
    "/(nexthop)/(encap ip)": `10.1.0.0/16 nexthop via 10.9.9.253 dev eth0 nexthop ${ENCAP_IP.slice(12)}`,
    "/(nexthop)/(encap ip6)": `10.1.0.0/16 nexthop via 10.9.9.253 dev eth0 nexthop ${ENCAP_IP6.slice(12)}`,
  }),
  ...both("rules", {
    "": RULE,
    " inet6": "from 2001:db8::/32 table 100 preference 50 @",
    " from": "table 100 preference 50 @",
    " to": "table 100 preference 50 @",
    " table": "from 10.1.0.0/16 preference 50 @",
    " lookup": "from 10.1.0.0/16 preference 50 @",
    " preference": "from 10.1.0.0/16 table 100 @",
    " order": "from 10.1.0.0/16 table 100 @",
    " priority": "from 10.1.0.0/16 table 100 @",
    " l3mdev": "preference 50 @",
    " type": "from 10.1.0.0/16 preference 50 @ blackhole",
    " goto": "from 10.1.0.0/16 preference 50 @",
    " nop": "from 10.1.0.0/16 preference 50 @",
    " blackhole": "from 10.1.0.0/16 preference 50 @",
    " unreachable": "from 10.1.0.0/16 preference 50 @",
    " prohibit": "from 10.1.0.0/16 preference 50 @",
    " track_group": "from 10.1.0.0/16 table 100 preference 50 iif eth0 @",
  }),
  track_interface: "eth1 @",
  "track_interface reverse": "eth1 weight 10 @",
  ...Object.fromEntries(
    [
      ["script", "s"],
      ["file", "f"],
      ["process", "p"],
      ["bfd", "b"],
    ].flatMap(([kind = "", name = ""]) => [
      [`track_${kind}`, `${name} @`],
      [`track_${kind} reverse`, `${name} weight 10 @`],
      [`track_${kind} noreverse`, `${name} weight 10 @`],
    ]),
  ),
  unicast_peer: "10.9.9.2 @",
  virtual_server_group: "@",
  linkbeat_interfaces: "eth0 @",
};

/** The first one is good. */
function valuesOf(takes: Takes): readonly string[] {
  switch (takes.kind) {
    case "nothing":
      return [""];
    case "boolean":
      return ["on", "off", "ON", "x", "1"];
    case "number":
      return numbers(takes);
    case "choice":
      return [...takes.words, otherCase(takes.words[0] ?? ""), "nosuch"];
    case "address":
      return ADDRESSES[takes.of][takes.family ?? 4];
    case "interface":
      return ["eth1", "abcdefghijklmno", "abcdefghijklmnop"];
    case "text":
      return takes.longest === undefined ? ["abc"] : ["abc", "x".repeat(takes.longest), "x".repeat(takes.longest + 1)];
    case "command":
      return ['"/usr/bin/true"', '"/usr/bin/true a b" root', '"/usr/bin/true', '"/usr/bin/true" nosuchuser'];
    case "identity":
      return ["root", "root root", "nosuchuser", "root nosuchgroup"];
    case "own":
      return [];
  }
}

const otherCase = (word: string): string => (word === word.toUpperCase() ? word.toLowerCase() : word.toUpperCase());

const ADDRESSES: Readonly<Record<"host" | "prefix" | "multicast", Readonly<Record<4 | 6, readonly string[]>>>> = {
  host: {
    4: ["10.9.9.20", "10.9.9.20/24", "10.9.9.256", "10.9.9", "x", "2001:db8::20"],
    6: ["2001:db8::20", "10.9.9.20", "2001:db8:::20", "x"],
  },
  prefix: {
    4: ["10.3.0.0/16", "10.3.0.1", "10.3.0.0/0", "10.3.0.0/33", "10.3.0.0/x", "10.3.0.0/", "x"],
    6: ["2001:db8::/32", "2001:db8::/129", "x"],
  },
  multicast: {
    4: ["224.0.0.19", "239.255.255.255", "223.255.255.255", "240.0.0.0", "x", "ff02::13"],
    6: ["ff02::13", "fe80::1", "224.0.0.19", "x"],
  },
};

function numbers({ min, max, decimals }: NumberTakes): readonly string[] {
  const step = 10 ** -decimals;
  const written = (value: number): string =>
    decimals === 0 ? `${value}` : value.toFixed(decimals).replace(/\.?0+$/, "");
  const inside = min >= 1 || min <= -1 ? Math.min(max, Math.ceil(min) + 1) : 1;
  return [
    `${inside}`,
    written(min),
    ...(Number.isSafeInteger(max / step) ? [written(max), written(max + step)] : []),
    ...(min >= step ? [written(min - step)] : []),
    ...(min < 0 ? [written(min - step)] : ["-1"]),
    ...(decimals === 0 ? [`${inside}.5`] : [`${inside}.${"5".repeat(decimals + 1)}`]),
    `${inside}x`,
    "x",
    '""',
  ];
}
