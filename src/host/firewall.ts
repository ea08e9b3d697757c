// Accept_Mode false (RFC 5798 §6.1): what comes for a virtual address, or from one, is dropped by nf_tables (nft(8)).
// Forwarded packets pass, and so does neighbour discovery. One table a family, made and replaced in one transaction:
//
//   table ip6 keepalived {
//     set vips { type ipv6_addr; elements = { 2001:db8::1 } }
//     set vips_link_local { type ipv6_addr . ifname; elements = { fe80::1 . "vrrp6.51" } }
//     set neighbor-discovery { type icmpv6_type; elements = { nd-neighbor-solicit, nd-neighbor-advert } }
//     chain in {
//       type filter hook input priority -1;
//       meta l4proto ipv6-icmp icmpv6 type @neighbor-discovery accept
//       ip6 daddr . iifname @vips_link_local drop
//       ip6 daddr @vips drop
//     }
//     chain out { the same with saddr and oifname, at hook output }
//   }
import { constants } from "node:os";
import { encodeUtf8 } from "../base/utf8.js";
import { type IpAddress, type IpFamily, isLinkLocal } from "../base/ip.js";
import type { BlockedAddress, PacketFilter } from "../vrrp/effects.js";
import type { Request } from "../wire/netlink/message.js";
import { NETLINK_NETFILTER } from "../wire/netlink/nfnetlink.js";
import {
  type Expression,
  FIRST_REGISTER,
  type Hook,
  type KeyType,
  NFNL_SUBSYS_NFTABLES,
  SECOND_REGISTER,
  type TableName,
  addElements,
  count,
  decide,
  deleteTable,
  isEqual,
  isIn,
  keyTypes,
  loadMeta,
  loadPayload,
  newChain,
  newRule,
  newSet,
  newTable,
} from "../wire/netlink/nftables.js";
import { type SystemError, isSystemError } from "../native/index.js";
import { type NetlinkSocket, type RequestRefusal, openNetlinkSocket } from "./netlink-socket.js";

const { EINVAL, EOPNOTSUPP } = constants.errno;

const FAMILIES: readonly IpFamily[] = [4, 6];
/** A transaction has room for two messages of so many elements, beside the rules. */
const ELEMENTS_PER_TRANSACTION = 700;
const ICMPV6 = 58;
const NEIGHBOR_SOLICIT = 135;
const NEIGHBOR_ADVERT = 136;

const VIPS = "vips";
const LINK_LOCAL = "vips_link_local";
const DISCOVERY = "neighbor-discovery";

const addressLength = (family: IpFamily): number => (family === 4 ? 4 : 16);
/** Where the header of each family has its addresses (RFC 791 §3.1, RFC 8200 §3). */
const addressAt = { 4: { input: 16, output: 12 }, 6: { input: 24, output: 8 } } as const;

export interface Firewall {
  /** Puts exactly this filter in force; absent: none. A refusal leaves what was in force before. */
  apply(filter: PacketFilter | undefined): RequestRefusal | undefined;
  close(): void;
}

export function openFirewall(): Firewall | SystemError {
  const socket = openNetlinkSocket(NETLINK_NETFILTER);
  return isSystemError(socket) ? socket : new NfTables(socket);
}

class NfTables implements Firewall {
  readonly #socket: NetlinkSocket;
  #tables: readonly TableName[] = [];
  /** Where the kernel can do it, nobody else's `flush ruleset` takes our rules along, and they end with the process. */
  #owned = true;

  constructor(socket: NetlinkSocket) {
    this.#socket = socket;
  }

  apply(filter: PacketFilter | undefined): RequestRefusal | undefined {
    const refusal = this.#replace(filter);
    if (!this.#owned || (refusal?.error.errno !== EOPNOTSUPP && refusal?.error.errno !== EINVAL)) return refusal;
    this.#owned = false;
    return this.#replace(filter);
  }

  close(): void {
    this.#socket.close();
  }

  #replace(filter: PacketFilter | undefined): RequestRefusal | undefined {
    const wanted = filter === undefined ? [] : FAMILIES.flatMap((family) => familyRules(family, filter) ?? []);
    const obsolete = this.#tables.filter((old) => !wanted.some(({ table }) => sameTable(table, old)));
    const first = [...obsolete.flatMap(withoutTable), ...wanted.flatMap((rules) => this.#build(rules))];
    if (first.length === 0) return undefined;
    const refusal = this.#socket.transaction(NFNL_SUBSYS_NFTABLES, first);
    if (refusal !== undefined) return refusal;
    this.#tables = wanted.map(({ table }) => table);
    for (const { table, elements } of wanted) {
      for (const part of chunks(elements).slice(1)) {
        const later = this.#socket.transaction(NFNL_SUBSYS_NFTABLES, fill(table, part));
        if (later !== undefined) return later;
      }
    }
    return undefined;
  }

  #build({ table, frame, elements }: FamilyRules): readonly Request[] {
    return [...withoutTable(table), newTable(table, this.#owned), ...frame, ...fill(table, chunks(elements)[0] ?? [])];
  }
}

const sameTable = (a: TableName, b: TableName): boolean => a.family === b.family && a.name === b.name;

/** Whether it is there or not: what does not exist cannot be deleted, and a refusal would undo the whole transaction. */
const withoutTable = (table: TableName): readonly Request[] => [newTable(table, false), deleteTable(table)];

interface Element {
  readonly set: string;
  readonly key: Uint8Array;
}

interface FamilyRules {
  readonly table: TableName;
  /** Sets, chains and rules. */
  readonly frame: readonly Request[];
  readonly elements: readonly Element[];
}

function chunks(elements: readonly Element[]): readonly (readonly Element[])[] {
  const parts: (readonly Element[])[] = [];
  for (let i = 0; i < elements.length; i += ELEMENTS_PER_TRANSACTION) {
    parts.push(elements.slice(i, i + ELEMENTS_PER_TRANSACTION));
  }
  return parts;
}

const fill = (table: TableName, elements: readonly Element[]): readonly Request[] =>
  [VIPS, LINK_LOCAL].flatMap((set) => {
    const keys = elements.filter((element) => element.set === set).map(({ key }) => key);
    return keys.length === 0 ? [] : [addElements(table, set, keys)];
  });

/** Undefined where nothing of the family is blocked. */
function familyRules(family: IpFamily, filter: PacketFilter): FamilyRules | undefined {
  const blocked = filter.blocked.filter(({ address }) => address.family === family);
  if (blocked.length === 0) return undefined;
  const table = { family, name: filter.table };
  const setOf = family === 4 ? frameOfIpv4(table, filter) : frameOfIpv6(table, filter);
  const elements = blocked.map((one) =>
    family === 6 && isLinkLocal(one.address)
      ? { set: LINK_LOCAL, key: linkLocalKey(one, filter.byIndex) }
      : { set: VIPS, key: octetsOf(one.address) },
  );
  return { table, frame: setOf, elements };
}

const frameOfIpv4 = (table: TableName, filter: PacketFilter): readonly Request[] => [
  newSet(table, VIPS, ["ipv4_addr"], 1),
  ...chains(table, filter, (at) => [[loadAddress(4, at), isIn(VIPS)]]),
];

function frameOfIpv6(table: TableName, filter: PacketFilter): readonly Request[] {
  const port: KeyType = filter.byIndex ? "iface_index" : "ifname";
  const discovery = [
    loadMeta("l4proto", FIRST_REGISTER),
    isEqual(Uint8Array.of(ICMPV6)),
    loadPayload("transport", 0, 1),
    isIn(DISCOVERY),
    decide("accept"),
  ];
  const link = { input: filter.byIndex ? "iif" : "iifname", output: filter.byIndex ? "oif" : "oifname" } as const;
  return [
    newSet(table, VIPS, ["ipv6_addr"], 1),
    newSet(table, LINK_LOCAL, ["ipv6_addr", port], 2),
    newSet(table, DISCOVERY, ["icmpv6_type"], 3),
    addElements(table, DISCOVERY, [Uint8Array.of(NEIGHBOR_SOLICIT), Uint8Array.of(NEIGHBOR_ADVERT)]),
    ...chains(
      table,
      filter,
      (at) => [
        [loadAddress(6, at), loadMeta(link[at], SECOND_REGISTER), isIn(LINK_LOCAL)],
        [loadAddress(6, at), isIn(VIPS)],
      ],
      [discovery],
    ),
  ];
}

/** The chains of both directions: exceptions first, then what is dropped. */
const chains = (
  table: TableName,
  { priority, counters }: PacketFilter,
  matches: (at: Hook) => readonly (readonly Expression[])[],
  exceptions: readonly (readonly Expression[])[] = [],
): readonly Request[] =>
  (["input", "output"] as const).flatMap((at) => {
    const chain = at === "input" ? "in" : "out";
    const drop = [...(counters ? [count] : []), decide("drop")];
    return [
      newChain(table, chain, at, priority),
      ...exceptions.map((rule) => newRule(table, chain, rule)),
      ...matches(at).map((match) => newRule(table, chain, [...match, ...drop])),
    ];
  });

const loadAddress = (family: IpFamily, at: Hook): Expression =>
  loadPayload("network", addressAt[family][at], addressLength(family));

const octetsOf = ({ octets }: IpAddress): Uint8Array => Uint8Array.from(octets);

/** The address, then the link: by name, filled up with zeros, or by number. */
function linkLocalKey({ address, interfaceName, interfaceIndex }: BlockedAddress, byIndex: boolean): Uint8Array {
  const length = addressLength(address.family);
  if (byIndex) {
    const key = new Uint8Array(length + keyTypes.iface_index.length);
    key.set(address.octets);
    key.set(new Uint8Array(Uint32Array.of(interfaceIndex).buffer), length);
    return key;
  }
  const key = new Uint8Array(length + keyTypes.ifname.length);
  key.set(address.octets);
  key.set(encodeUtf8(interfaceName).slice(0, keyTypes.ifname.length - 1), length);
  return key;
}
