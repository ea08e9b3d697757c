// VRRP advertisements: RFC 3768 §5 (version 2) and RFC 5798 §5 / RFC 9568 §5 (version 3).
//
// Version 2                                            Version 3
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// |Version| Type  | Virtual Rtr ID|   Priority    | Count Addrs   |
// |  Auth Type    |  Adver Int    |           Checksum            |   v2: whole seconds
// |(rsvd) |  Max Adver Int        |           Checksum            |   v3: centiseconds
// |                   Address (1) .. Address (n)                  |
// |          Authentication Data: 8 octets, version 2 only        |
import { assert } from "../base/assert.js";
import { readU16, writeU16 } from "../base/bytes.js";
import { addToSum, finishChecksum } from "../base/checksum.js";
import { type IpAddress, type IpFamily, ipFromOctets, octetCount } from "../base/ip.js";
import { type Micros, centiseconds, seconds, toCentiseconds, toSeconds } from "../base/time.js";

export const VRRP_PROTOCOL = 112;
export const VRRP_TTL = 255;
export const VRRP_HEADER_LENGTH = 8;
export const AUTHENTICATION_DATA_LENGTH = 8;
export const TYPE_ADVERTISEMENT = 1;
export const MAX_ADDRESSES = 255;
/** The field has twelve bits of centiseconds. */
export const MAX_INTERVAL_V3_CENTISECONDS = 0xfff;

/** Authentication types of version 2 (RFC 2338 §5.3.6). */
export const AUTH_NONE = 0;
export const AUTH_PASS = 1;
export const AUTH_AH = 2;

export interface Advertisement {
  readonly version: 2 | 3;
  readonly vrid: number;
  readonly priority: number;
  readonly interval: Micros;
  readonly addresses: readonly IpAddress[];
  /** Version 2 only: 0 none, 1 PASS, 2 AH. */
  readonly authType: number;
  /** Version 2 only: eight octets. */
  readonly authData: readonly number[];
}

/** The addresses of the IP header that a pseudo header is made of (RFC 2460 §8.1, RFC 5798 §5.2.8). */
export interface PseudoHeader {
  readonly source: IpAddress;
  readonly destination: IpAddress;
}

/** The octets that `addressCount` addresses of `family` make. */
export const advertisementLength = (version: 2 | 3, family: IpFamily, addressCount: number): number =>
  VRRP_HEADER_LENGTH + addressCount * octetCount(family) + (version === 2 ? AUTHENTICATION_DATA_LENGTH : 0);

/** Encodes an advertisement with its checksum; `pseudoHeader` is given where the checksum covers it. */
export function encodeAdvertisement(advert: Advertisement, pseudoHeader?: PseudoHeader): Uint8Array {
  assert(advert.addresses.length <= MAX_ADDRESSES, "an advertisement carries at most 255 addresses");
  const family = advert.addresses[0]?.family ?? 4;
  const bytes = new Uint8Array(advertisementLength(advert.version, family, advert.addresses.length));
  bytes[0] = (advert.version << 4) | TYPE_ADVERTISEMENT;
  bytes[1] = advert.vrid;
  bytes[2] = advert.priority;
  bytes[3] = advert.addresses.length;
  if (advert.version === 2) {
    bytes[4] = advert.authType;
    bytes[5] = Math.round(toSeconds(advert.interval));
    bytes.set(advert.authData, bytes.length - AUTHENTICATION_DATA_LENGTH);
  } else {
    writeU16(bytes, 4, toCentiseconds(advert.interval) & MAX_INTERVAL_V3_CENTISECONDS);
  }
  let at = VRRP_HEADER_LENGTH;
  for (const address of advert.addresses) {
    bytes.set(address.octets, at);
    at += address.octets.length;
  }
  writeU16(bytes, 6, advertisementChecksum(bytes, 0, bytes.length, pseudoHeader));
  return bytes;
}

/** The sum over a message: over one that carries its right checksum it is 0, over one that carries 0 it is the checksum. */
export function advertisementChecksum(
  bytes: Uint8Array,
  start: number,
  end: number,
  pseudoHeader?: PseudoHeader,
): number {
  let sum = addToSum(0, bytes, start, end);
  if (pseudoHeader !== undefined) {
    sum = addOctets(sum, pseudoHeader.source) + VRRP_PROTOCOL + (end - start);
    sum = addOctets(sum, pseudoHeader.destination);
  }
  return finishChecksum(sum);
}

/**
 * Reads an advertisement whose length has been checked: `end - start` is {@link advertisementLength} of the count field.
 * Every combination of octets of that length is readable.
 */
export function decodeAdvertisement(bytes: Uint8Array, start: number, end: number, family: IpFamily): Advertisement {
  const version = (bytes[start] ?? 0) >> 4 === 2 ? 2 : 3;
  const width = octetCount(family);
  const addresses: IpAddress[] = [];
  for (let i = 0, at = start + VRRP_HEADER_LENGTH; i < (bytes[start + 3] ?? 0); i++, at += width) {
    addresses.push(ipFromOctets(bytes.subarray(at, at + width)));
  }
  return {
    version,
    vrid: bytes[start + 1] ?? 0,
    priority: bytes[start + 2] ?? 0,
    interval:
      version === 2
        ? seconds(bytes[start + 5] ?? 0)
        : centiseconds(readU16(bytes, start + 4) & MAX_INTERVAL_V3_CENTISECONDS),
    addresses,
    authType: version === 2 ? (bytes[start + 4] ?? 0) : AUTH_NONE,
    authData: version === 2 ? Array.from(bytes.subarray(end - AUTHENTICATION_DATA_LENGTH, end)) : [],
  };
}

function addOctets(sum: number, address: IpAddress): number {
  let total = sum;
  for (let i = 0; i < address.octets.length; i += 2) {
    total += ((address.octets[i] ?? 0) << 8) | (address.octets[i + 1] ?? 0);
  }
  return total;
}
