// Ethernet (MAC-48) addresses.
import { assert } from "./assert.js";

export interface MacAddress {
  readonly octets: readonly number[];
}

export function macFromOctets(octets: ArrayLike<number>): MacAddress {
  assert(octets.length === 6, "a MAC address has 6 octets", { length: octets.length });
  return { octets: Array.from(octets) };
}

export function parseMac(text: string): MacAddress | undefined {
  if (!/^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}$/.test(text)) return undefined;
  return macFromOctets(text.split(":").map((octet) => Number.parseInt(octet, 16)));
}

export const formatMac = (mac: MacAddress): string =>
  mac.octets.map((octet) => octet.toString(16).padStart(2, "0")).join(":");

export const sameMac = (a: MacAddress, b: MacAddress): boolean =>
  a.octets.every((octet, index) => octet === b.octets[index]);

export const broadcastMac: MacAddress = macFromOctets([255, 255, 255, 255, 255, 255]);
