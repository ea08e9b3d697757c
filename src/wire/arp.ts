// Gratuitous ARP: an ARP request (RFC 826) in which sender and target are the same address, broadcast so that every
// switch and neighbour learns where the address is now (RFC 5798 §6.4.1, §8.1.2; RFC 5227 §3 on announcements).
//
// Ethernet:  destination (6) | source (6) | type 0x0806
// ARP:       hardware 1 | protocol 0x0800 | 6 | 4 | operation 1
//            sender MAC (6) | sender IP (4) | target MAC (6) | target IP (4)
import { assert } from "../base/assert.js";
import { writeU16 } from "../base/bytes.js";
import type { IpAddress } from "../base/ip.js";
import { type MacAddress, broadcastMac } from "../base/mac.js";

const ETHERTYPE_ARP = 0x0806;
const ETHERTYPE_IPV4 = 0x0800;
const HARDWARE_ETHERNET = 1;
const OPERATION_REQUEST = 1;
const FRAME_LENGTH = 42;

/** The whole frame that announces `address` at `mac`. The target MAC is broadcast, as keepalived sends it. */
export function gratuitousArp(mac: MacAddress, address: IpAddress): Uint8Array {
  assert(address.family === 4, "ARP announces IPv4 addresses");
  const frame = new Uint8Array(FRAME_LENGTH);
  frame.set(broadcastMac.octets, 0);
  frame.set(mac.octets, 6);
  writeU16(frame, 12, ETHERTYPE_ARP);
  writeU16(frame, 14, HARDWARE_ETHERNET);
  writeU16(frame, 16, ETHERTYPE_IPV4);
  frame[18] = 6;
  frame[19] = 4;
  writeU16(frame, 20, OPERATION_REQUEST);
  frame.set(mac.octets, 22);
  frame.set(address.octets, 28);
  frame.set(broadcastMac.octets, 32);
  frame.set(address.octets, 38);
  return frame;
}
