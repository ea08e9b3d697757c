// Kinds of arguments of virtual servers: ports, forwarding methods, addresses of servers and of groups of services.
import { compareIp, ipFromOctets, maxPrefixLength, parseIp, type IpAddress } from "../base/ip.js";
import type { Micros } from "../base/time.js";
import * as arg from "./arguments.js";
import type { Forwarding, GroupItem, LvsTimeouts, PersistenceGranularity, TunnelChecksum } from "./lvs-conf.js";
import type { Word } from "./source.js";
import { wholeNumber } from "./takes.js";
import type { Argument, Scope } from "./table.js";

export const UINT32_MAX = 4_294_967_295;
export const INT32_MAX = 2_147_483_647;
/** IPVS keeps its timeouts below 31 days. */
const MAX_IPVS_TIMEOUT = 2_678_400;

export const port = arg.integer(1, 65_535);
/** Seconds that fit 32 bits of microseconds. */
export const connectTimeout = arg.time({ min: 0.000001, max: 4294.967295, decimals: 6 });
/** Seconds that fit 64 bits of microseconds. */
const MAX_LONG = 18_446_744_073_709;
export const period = arg.time({ min: 0.000001, max: MAX_LONG, decimals: 6 });
export const delay = arg.time({ min: 0, max: MAX_LONG, decimals: 6 });

export const oneWord: Argument<string> = arg.alone({ ...arg.text, grammar: "one word" });

/** A port after an address: absent or 0 for none; "invalid" after a report. */
export function readPort(word: Word | undefined, scope: Scope): number | undefined | "invalid" {
  if (word === undefined || word.text === "0") return undefined;
  return arg.readInteger(word, { min: 1, max: 65_535 }, scope) ?? "invalid";
}

export interface ServerAddress {
  readonly address: IpAddress;
  readonly port?: number;
}

/** `IP [PORT]` of a server; undefined after a report. */
export function readServer(words: readonly Word[], scope: Scope): ServerAddress | undefined {
  const [addressWord, portWord] = words;
  if (addressWord === undefined) return undefined;
  const address = parseIp(arg.hostPart(addressWord).text);
  if (address === undefined) {
    const hint = /^[0-9.]+:[0-9]+$/.test(addressWord.text)
      ? `write the port as a word of its own: ${addressWord.text.replace(":", " ")}`
      : "write a numeric address, then the port";
    scope.report.add(
      "invalidAddress",
      addressWord,
      `'${addressWord.text}' is not an IP address; the server is ignored`,
      hint,
    );
    return undefined;
  }
  const number = readPort(portWord, scope);
  if (number === "invalid") return undefined;
  return { address, ...(number !== undefined && { port: number }) };
}

const CHECKSUMS: ReadonlyMap<string, TunnelChecksum> = new Map([
  ["nocsum", "nocsum"],
  ["csum", "csum"],
  ["remcsum", "remcsum"],
]);

/** `NAT|DR|TUN [type ipip|gue|gre] [port N] [nocsum|csum|remcsum]`. */
export const forwarding: Argument<Forwarding> = {
  grammar: "NAT, DR or TUN [type ipip|(gue port N)|gre] [nocsum|csum|remcsum]",
  parse([method, ...options], scope) {
    if (method === undefined) return undefined;
    if (method.text === "NAT" || method.text === "DR") {
      const [option] = options;
      if (option === undefined) return { method: method.text };
      return refuse(option, `'${option.text}' does not belong after ${method.text}`, "options are for TUN", scope);
    }
    if (method.text === "TUN") return readTunnel(method, options, scope);
    return refuse(method, `'${method.text}' is no forwarding method`, "write NAT, DR or TUN, in capitals", scope);
  },
};

function readTunnel(method: Word, options: readonly Word[], scope: Scope): Forwarding | undefined {
  let type = "ipip";
  let portNumber: number | undefined;
  let checksum: TunnelChecksum | undefined;
  for (let i = 0; i < options.length; i++) {
    const option = options[i] ?? method;
    const value = options[i + 1];
    const sum = CHECKSUMS.get(option.text);
    if (sum !== undefined) checksum = sum;
    else if ((option.text === "type" || option.text === "port") && value === undefined)
      return refuse(option, `${option.text} needs a word after it`, "write type ipip, gue port N or gre", scope);
    else if (option.text === "type" && value !== undefined) {
      if (!["ipip", "gue", "gre"].includes(value.text))
        return refuse(value, `'${value.text}' is no type of tunnel`, "write ipip, gue or gre", scope);
      type = value.text;
      i++;
    } else if (option.text === "port" && value !== undefined) {
      portNumber = arg.readInteger(value, { min: 1, max: 65_535 }, scope);
      if (portNumber === undefined) return undefined;
      i++;
    } else return refuse(option, `'${option.text}' is no option of a tunnel`, "write type, port or a checksum", scope);
  }
  if ((type === "gue") !== (portNumber !== undefined))
    return refuse(method, "a gue tunnel needs a port, other tunnels have none", "write type gue port N", scope);
  if (type === "ipip" && checksum !== undefined)
    return refuse(method, "ipip tunnels have no checksum", `remove ${checksum}`, scope);
  if (type === "gre" && checksum === "remcsum")
    return refuse(method, "gre tunnels have no remote checksum", "write csum or nocsum", scope);
  if (type === "gue" && portNumber !== undefined)
    return { method: "TUN", tunnel: "gue", port: portNumber, checksum: checksum ?? "nocsum" };
  return type === "gre"
    ? { method: "TUN", tunnel: "gre", checksum: checksum ?? "nocsum" }
    : { method: "TUN", tunnel: "ipip" };
}

function refuse(word: Word, message: string, hint: string, { report }: Scope): Forwarding | undefined {
  report.add("invalidChoice", word, message, hint);
  return undefined;
}

/** Seconds, 360 where none are given. */
export const persistence: Argument<Micros> = {
  ...arg.wholeSeconds(1, MAX_IPVS_TIMEOUT),
  arity: 0,
  parse(words, scope, statement) {
    const [word = { ...statement.keyword, text: "360" }] = words;
    return arg.wholeSeconds(1, MAX_IPVS_TIMEOUT).parse([word], scope, statement);
  },
};

/** An address as inet_aton(3) reads it: the last of fewer than four numbers fills the octets that are left. */
function readMask(text: string): IpAddress | undefined {
  const parts = text.split(".");
  if (parts.length > 4 || !parts.every((part) => /^(0x[0-9a-fA-F]+|[0-9]+)$/.test(part))) return undefined;
  // A leading 0 is octal, as C has it.
  const numbers = parts.map((part) => (/^0[0-7]+$/.test(part) ? Number.parseInt(part, 8) : Number(part)));
  const last = numbers.pop() ?? 0;
  const room = 4 - numbers.length;
  if (numbers.some((octet) => octet > 255) || last >= 256 ** room) return undefined;
  const rest = Array.from({ length: room }, (_, index) => Math.floor(last / 256 ** (room - 1 - index)) % 256);
  return ipFromOctets([...numbers, ...rest]);
}

/** `MASK` of IPv4 or `LENGTH` of IPv6; a bare number is read as the address 0.0.0.N where IPv4 is meant. */
export const granularity = (family: 4 | 6): Argument<PersistenceGranularity> => ({
  grammar: family === 4 ? "a mask such as 255.255.255.0" : "a prefix length 1..128",
  takes: family === 4 ? { kind: "address", of: "host", family } : wholeNumber(1, 128),
  parse([word], scope) {
    if (word === undefined) return undefined;
    if (family === 6) {
      const length = arg.readInteger(word, { min: 1, max: 128 }, scope);
      return length === undefined ? undefined : { family, length };
    }
    const mask = readMask(word.text);
    if (mask !== undefined) return { family, mask };
    const what = `'${word.text}' is not an IPv4 mask`;
    scope.report.add("invalidAddress", word, what, "write a mask such as 255.255.255.0");
    return undefined;
  },
});

/** `IP[-LAST|-IP|/LENGTH] [PORT]` or `fwmark N [inet|inet6]`: a line of a virtual_server_group. */
export const groupItem: Argument<readonly GroupItem[]> = {
  grammar: "IP[-LAST|-IP|/LENGTH] [PORT] or fwmark N [inet|inet6]",
  parse([first, second, third], scope) {
    if (first === undefined) return undefined;
    if (first.text === "fwmark") return readMarkItem(first, second, third, scope);
    const range = readRange(first, scope);
    if (range === undefined) return undefined;
    const number = readPort(second, scope);
    if (number === "invalid") return undefined;
    return [{ kind: "addresses", ...range, ...(number !== undefined && { port: number }), at: first }];
  },
};

function readMarkItem(
  at: Word,
  markWord: Word | undefined,
  familyWord: Word | undefined,
  scope: Scope,
): readonly GroupItem[] | undefined {
  if (markWord === undefined) {
    scope.report.add("missingParameter", at, "fwmark needs a word after it", "write fwmark N");
    return undefined;
  }
  const mark = arg.readInteger(markWord, { min: 0, max: UINT32_MAX }, scope);
  if (mark === undefined) return undefined;
  if (familyWord === undefined) return [{ kind: "fwmark", mark, at }];
  const family = familyWord.text === "inet" ? 4 : familyWord.text === "inet6" ? 6 : undefined;
  if (family !== undefined) return [{ kind: "fwmark", mark, family, at }];
  scope.report.add("invalidChoice", familyWord, `'${familyWord.text}' is no address family`, "write inet or inet6");
  return undefined;
}

interface AddressRange {
  readonly first: IpAddress;
  readonly last: IpAddress;
}

function readRange(word: Word, scope: Scope): AddressRange | undefined {
  const invalid = (message: string, hint: string): AddressRange | undefined => {
    scope.report.add("invalidAddress", word, `${message}; the line is ignored`, hint);
    return undefined;
  };
  const [, firstText = "", separator, lastText = ""] = /^([^/-]*)(?:([/-])(.*))?$/s.exec(word.text) ?? [];
  const first = parseIp(firstText);
  if (first === undefined) return invalid(`'${firstText}' is not an IP address`, "write a numeric address");
  if (separator === undefined) return { first, last: first };
  if (separator === "/") {
    const length = /^[0-9]+$/.test(lastText) ? Number(lastText) : Infinity;
    const longest = maxPrefixLength(first.family);
    if (length > longest) return invalid(`'${lastText}' is not a prefix length`, `write 0..${longest}`);
    return networkRange(first, length);
  }
  const last = endOfRange(first, lastText);
  if (last === undefined || last.family !== first.family)
    return invalid(`'${lastText}' does not end a range of addresses`, "write IP-LAST or IP-IP");
  return compareIp(last, first) > 0
    ? { first, last }
    : invalid(`the range ${word.text} does not go upwards`, "write the lower address first");
}

/** The last component of an address (decimal, hexadecimal for IPv6), or a whole address. */
function endOfRange(first: IpAddress, text: string): IpAddress | undefined {
  if (first.family === 4 && /^[0-9]+$/.test(text)) {
    const last = Number(text);
    return last <= 255 ? ipFromOctets([...first.octets.slice(0, 3), last]) : undefined;
  }
  if (first.family === 6 && /^[0-9a-fA-F]{1,4}$/.test(text)) {
    const last = Number.parseInt(text, 16);
    return ipFromOctets([...first.octets.slice(0, 14), last >> 8, last & 0xff]);
  }
  return parseIp(text);
}

/** All addresses of a network. */
function networkRange(address: IpAddress, length: number): AddressRange {
  const mask = address.octets.map((_, index) => (0xff00 >> Math.max(0, Math.min(8, length - index * 8))) & 0xff);
  return {
    first: ipFromOctets(address.octets.map((octet, index) => octet & (mask[index] ?? 0))),
    last: ipFromOctets(address.octets.map((octet, index) => octet | (~(mask[index] ?? 0) & 0xff))),
  };
}

const TIMEOUTS: ReadonlyMap<string, keyof LvsTimeouts> = new Map([
  ["tcp", "tcp"],
  ["tcpfin", "tcpFin"],
  ["udp", "udp"],
]);

/** `[tcp S] [tcpfin S] [udp S]`, at least one. */
export const lvsTimeouts: Argument<LvsTimeouts> = {
  grammar: "[tcp SECONDS] [tcpfin SECONDS] [udp SECONDS]",
  arity: 2,
  parse(words, scope, statement) {
    const timeouts: { -readonly [K in keyof LvsTimeouts]: LvsTimeouts[K] } = {};
    for (let i = 0; i < words.length; i++) {
      const option = words[i] ?? statement.keyword;
      const field = TIMEOUTS.get(option.text);
      const word = words[i + 1];
      if (field === undefined || word === undefined) {
        const message =
          field === undefined ? `'${option.text}' is no timeout of IPVS` : `${option.text} needs a word after it`;
        scope.report.add("unknownOption", option, message, "write tcp, tcpfin or udp, each with seconds");
        continue;
      }
      i++;
      const value = arg.wholeSeconds(0, MAX_IPVS_TIMEOUT).parse([word], scope, statement);
      if (value !== undefined) timeouts[field] = value;
    }
    return timeouts;
  },
};
