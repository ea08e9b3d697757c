// Rules of the routing policy database: RTM_NEWRULE, RTM_DELRULE (<linux/fib_rules.h>, ip-rule(8)).
//
// | family (8) | destination length (8) | source length (8) | type of service (8) |
// | table (8)  | reserved (16)                              | action FR_ACT_* (8) |
// | flags FIB_RULE_* (32)                                                        |
// | attributes FRA_*                                                             |
import type { Rule, RuleAction, RuleSlot } from "../rule.js";
import { body, table } from "./attribute.js";
import { Malformed, ip, octets8, string, struct, u16, u32, u8 } from "./kind.js";
import { type Message, NLM_F_CREATE, NLM_F_EXCL, type Request } from "./message.js";
import { RTM_DELRULE, RTM_NEWRULE, addressFamily, familyOf, ipFamily } from "./rtnetlink.js";

/** FR_ACT_*; the table of a VRF is looked up like any other. */
const actions = {
  table: 1,
  l3mdev: 1,
  goto: 2,
  nop: 3,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
} as const satisfies Record<RuleAction["kind"], number>;

const FIB_RULE_INVERT = 2;
const LARGEST_SHORT_TABLE = 255;

const fibRuleHdr = struct("fib_rule_hdr", [
  ["family", u8],
  ["destinationLength", u8],
  ["sourceLength", u8],
  ["trafficClass", u8],
  ["table", u8],
  ["reserved", u16],
  ["action", u8],
  ["flags", u32],
]);

const uidRange = struct("uid range", [
  ["from", u32],
  ["to", u32],
]);
const portRange = struct("port range", [
  ["from", u16],
  ["to", u16],
]);

/** FRA_* */
const attributes = table("rule", [
  ["destination", 1, ip],
  ["source", 2, ip],
  ["inputInterface", 3, string],
  ["goto", 4, u32],
  ["preference", 6, u32],
  ["mark", 10, u32],
  ["realms", 11, u32],
  ["tunnelId", 12, octets8],
  ["suppressInterfaceGroup", 13, u32],
  ["suppressPrefixLength", 14, u32],
  ["table", 15, u32],
  ["mask", 16, u32],
  ["outputInterface", 17, string],
  ["l3mdev", 19, u8],
  ["userIds", 20, uidRange],
  ["protocol", 21, u8],
  ["ipProtocol", 22, u8],
  ["sourcePorts", 23, portRange],
  ["destinationPorts", 24, portRange],
]);

export const ruleMessage = body(fibRuleHdr, attributes);

/**
 * Adds a rule. The kernel would take the same one twice; it is refused with EEXIST, so that this also asks whether it is
 * there. `ip rule add from 10.1.0.0/16 table 100 preference 50 protocol keepalived`
 */
export const newRule = (rule: Rule): Request => ({
  type: RTM_NEWRULE,
  flags: NLM_F_CREATE | NLM_F_EXCL,
  body: (out) => ruleMessage.write(out, header(rule), values(rule)),
});

/** Deletes a rule that agrees in all that is said of it. */
export const deleteRule = (rule: Rule): Request => ({
  type: RTM_DELRULE,
  flags: 0,
  body: (out) => ruleMessage.write(out, header(rule), values(rule)),
});

/** The rule of an RTM_NEWRULE or RTM_DELRULE; undefined for a family other than IPv4 and IPv6. */
export function readRule(message: Message): RuleSlot | undefined | Malformed {
  const family = ipFamily(familyOf(message));
  if (family === undefined) return undefined;
  const read = ruleMessage.read(message.view, message.start, message.end);
  return read instanceof Malformed ? read : { family, preference: read.attributes.preference ?? 0 };
}

const header = (rule: Rule) => ({
  family: addressFamily(rule.family),
  destinationLength: rule.to?.length ?? 0,
  sourceLength: rule.from?.length ?? 0,
  trafficClass: rule.trafficClass,
  table: shortTable(rule.action),
  reserved: 0,
  action: actions[rule.action.kind],
  flags: rule.not ? FIB_RULE_INVERT : 0,
});

const shortTable = (action: RuleAction): number =>
  action.kind === "table" && action.table <= LARGEST_SHORT_TABLE ? action.table : 0;

const values = (rule: Rule) => ({
  // A prefix of length 0 selects nothing, and the kernel takes no address with it.
  destination: rule.to?.length === 0 ? undefined : rule.to?.address,
  source: rule.from?.length === 0 ? undefined : rule.from?.address,
  inputInterface: rule.inputInterface,
  goto: rule.action.kind === "goto" ? rule.action.preference : undefined,
  preference: rule.preference,
  mark: rule.fwmark?.mark,
  mask: rule.fwmark?.mask,
  realms: rule.realms,
  tunnelId: rule.tunnelId,
  suppressInterfaceGroup: rule.suppressInterfaceGroup,
  suppressPrefixLength: rule.suppressPrefixLength,
  table: rule.action.kind === "table" ? rule.action.table : undefined,
  outputInterface: rule.outputInterface,
  l3mdev: rule.action.kind === "l3mdev" ? 1 : undefined,
  userIds: rule.userIds,
  protocol: rule.protocol,
  ipProtocol: rule.ipProtocol,
  sourcePorts: rule.sourcePorts,
  destinationPorts: rule.destinationPorts,
});
