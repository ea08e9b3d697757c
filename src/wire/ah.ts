// The IP Authentication Header as version 2 of VRRP uses it (RFC 2402, RFC 2338 §5.3.6.3): HMAC-MD5-96 (RFC 2403), manual key.
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// |  Next Header  |  Payload Len  |            RESERVED           |
// |                 Security Parameters Index (SPI)               |   keepalived: the address of the sender
// |                    Sequence Number Field                      |
// |             Integrity Check Value: 12 octets                  |
import { readU32, writeU16, writeU32 } from "../base/bytes.js";
import { checksum } from "../base/checksum.js";
import { MD5, hmac, sameOctets } from "../base/hash.js";
import { type Result, err, ok } from "../base/result.js";
import { IPV4_HEADER_LENGTH, type Ipv4Header, encodeIpv4 } from "./ipv4.js";

export const AH_PROTOCOL = 51;
export const AH_LENGTH = 24;
const ICV_OFFSET = 12;
/** The length of the header in 32-bit words, minus 2. */
const PAYLOAD_LENGTH = AH_LENGTH / 4 - 2;

export interface AuthenticationHeader {
  readonly nextHeader: number;
  readonly sequence: number;
}

/** A datagram whose `payload` of protocol `nextHeader` an authentication header vouches for. */
export function encodeAuthenticated(
  header: Omit<Ipv4Header, "protocol">,
  { nextHeader, sequence }: AuthenticationHeader,
  payload: Uint8Array,
  key: Uint8Array,
): Uint8Array {
  const authenticated = new Uint8Array(AH_LENGTH + payload.length);
  authenticated[0] = nextHeader;
  authenticated[1] = PAYLOAD_LENGTH;
  authenticated.set(header.source.octets, 4);
  writeU32(authenticated, 8, sequence);
  authenticated.set(payload, AH_LENGTH);
  const datagram = encodeIpv4({ ...header, protocol: AH_PROTOCOL }, authenticated);
  datagram.set(integrityCheckValue(datagram, IPV4_HEADER_LENGTH, key), IPV4_HEADER_LENGTH + ICV_OFFSET);
  writeU16(datagram, 10, 0);
  writeU16(datagram, 10, checksum(datagram, 0, IPV4_HEADER_LENGTH));
  return datagram;
}

/** Reads the authentication header at `start`; the reason says what is malformed. */
export function parseAuthenticationHeader(
  datagram: Uint8Array,
  start: number,
  end: number,
): Result<AuthenticationHeader, string> {
  if (end - start < AH_LENGTH) return err(`${end - start} octets are too few for an authentication header`);
  const words = datagram[start + 1] ?? 0;
  if (words !== PAYLOAD_LENGTH) return err(`the authentication header says ${words} words, expected ${PAYLOAD_LENGTH}`);
  return ok({ nextHeader: datagram[start] ?? 0, sequence: readU32(datagram, start + 8) });
}

/** Whether the integrity check value at `start` is the one that `key` gives. */
export function isAuthentic(datagram: Uint8Array, start: number, key: Uint8Array): boolean {
  const received = datagram.subarray(start + ICV_OFFSET, start + AH_LENGTH);
  return sameOctets(received, integrityCheckValue(datagram, start, key));
}

/**
 * RFC 2402 §3.3.3 zeroes the mutable fields. keepalived, the peer that still speaks this, keeps the time to live (always 255
 * here) and zeroes type of service, flags, fragment offset, header checksum and the value itself.
 */
function integrityCheckValue(datagram: Uint8Array, start: number, key: Uint8Array): Uint8Array {
  const covered = datagram.slice();
  covered[1] = 0;
  covered.fill(0, 6, 8);
  covered.fill(0, 10, 12);
  covered.fill(0, start + ICV_OFFSET, start + AH_LENGTH);
  return hmac(MD5, key, covered).subarray(0, AH_LENGTH - ICV_OFFSET);
}
