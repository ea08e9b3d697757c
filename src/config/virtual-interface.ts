// The arguments of `use_vmac` and `use_ipvlan`: a name, an address and options, in any order.
import { parseIp } from "../base/ip.js";
import { MAX_INTERFACE_NAME, readInteger } from "./arguments.js";
import type { VirtualInterfaceConf } from "./conf.js";
import { ItemLine } from "./item-line.js";
import type { Argument, Scope } from "./table.js";
import type { Word } from "./source.js";

const UINT32_MAX = 4_294_967_295;

type Draft = { -readonly [K in keyof VirtualInterfaceConf]: VirtualInterfaceConf[K] };

/** The MAC addresses of RFC 5798 §7.3; they belong to use_vmac without an address. */
const STANDARD_PREFIX = [0x00, 0x00, 0x5e, 0x00] as const;

export const virtualInterface = (kind: "vmac" | "ipvlan"): Argument<VirtualInterfaceConf> => ({
  grammar:
    kind === "vmac"
      ? "[[name] IFNAME] [MAC] [netlink_notify_msg] [group ID]"
      : "[[name] IFNAME] [IP] [bridge|private|vepa] [group ID]",
  arity: 0,
  parse(words, scope, statement) {
    const line = new ItemLine(words, scope, statement);
    const draft: Draft = { netlinkNotify: false };
    for (let word = line.next(); word !== undefined; word = line.next()) readWord(line, word, draft, kind);
    return draft;
  },
});

function readWord(line: ItemLine, word: Word, draft: Draft, kind: "vmac" | "ipvlan"): void {
  const { text } = word;
  if (text === "name") {
    const name = line.after(word, "IFNAME");
    if (name !== undefined) takeName(name, draft, line.scope);
  } else if (text === "group") {
    const group = line.after(word, "ID");
    const id = group && readInteger(group, { min: 0, max: UINT32_MAX }, line.scope);
    if (id !== undefined) draft.group = id;
  } else if (kind === "vmac" && text === "netlink_notify_msg") draft.netlinkNotify = true;
  else if (kind === "vmac" && text.includes(":")) takeMac(word, draft, line.scope);
  else if (kind === "ipvlan" && (text === "bridge" || text === "private" || text === "vepa")) draft.mode = text;
  else {
    const address = kind === "ipvlan" ? parseIp(text.replace(/\/[0-9]+$/, "")) : undefined;
    if (address !== undefined) draft.address = address;
    else takeName(word, draft, line.scope);
  }
}

function takeName(word: Word, draft: Draft, { report }: Scope): void {
  if (draft.name !== undefined) {
    const message = `'${word.text}' is ignored: the interface is called ${draft.name}`;
    report.add("unknownOption", word, message, "write one name");
  } else if (word.text.length <= MAX_INTERFACE_NAME) draft.name = word.text;
  else {
    const hint = `interface names have 1..${MAX_INTERFACE_NAME} characters`;
    report.add("invalidName", word, `'${word.text}' cannot be the name of an interface`, hint);
  }
}

/** Five octets, to which the VRID is added, or six. */
function takeMac(word: Word, draft: Draft, { report }: Scope): void {
  const groups = word.text.split(":");
  const valid = /^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){4,5}$/.test(word.text);
  const octets = groups.map((group) => Number.parseInt(group, 16));
  const multicast = ((octets[0] ?? 0) & 1) === 1;
  const standard = STANDARD_PREFIX.every((octet, index) => octets[index] === octet);
  if (valid && !multicast && !standard) draft.mac = octets;
  else {
    const what = !valid ? "is no MAC address" : multicast ? "is a multicast address" : "is VRRP's own address";
    report.add(
      "invalidAddress",
      word,
      `${word.text} ${what}`,
      "write 5 or 6 octets of an address of your own, or nothing",
    );
  }
}
