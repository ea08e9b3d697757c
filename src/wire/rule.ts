// Rules of the routing policy database as plain values, in the words of ip-rule(8).
import { type IpFamily, type IpPrefix, formatPrefix } from "../base/ip.js";
import { toHex } from "../base/bytes.js";
import { type Octets8, PROTOCOL_KEEPALIVED } from "./route.js";

export interface Mark {
  readonly mark: number;
  readonly mask: number;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

export type RuleAction =
  | { readonly kind: "table"; readonly table: number }
  /** The table of the VRF that the packet belongs to. */
  | { readonly kind: "l3mdev" }
  | { readonly kind: "goto"; readonly preference: number }
  | { readonly kind: "nop" | "blackhole" | "unreachable" | "prohibit" };

export interface Rule {
  readonly family: IpFamily;
  /** The lowest is looked at first. */
  readonly preference: number;
  /** Everything but what matches. */
  readonly not: boolean;
  readonly from?: IpPrefix;
  readonly to?: IpPrefix;
  readonly trafficClass: number;
  readonly fwmark?: Mark;
  readonly inputInterface?: string;
  readonly outputInterface?: string;
  readonly tunnelId?: Octets8;
  readonly userIds?: Range;
  readonly ipProtocol?: number;
  readonly sourcePorts?: Range;
  readonly destinationPorts?: Range;
  readonly action: RuleAction;
  /** Source realm in the upper 16 bits, destination realm in the lower; IPv4. */
  readonly realms?: number;
  readonly suppressPrefixLength?: number;
  readonly suppressInterfaceGroup?: number;
  /** RTPROT_*: who made it; absent: nobody says. */
  readonly protocol?: number;
}

/** Where a rule stands in the kernel's list. */
export interface RuleSlot {
  readonly family: IpFamily;
  readonly preference: number;
}

/** The rule in the words of ip-rule(8): two rules that differ in anything differ here. */
export function formatRule(rule: Rule): string {
  const { fwmark, realms, tunnelId } = rule;
  const words = [
    ...(rule.family === 6 ? ["inet6"] : []),
    ...(rule.not ? ["not"] : []),
    ...["from", rule.from === undefined ? "all" : formatPrefix(rule.from)],
    ...(rule.to === undefined ? [] : ["to", formatPrefix(rule.to)]),
    ...(rule.trafficClass === 0 ? [] : ["tos", `0x${rule.trafficClass.toString(16)}`]),
    ...(fwmark === undefined ? [] : ["fwmark", `0x${fwmark.mark.toString(16)}/0x${fwmark.mask.toString(16)}`]),
    ...textWord("iif", rule.inputInterface),
    ...textWord("oif", rule.outputInterface),
    ...textWord("tunnel-id", tunnelId === undefined ? undefined : `0x${toHex(tunnelId)}`),
    ...rangeWord("uidrange", rule.userIds),
    ...textWord("ipproto", rule.ipProtocol),
    ...rangeWord("sport", rule.sourcePorts),
    ...rangeWord("dport", rule.destinationPorts),
    ...actionWords(rule.action),
    ...textWord("realms", realms === undefined ? undefined : `${Math.floor(realms / 65_536)}/${realms % 65_536}`),
    ...textWord("suppress_prefixlength", rule.suppressPrefixLength),
    ...textWord("suppress_ifgroup", rule.suppressInterfaceGroup),
    ...["preference", String(rule.preference)],
    ...(rule.protocol === PROTOCOL_KEEPALIVED ? [] : textWord("protocol", rule.protocol ?? 0)),
  ];
  return words.join(" ");
}

function actionWords(action: RuleAction): readonly string[] {
  switch (action.kind) {
    case "table":
      return ["table", String(action.table)];
    case "goto":
      return ["goto", String(action.preference)];
    case "l3mdev":
    case "nop":
    case "blackhole":
    case "unreachable":
    case "prohibit":
      return [action.kind];
  }
}

const textWord = (word: string, value: number | string | undefined): readonly string[] =>
  value === undefined ? [] : [word, String(value)];

const rangeWord = (word: string, range: Range | undefined): readonly string[] =>
  range === undefined ? [] : [word, `${range.from}-${range.to}`];
