// The Ethernet header, for IP datagrams to multicast groups (RFC 894, RFC 2464).
//
// | destination (48) | source (48) | type (16) |
import { writeU16 } from "../base/bytes.js";
import type { IpAddress } from "../base/ip.js";
import { type MacAddress, macFromOctets } from "../base/mac.js";

const HEADER_LENGTH = 14;
const TYPE_IPV4 = 0x0800;
const TYPE_IPV6 = 0x86dd;

/** RFC 1112 §6.4: 01-00-5E and the last 23 bits; RFC 2464 §7: 33-33 and the last 32 bits. */
export function multicastMac({ family, octets }: IpAddress): MacAddress {
  const [a = 0, b = 0, c = 0, d = 0] = octets.slice(-4);
  return macFromOctets(family === 4 ? [0x01, 0x00, 0x5e, b & 0x7f, c, d] : [0x33, 0x33, a, b, c, d]);
}

/** The frame that carries a datagram to a multicast group. */
export function multicastFrame(source: MacAddress, group: IpAddress, datagram: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_LENGTH + datagram.length);
  frame.set(multicastMac(group).octets);
  frame.set(source.octets, 6);
  writeU16(frame, 12, group.family === 4 ? TYPE_IPV4 : TYPE_IPV6);
  frame.set(datagram, HEADER_LENGTH);
  return frame;
}
