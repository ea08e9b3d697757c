// keepalived's auth_hmac extension (2.4): a trailer behind the VRRP message, outside its checksum and its length.
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// |    Type (1)   |     Key Id    |           Reserved (0)        |
// |                     Unix time in seconds                      |
// |      1/65536 s                |            Counter            |
// |           HMAC-SHA256, its first 16 octets                    |
//
// Signed are a pseudo header (family, VRRP version, VRID, 0, the source address in 16 octets), the message with a zero
// checksum, the first twelve octets of the trailer, and sixteen zeros for the code itself.
import { readU16, readU32, writeU16, writeU32 } from "../base/bytes.js";
import { SHA256, hmac, sameOctets } from "../base/hash.js";
import type { IpAddress } from "../base/ip.js";
import { type Result, err, ok } from "../base/result.js";

export const TRAILER_LENGTH = 28;
const TRAILER_TYPE = 1;
const SIGNED_LENGTH = 12;
const PSEUDO_HEADER_LENGTH = 20;
/** Where the checksum stands in a VRRP message. */
const CHECKSUM_OFFSET = 6;

/** When a message was signed: 64 bits that grow with every advertisement of a sender. */
export interface Stamp {
  /** Unix time, 32 bits. */
  readonly seconds: number;
  /** 1/65536 s. */
  readonly fraction: number;
  readonly counter: number;
}

export interface Trailer {
  readonly keyId: number;
  readonly stamp: Stamp;
}

/** `message` with its trailer. */
export function sign(message: Uint8Array, source: IpAddress, { keyId, stamp }: Trailer, key: Uint8Array): Uint8Array {
  const signed = new Uint8Array(message.length + TRAILER_LENGTH);
  signed.set(message);
  signed[message.length] = TRAILER_TYPE;
  signed[message.length + 1] = keyId;
  writeU32(signed, message.length + 4, stamp.seconds);
  writeU16(signed, message.length + 8, stamp.fraction);
  writeU16(signed, message.length + 10, stamp.counter);
  signed.set(code(signed, source, key), message.length + SIGNED_LENGTH);
  return signed;
}

/** Reads the trailer in the last octets of `signed`; the reason says what is malformed. */
export function parseTrailer(signed: Uint8Array): Result<Trailer, string> {
  const at = signed.length - TRAILER_LENGTH;
  const type = signed[at] ?? 0;
  if (type !== TRAILER_TYPE) return err(`the trailer has type ${type}, expected ${TRAILER_TYPE}`);
  if (readU16(signed, at + 2) !== 0) return err("the reserved octets of the trailer are not zero");
  return ok({
    keyId: signed[at + 1] ?? 0,
    stamp: { seconds: readU32(signed, at + 4), fraction: readU16(signed, at + 8), counter: readU16(signed, at + 10) },
  });
}

/** Whether `key` has signed the message and its trailer. */
export const isSigned = (signed: Uint8Array, source: IpAddress, key: Uint8Array): boolean =>
  sameOctets(signed.subarray(signed.length - TRAILER_LENGTH + SIGNED_LENGTH), code(signed, source, key));

function code(signed: Uint8Array, source: IpAddress, key: Uint8Array): Uint8Array {
  const covered = new Uint8Array(PSEUDO_HEADER_LENGTH + signed.length);
  covered[0] = source.family;
  covered[1] = (signed[0] ?? 0) >> 4;
  covered[2] = signed[1] ?? 0;
  covered.set(source.octets, 4);
  covered.set(signed, PSEUDO_HEADER_LENGTH);
  covered.fill(0, PSEUDO_HEADER_LENGTH + CHECKSUM_OFFSET, PSEUDO_HEADER_LENGTH + CHECKSUM_OFFSET + 2);
  covered.fill(0, covered.length - TRAILER_LENGTH + SIGNED_LENGTH);
  return hmac(SHA256, key, covered).subarray(0, TRAILER_LENGTH - SIGNED_LENGTH);
}
