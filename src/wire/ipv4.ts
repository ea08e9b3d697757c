// The IPv4 header (RFC 791 §3.1), as far as VRRP needs it: no options are ever sent, and received ones are skipped.
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// |Version|  IHL  |Type of Service|          Total Length         |
// |         Identification        |Flags|      Fragment Offset    |
// |  Time to Live |    Protocol   |         Header Checksum       |
// |                       Source Address                          |
// |                    Destination Address                        |
import { assert } from "../base/assert.js";
import { readU16, writeU16 } from "../base/bytes.js";
import { checksum } from "../base/checksum.js";
import { ipFromOctets } from "../base/ip.js";
import { type Result, err, ok } from "../base/result.js";
import type { DatagramHeader, ParsedDatagram } from "./datagram.js";

export const IPV4_HEADER_LENGTH = 20;
/** Precedence "internetwork control": what keepalived and every router gives its protocol packets. */
export const TOS_INTERNETWORK_CONTROL = 0xc0;

export interface Ipv4Header extends DatagramHeader {
  readonly identification: number;
}

export type ParsedIpv4 = Ipv4Header & ParsedDatagram;

/** A datagram of one header and `payload`, with DF clear and type of service 0xC0. */
export function encodeIpv4(header: Ipv4Header, payload: Uint8Array): Uint8Array {
  assert(header.source.family === 4 && header.destination.family === 4, "an IPv4 header carries IPv4 addresses");
  const datagram = new Uint8Array(IPV4_HEADER_LENGTH + payload.length);
  datagram[0] = 0x45;
  datagram[1] = TOS_INTERNETWORK_CONTROL;
  writeU16(datagram, 2, datagram.length);
  writeU16(datagram, 4, header.identification);
  datagram[8] = header.ttl;
  datagram[9] = header.protocol;
  datagram.set(header.source.octets, 12);
  datagram.set(header.destination.octets, 16);
  writeU16(datagram, 10, checksum(datagram, 0, IPV4_HEADER_LENGTH));
  datagram.set(payload, IPV4_HEADER_LENGTH);
  return datagram;
}

/** Reads the header of a datagram as a raw socket delivers it; the reason says which length is wrong. */
export function parseIpv4(datagram: Uint8Array): Result<ParsedIpv4, string> {
  if (datagram.length < IPV4_HEADER_LENGTH) return err(`${datagram.length} octets are too few for an IPv4 header`);
  const first = datagram[0] ?? 0;
  if (first >> 4 !== 4) return err(`IP version is ${first >> 4}, expected 4`);
  const headerLength = (first & 0x0f) * 4;
  if (headerLength < IPV4_HEADER_LENGTH) return err(`header length ${headerLength} is below ${IPV4_HEADER_LENGTH}`);
  const totalLength = readU16(datagram, 2);
  if (totalLength < headerLength || totalLength > datagram.length) {
    return err(`total length ${totalLength} does not fit header ${headerLength} and datagram ${datagram.length}`);
  }
  return ok({
    source: ipFromOctets(datagram.subarray(12, 16)),
    destination: ipFromOctets(datagram.subarray(16, 20)),
    protocol: datagram[9] ?? 0,
    ttl: datagram[8] ?? 0,
    identification: readU16(datagram, 4),
    payloadStart: headerLength,
    payloadEnd: totalLength,
  });
}
