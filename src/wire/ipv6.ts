// The IPv6 header (RFC 8200 §3), as far as VRRP needs it: no extension header is ever sent. The kernel takes received
// ones off, and the header too: what is read here, `host/vrrp-socket.ts` has put together again from ancillary data.
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// |Version| Traffic Class |           Flow Label                  |
// |         Payload Length        |  Next Header  |   Hop Limit   |
// |                     Source Address (128)                      |
// |                   Destination Address (128)                   |
import { assert } from "../base/assert.js";
import { readU16, writeU16 } from "../base/bytes.js";
import { ipFromOctets } from "../base/ip.js";
import { type Result, err, ok } from "../base/result.js";
import type { ParsedDatagram } from "./datagram.js";

export const IPV6_HEADER_LENGTH = 40;
/** Precedence "internetwork control", as in IPv4. */
const TRAFFIC_CLASS = 0xc0;

/** Addresses may be views of received octets. */
export interface Ipv6Header {
  readonly source: { readonly octets: ArrayLike<number> };
  readonly destination: { readonly octets: ArrayLike<number> };
  readonly protocol: number;
  readonly ttl: number;
}

/** A datagram of one header and `payload`, with traffic class 0xC0 unless told otherwise, and no flow label. */
export function encodeIpv6(header: Ipv6Header, payload: Uint8Array, trafficClass = TRAFFIC_CLASS): Uint8Array {
  const { source, destination } = header;
  assert(source.octets.length === 16 && destination.octets.length === 16, "an IPv6 header carries IPv6 addresses");
  const datagram = new Uint8Array(IPV6_HEADER_LENGTH + payload.length);
  writeU16(datagram, 0, (6 << 12) | (trafficClass << 4));
  writeU16(datagram, 4, payload.length);
  datagram[6] = header.protocol;
  datagram[7] = header.ttl;
  datagram.set(source.octets, 8);
  datagram.set(destination.octets, 24);
  datagram.set(payload, IPV6_HEADER_LENGTH);
  return datagram;
}

/** Reads a header without extensions; the reason says which length is wrong. */
export function parseIpv6(datagram: Uint8Array): Result<ParsedDatagram, string> {
  if (datagram.length < IPV6_HEADER_LENGTH) return err(`${datagram.length} octets are too few for an IPv6 header`);
  const first = datagram[0] ?? 0;
  if (first >> 4 !== 6) return err(`IP version is ${first >> 4}, expected 6`);
  const payloadLength = readU16(datagram, 4);
  const payloadEnd = IPV6_HEADER_LENGTH + payloadLength;
  if (payloadEnd > datagram.length) {
    return err(`payload length ${payloadLength} does not fit a datagram of ${datagram.length}`);
  }
  return ok({
    source: ipFromOctets(datagram.subarray(8, 24)),
    destination: ipFromOctets(datagram.subarray(24, 40)),
    protocol: datagram[6] ?? 0,
    ttl: datagram[7] ?? 0,
    payloadStart: IPV6_HEADER_LENGTH,
    payloadEnd,
  });
}
