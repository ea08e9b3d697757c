// Tables, chains, sets and rules of nf_tables (<linux/netfilter/nf_tables.h>, nft(8)). Numbers are in network byte order.
import type { IpFamily } from "../../base/ip.js";
import { array, body, encode, list, nested, table } from "./attribute.js";
import { bytes, string, u32be } from "./kind.js";
import { NLM_F_CREATE, type Request } from "./message.js";
import { netfilterHeader, netfilterType, nfgenmsg } from "./nfnetlink.js";
import { addressFamily } from "./rtnetlink.js";
import { LITTLE_ENDIAN } from "./writer.js";

export const NFNL_SUBSYS_NFTABLES = 10;

/** Numbers of the messages, NFT_MSG_*. */
const NEWTABLE = 0;
const DELTABLE = 2;
const NEWCHAIN = 3;
const NEWRULE = 6;
const NEWSET = 9;
const NEWSETELEM = 12;
const DELSETELEM = 14;
/** With NLM_F_CREATE: behind the rules that are there. */
const NLM_F_APPEND = 0x800;
/** The table goes with the socket that made it, and nobody else changes it (Linux 5.12). */
const NFT_TABLE_F_OWNER = 0x2;

/** Hooks of the families ip and ip6 (enum nf_inet_hooks). */
export const hooks = { input: 1, output: 3 } as const;
export type Hook = keyof typeof hooks;

/** What the keys of a set are: the numbers are nft(8)'s own, by which it prints them. */
export const keyTypes = {
  ipv4_addr: { number: 7, length: 4, bigEndian: true },
  ipv6_addr: { number: 8, length: 16, bigEndian: true },
  icmpv6_type: { number: 29, length: 1, bigEndian: false },
  iface_index: { number: 20, length: 4, bigEndian: false },
  ifname: { number: 41, length: 16, bigEndian: false },
} as const;
export type KeyType = keyof typeof keyTypes;
/** The parts of a concatenated key follow each other with six bits each. */
const CONCATENATION_BITS = 6;

const tableMessage = body(
  nfgenmsg,
  table("table", [
    ["name", 1, string],
    ["flags", 2, u32be],
  ]),
);

const hook = table("hook", [
  ["number", 1, u32be],
  ["priority", 2, u32be],
]);
const chainMessage = body(
  nfgenmsg,
  table("chain", [
    ["table", 1, string],
    ["name", 3, string],
    ["hook", 4, nested(hook)],
    ["type", 7, string],
  ]),
);

const setMessage = body(
  nfgenmsg,
  table("set", [
    ["table", 1, string],
    ["name", 2, string],
    ["flags", 3, u32be],
    ["keyType", 4, u32be],
    ["keyLength", 5, u32be],
    ["id", 10, u32be],
    ["userData", 13, bytes],
  ]),
);

const data = table("data", [["value", 1, bytes]]);
const element = table("element", [["key", 1, nested(data)]]);
const elementsMessage = body(
  nfgenmsg,
  table("elements", [
    ["table", 1, string],
    ["set", 2, string],
    ["elements", 3, array(nested(element))],
  ]),
);

const expression = table("expression", [
  ["name", 1, string],
  ["data", 2, bytes],
]);
const ruleMessage = body(
  nfgenmsg,
  table("rule", [
    ["table", 1, string],
    ["chain", 2, string],
    ["expressions", 4, list(nested(expression))],
  ]),
);

/** A table of one family. */
export interface TableName {
  readonly family: IpFamily;
  readonly name: string;
}

const header = ({ family }: TableName) => netfilterHeader(addressFamily(family));
const type = (message: number): number => netfilterType(NFNL_SUBSYS_NFTABLES, message);

/** `nft add table ip keepalived`; with `owned`, its flags become `owner`. */
export const newTable = (table: TableName, owned: boolean): Request => ({
  type: type(NEWTABLE),
  flags: NLM_F_CREATE,
  body: (out) =>
    tableMessage.write(out, header(table), { name: table.name, flags: owned ? NFT_TABLE_F_OWNER : undefined }),
});

/** With all that is in it. `nft delete table ip keepalived` */
export const deleteTable = (table: TableName): Request => ({
  type: type(DELTABLE),
  flags: 0,
  body: (out) => tableMessage.write(out, header(table), { name: table.name }),
});

/** `nft add chain ip keepalived in '{ type filter hook input priority -1; }'`; what no rule decides is accepted. */
export const newChain = (table: TableName, name: string, at: Hook, priority: number): Request => ({
  type: type(NEWCHAIN),
  flags: NLM_F_CREATE,
  body: (out) =>
    chainMessage.write(out, header(table), {
      table: table.name,
      name,
      hook: { number: hooks[at], priority },
      type: "filter",
    }),
});

/** `nft add set ip keepalived vips '{ type ipv4_addr; }'`. `id` is any number that is its own in the transaction. */
export const newSet = (table: TableName, name: string, key: readonly KeyType[], id: number): Request => ({
  type: type(NEWSET),
  flags: NLM_F_CREATE,
  body: (out) =>
    setMessage.write(out, header(table), {
      table: table.name,
      name,
      flags: 0,
      keyType: key.reduce((number, part) => (number << CONCATENATION_BITS) | keyTypes[part].number, 0),
      keyLength: key.reduce((length, part) => length + padded(keyTypes[part].length, key.length > 1), 0),
      id,
      userData: key.length === 1 && key.every((part) => keyTypes[part].bigEndian) ? bigEndianKeys : undefined,
    }),
});

/** Parts of a concatenation begin at multiples of four octets. */
const padded = (length: number, isPart: boolean): number => (isPart ? (length + 3) & ~3 : length);

/** For nft(8), which looks there for the byte order that it prints keys in: type 0, length 4, value 2. */
const bigEndianKeys = Uint8Array.from(LITTLE_ENDIAN ? [0, 4, 2, 0, 0, 0] : [0, 4, 0, 0, 0, 2]);

/** `nft add element ip keepalived vips '{ 10.0.0.1 }'` */
export const addElements = (table: TableName, set: string, keys: readonly Uint8Array[]): Request =>
  elements(NEWSETELEM, NLM_F_CREATE, table, set, keys);

/** `nft delete element ip keepalived vips '{ 10.0.0.1 }'` */
export const deleteElements = (table: TableName, set: string, keys: readonly Uint8Array[]): Request =>
  elements(DELSETELEM, 0, table, set, keys);

const elements = (
  message: number,
  flags: number,
  table: TableName,
  set: string,
  keys: readonly Uint8Array[],
): Request => ({
  type: type(message),
  flags,
  body: (out) =>
    elementsMessage.write(out, header(table), {
      table: table.name,
      set,
      elements: keys.map((value) => ({ key: { value } })),
    }),
});

/** A step of a rule; `nft --debug=netlink` prints rules as such steps. */
export interface Expression {
  readonly name: string;
  readonly data: Uint8Array;
}

/** Behind the rules that the chain has: `nft add rule ip keepalived in ip daddr @vips drop`. */
export const newRule = (table: TableName, chain: string, expressions: readonly Expression[]): Request => ({
  type: type(NEWRULE),
  flags: NLM_F_CREATE | NLM_F_APPEND,
  body: (out) => ruleMessage.write(out, header(table), { table: table.name, chain, expressions }),
});

// Registers hold 16 octets each; 0 takes the verdict.
export const FIRST_REGISTER = 1;
export const SECOND_REGISTER = 2;
const VERDICT_REGISTER = 0;

const payload = table("payload", [
  ["register", 1, u32be],
  ["base", 2, u32be],
  ["offset", 3, u32be],
  ["length", 4, u32be],
]);
const meta = table("meta", [
  ["register", 1, u32be],
  ["key", 2, u32be],
]);
const cmp = table("cmp", [
  ["register", 1, u32be],
  ["operation", 2, u32be],
  ["data", 3, nested(data)],
]);
const lookup = table("lookup", [
  ["set", 1, string],
  ["register", 2, u32be],
]);
const verdictCode = table("verdict", [["code", 1, u32be]]);
const verdictData = table("verdict data", [["verdict", 2, nested(verdictCode)]]);
const immediate = table("immediate", [
  ["register", 1, u32be],
  ["data", 2, nested(verdictData)],
]);

const bases = { network: 1, transport: 2 } as const;
const metaKeys = { iif: 4, oif: 5, iifname: 6, oifname: 7, l4proto: 16 } as const;
const verdicts = { drop: 0, accept: 1 } as const;
const EQUAL = 0;

/** Octets of a header, counted from its beginning, into a register. */
export const loadPayload = (base: keyof typeof bases, offset: number, length: number): Expression => ({
  name: "payload",
  data: encode(payload, { register: FIRST_REGISTER, base: bases[base], offset, length }),
});

export const loadMeta = (key: keyof typeof metaKeys, register: number): Expression => ({
  name: "meta",
  data: encode(meta, { register, key: metaKeys[key] }),
});

/** The rule goes on where the first register holds these octets. */
export const isEqual = (value: Uint8Array): Expression => ({
  name: "cmp",
  data: encode(cmp, { register: FIRST_REGISTER, operation: EQUAL, data: { value } }),
});

/** The rule goes on where the set has what stands from the first register on. */
export const isIn = (set: string): Expression => ({
  name: "lookup",
  data: encode(lookup, { set, register: FIRST_REGISTER }),
});

export const count: Expression = { name: "counter", data: new Uint8Array() };

export const decide = (verdict: keyof typeof verdicts): Expression => ({
  name: "immediate",
  data: encode(immediate, { register: VERDICT_REGISTER, data: { verdict: { code: verdicts[verdict] } } }),
});
