// A line of `virtual_rules` or `static_rules`: the words of ip-rule(8), in any order.
import * as arg from "./arguments.js";
import type { Mark, Range } from "../wire/rule.js";
import type { RuleConf } from "./conf-network.js";
import { nameOrNumber, realms } from "./iproute-names.js";
import { ItemLine, itemTable, optionsFor, readOptions, type ItemTable, type OptionRow } from "./item-line.js";
import { uint64 } from "./next-hop.js";
import type { Word } from "./source.js";
import { wholeNumber } from "./takes.js";
import type { Argument } from "./table.js";
import { trackGroupName } from "./track-line.js";

const UINT32_MAX = 4_294_967_295;
const INT32_MAX = 2_147_483_647;
/** Rules without a preference are given one from here downwards. */
const FIRST_FREE_PREFERENCE = 16_384;

const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ["icmp", 1],
  ["igmp", 2],
  ["tcp", 6],
  ["udp", 17],
  ["gre", 47],
  ["esp", 50],
  ["ah", 51],
  ["ipv6-icmp", 58],
  ["ospf", 89],
  ["vrrp", 112],
  ["sctp", 132],
  ["udplite", 136],
]);

const ipProtocol: Argument<number> = {
  grammar: "NAME or a number 0..255",
  parse([word], scope) {
    if (word === undefined) return undefined;
    const named = PROTOCOLS.get(word.text);
    if (named !== undefined) return named;
    if (/^[0-9]+$/.test(word.text)) return arg.readInteger(word, { min: 0, max: 255 }, scope);
    scope.report.add(
      "invalidChoice",
      word,
      `'${word.text}' is not a protocol`,
      "write tcp, udp, sctp, icmp or a number",
    );
    return undefined;
  },
};

const mark: Argument<Mark> = {
  grammar: "MARK[/MASK]",
  parse([word], { report }) {
    const parts = word && /^(0x[0-9a-fA-F]{1,8}|[0-9]{1,10})(?:\/(0x[0-9a-fA-F]{1,8}|[0-9]{1,10}))?$/.exec(word.text);
    const value = { mark: Number(parts?.[1]), mask: Number(parts?.[2] ?? UINT32_MAX) };
    if (value.mark <= UINT32_MAX && value.mask <= UINT32_MAX) return value;
    report.add("invalidNumber", word, `'${word?.text ?? ""}' is not a mark`, "write MARK or MARK/MASK, 32 bits each");
    return undefined;
  },
};

const range = (max: number): Argument<Range> => ({
  grammar: `FROM-TO, numbers 0..${max}`,
  parse([word], { report }) {
    const parts = word && /^([0-9]{1,10})-([0-9]{1,10})$/.exec(word.text);
    const value = { from: Number(parts?.[1]), to: Number(parts?.[2]) };
    if (value.from <= value.to && value.to <= max) return value;
    report.add("invalidNumber", word, `'${word?.text ?? ""}' is not a range`, `write FROM-TO, such as 1000-${max}`);
    return undefined;
  },
});

const { custom, flag, value } = optionsFor<RuleConf>();
const tables = nameOrNumber("rt_tables", UINT32_MAX);

const selectors: readonly OptionRow<RuleConf>[] = [
  flag("inet", "family", 4, { doc: "An IPv4 rule." }),
  flag("inet6", "family", 6, { doc: "An IPv6 rule." }),
  prefixOption("from", "from", "Packets from there."),
  prefixOption("to", "to", "Packets to there."),
  flag("not", "not", true, { doc: "Everything but what matches." }),
  value("preference", "preference", arg.integer(1, UINT32_MAX), {
    aliases: ["order", "priority"],
    default: { from: "what is free, from 16384 downwards, with a complaint" },
    doc: "The lowest is looked at first.",
  }),
  value("tos", "trafficClass", nameOrNumber("rt_dsfield", 255), { aliases: ["dsfield"], doc: "Type of service." }),
  value("fwmark", "fwmark", mark, { doc: "Firewall mark." }),
  value("realms", "realms", realms, { doc: "Realms that are given, IPv4." }),
  value("suppress_prefixlength", "suppressPrefixLength", arg.integer(0, INT32_MAX), {
    aliases: ["sup_pl"],
    doc: "Routes with prefixes this short do not count.",
  }),
  value("suppress_ifgroup", "suppressInterfaceGroup", nameOrNumber("group", UINT32_MAX), {
    aliases: ["sup_group"],
    doc: "Routes through this group of interfaces do not count.",
  }),
  interfaceOption("iif", "inputInterface", ["dev"], "Packets that came in there."),
  interfaceOption("oif", "outputInterface", [], "Packets of sockets bound to it."),
  value("tunnel-id", "tunnelId", uint64, { doc: "Tunnel the packet came through." }),
  value("uidrange", "userIds", range(UINT32_MAX), { doc: "Users whose sockets they are." }),
  value("protocol", "protocol", nameOrNumber("rt_protos", 255), {
    default: "keepalived",
    doc: "Who made the rule; only our own are watched.",
  }),
  value("ipproto", "ipProtocol", ipProtocol, { doc: "Protocol above IP." }),
  value("sport", "sourcePorts", range(65_535), { doc: "Source ports." }),
  value("dport", "destinationPorts", range(65_535), { doc: "Destination ports." }),
  flag("no_track", "tracked", false, { doc: "Nobody minds when the rule is removed from outside." }),
];

const simple = (word: "nop" | "blackhole" | "unreachable" | "prohibit", doc: string): OptionRow<RuleConf> =>
  custom(word, "", { doc }, (line, option, rule) => {
    decide(line, option, rule, { kind: word });
  });

const actions: readonly OptionRow<RuleConf>[] = [
  custom("table", tables.grammar, { aliases: ["lookup"], doc: "Look into this table." }, (line, option, rule) => {
    const table = line.value(option, tables);
    if (table === undefined || table === 0) {
      if (table === 0) line.scope.report.add("outOfRange", option, "there is no table 0", "write a table 1 or above");
      line.giveUp();
    } else decide(line, option, rule, { kind: "table", table });
  }),
  custom("l3mdev", "", { doc: "Look into the table of the VRF device." }, (line, option, rule) => {
    if (isDecided(rule)) refuseSecond(line, option);
    else rule.l3Master = true;
  }),
  custom("type", "ACTION", { doc: "Goes before an action." }, () => undefined),
  custom(
    "goto",
    "PREFERENCE",
    { takes: wholeNumber(1, UINT32_MAX), doc: "Go on with a later rule." },
    (line, option, rule) => {
      const preference = line.value(option, arg.integer(1, UINT32_MAX));
      if (preference !== undefined) decide(line, option, rule, { kind: "goto", preference });
    },
  ),
  simple("nop", "Do nothing."),
  simple("blackhole", "Drop the packet."),
  simple("unreachable", "Refuse the packet as unreachable."),
  simple("prohibit", "Refuse the packet as prohibited."),
];

export const ruleItems: ItemTable<RuleConf> = itemTable([...selectors, ...actions]);
export const staticRuleItems: ItemTable<RuleConf> = itemTable([
  ...selectors,
  ...actions,
  value("track_group", "trackGroup", trackGroupName, { doc: "Instances that watch its interface." }),
]);

const ruleLineOf = (items: ItemTable<RuleConf>): Argument<readonly RuleConf[]> => ({
  grammar: "[from IP[/LEN]] [to IP[/LEN]] [preference N] table NAME ...",
  parse(words, scope, statement) {
    const line = new ItemLine(words, scope, statement, "missingParameter");
    const rule: RuleConf = {
      not: false,
      l3Master: false,
      tracked: true,
      order: statement.order,
      at: statement.keyword,
    };
    readOptions(line, items, rule);
    if (line.isBroken || !isWhole(rule, line)) return undefined;
    if (rule.preference === undefined) {
      scope.report.add(
        "adjusted",
        statement.keyword,
        "the rule has no preference and gets one that nobody chose",
        `add preference N, below ${FIRST_FREE_PREFERENCE} or where it belongs`,
      );
    }
    return [rule];
  },
});

export const ruleLine = ruleLineOf(ruleItems);
export const staticRuleLine = ruleLineOf(staticRuleItems);

/** Reports what does not go together; false when no rule can be made of it. */
function isWhole(rule: RuleConf, { scope: { report }, statement }: ItemLine): boolean {
  const refuse = (what: string, hint: string): false => {
    report.add("ignoredSetting", statement.keyword, `${what}; the rule is ignored`, hint);
    return false;
  };
  if (rule.action === undefined && !rule.l3Master) return refuse("the rule does nothing", "add table NAME");
  if (rule.action?.kind === "table" && rule.l3Master) return refuse("l3mdev takes no table", "remove one of the two");
  if (rule.action?.kind === "goto") {
    if (rule.preference === undefined) return refuse("goto needs a preference", "add preference N");
    if (rule.action.preference <= rule.preference) return refuse("goto leads backwards", "name a later rule");
  }
  const suppresses = rule.suppressPrefixLength !== undefined || rule.suppressInterfaceGroup !== undefined;
  if (suppresses && rule.action?.kind !== "table") return refuse("only a table can be suppressed in", "add table NAME");
  return true;
}

const isDecided = ({ action, l3Master }: RuleConf): boolean => action !== undefined || l3Master;

/** A rule does one thing: with a second one nobody knows which was meant. */
function decide(line: ItemLine, option: Word, rule: RuleConf, action: NonNullable<RuleConf["action"]>): void {
  if (isDecided(rule)) refuseSecond(line, option);
  else rule.action = action;
}

function refuseSecond(line: ItemLine, option: Word): void {
  const message = `${option.text} stands behind another action; the rule is ignored`;
  line.scope.report.add("ignoredSetting", option, message, "write one of table, l3mdev, goto, nop, blackhole, ...");
  line.giveUp();
}

function prefixOption(word: string, field: "from" | "to", doc: string): OptionRow<RuleConf> {
  return custom(word, arg.prefix.grammar, { takes: { kind: "address", of: "prefix" }, doc }, (line, option, rule) => {
    const prefix = line.value(option, arg.prefix);
    if (prefix === undefined) line.giveUp();
    else if (rule.family !== undefined && rule.family !== prefix.address.family) {
      line.scope.report.add("wrongFamily", option, `the address is not of IPv${rule.family}`, "use one family");
      line.giveUp();
    } else {
      rule.family = prefix.address.family;
      rule[field] = prefix;
    }
  });
}

function interfaceOption(
  word: string,
  field: "inputInterface" | "outputInterface",
  aliases: readonly string[],
  doc: string,
): OptionRow<RuleConf> {
  return custom(
    word,
    arg.interfaceName.grammar,
    { takes: { kind: "interface" }, aliases, doc },
    (line, option, rule) => {
      const name = line.value(option, arg.interfaceName);
      if (name !== undefined) rule[field] = name;
    },
  );
}
