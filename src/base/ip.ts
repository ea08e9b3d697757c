// IP addresses as plain values: they compare, print and travel through JSON without help.
import { assert } from "./assert.js";

export type IpFamily = 4 | 6;

export interface IpAddress {
  readonly family: IpFamily;
  /** Network order: 4 octets or 16. */
  readonly octets: readonly number[];
}

/** An address with the length of its network part, 0..32 or 0..128. */
export interface IpPrefix {
  readonly address: IpAddress;
  readonly length: number;
}

export const octetCount = (family: IpFamily): 4 | 16 => (family === 4 ? 4 : 16);
export const maxPrefixLength = (family: IpFamily): 32 | 128 => (family === 4 ? 32 : 128);

/** Builds an address from exactly 4 or 16 octets in network order. */
export function ipFromOctets(octets: ArrayLike<number>): IpAddress {
  assert(octets.length === 4 || octets.length === 16, "an IP address has 4 or 16 octets", { length: octets.length });
  return { family: octets.length === 4 ? 4 : 6, octets: Array.from(octets) };
}

/** Reads the numeric text form (RFC 791 dotted quad, RFC 4291 §2.2). No names, no zone, no prefix length. */
export function parseIp(text: string): IpAddress | undefined {
  const octets = text.includes(":") ? parseIpv6(text) : parseIpv4(text);
  return octets === undefined ? undefined : { family: octets.length === 4 ? 4 : 6, octets };
}

/** Like {@link parseIp}, for literals in the program: a wrong one is a defect. */
export function ip(text: string): IpAddress {
  const address = parseIp(text);
  assert(address !== undefined, "a literal IP address is well formed", { text });
  return address;
}

/** Text form; IPv6 as RFC 5952 recommends. */
export function formatIp(address: IpAddress): string {
  return address.family === 4 ? address.octets.join(".") : formatIpv6(address.octets);
}

export const formatPrefix = (prefix: IpPrefix): string => `${formatIp(prefix.address)}/${prefix.length}`;

/** Numeric order, network order first; an IPv4 address sorts before any IPv6 address. */
export function compareIp(a: IpAddress, b: IpAddress): number {
  if (a.family !== b.family) return a.family - b.family;
  for (let i = 0; i < a.octets.length; i++) {
    const difference = (a.octets[i] ?? 0) - (b.octets[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export const sameIp = (a: IpAddress, b: IpAddress): boolean => compareIp(a, b) === 0;

export const isLoopback = (address: IpAddress): boolean =>
  address.family === 4
    ? address.octets[0] === 127
    : address.octets.every((octet, index) => octet === (index === 15 ? 1 : 0));

export const isMulticast = (address: IpAddress): boolean => {
  const first = address.octets[0] ?? 0;
  return address.family === 4 ? first >= 224 && first < 240 : first === 0xff;
};

export const isLinkLocal = (address: IpAddress): boolean => {
  const [first = 0, second = 0] = address.octets;
  return address.family === 4 ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80;
};

function parseIpv4(text: string): number[] | undefined {
  // Four and no more places: an array that is pushed to keeps room for many.
  const octets = [0, 0, 0, 0];
  let count = 0;
  let octet = 0;
  let digits = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i === text.length ? DOT : text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || count === 4) return undefined;
      octets[count++] = octet;
      octet = 0;
      digits = 0;
    } else {
      // A digit after a leading zero would make it octal for some.
      if (code < ZERO || code > NINE || (digits > 0 && octet === 0)) return undefined;
      octet = octet * 10 + (code - ZERO);
      digits++;
      if (octet > 255) return undefined;
    }
  }
  return count === 4 ? octets : undefined;
}

const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

function parseIpv6(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? "", halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? "", true) : [];
  if (head === undefined || tail === undefined) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  const gap = 16 - head.length - tail.length;
  return gap < 2 ? undefined : [...head, ...new Array<number>(gap).fill(0), ...tail];
}

/** Colon separated groups of 16 bits; the last may be a dotted quad when it ends the address. */
function parseGroups(text: string, endsAddress: boolean): number[] | undefined {
  if (text === "") return [];
  const octets: number[] = [];
  const groups = text.split(":");
  for (const [index, group] of groups.entries()) {
    if (group.includes(".")) {
      const quad = endsAddress && index === groups.length - 1 ? parseIpv4(group) : undefined;
      if (quad === undefined) return undefined;
      octets.push(...quad);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      octets.push(value >> 8, value & 0xff);
    }
  }
  return octets.length > 16 ? undefined : octets;
}

function formatIpv6(octets: readonly number[]): string {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((octets[i] ?? 0) << 8) | (octets[i + 1] ?? 0));
  const gap = longestZeroRun(groups);
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(":");
  if (gap.length < 2) return hex(groups);
  return `${hex(groups.slice(0, gap.start))}::${hex(groups.slice(gap.start + gap.length))}`;
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}
