// Unsolicited neighbour advertisements (RFC 4861 §4.4, §7.2.6; RFC 5798 §8.2.2, RFC 9568 §8.2.2): to IPv6 what a
// gratuitous ARP is to IPv4.
//
// Ethernet:  destination 33:33:00:00:00:01 (6) | source (6) | type 0x86dd
// IPv6:      the address itself > ff02::1, hop limit 255, next header 58
// ICMPv6:    type 136 | code 0 | checksum (16)
//            R S O, 29 reserved bits
//            target address (128)
//            option: type 2, length 1 (eight octets) | MAC (6)
import { assert } from "../base/assert.js";
import { writeU16 } from "../base/bytes.js";
import { addToSum, finishChecksum } from "../base/checksum.js";
import { type IpAddress, ip } from "../base/ip.js";
import type { MacAddress } from "../base/mac.js";
import { encodeIpv6 } from "./ipv6.js";

const ALL_NODES = ip("ff02::1");
const ALL_NODES_MAC = [0x33, 0x33, 0, 0, 0, 1];
const ETHERTYPE_IPV6 = 0x86dd;
const ETHERNET_HEADER = 14;
const ICMPV6 = 58;
const HOP_LIMIT = 255;
const TYPE_NEIGHBOUR_ADVERTISEMENT = 136;
const FLAG_ROUTER = 0x80;
const FLAG_OVERRIDE = 0x20;
const OPTION_TARGET_LINK_LAYER_ADDRESS = 2;
const MESSAGE_LENGTH = 32;

/**
 * The whole frame that announces `address` at `mac`. `router` is what the sender is on that link: a host that hears a
 * router say it is none takes it off its list of default routers (RFC 4861 §7.2.5).
 */
export function neighbourAdvertisement(mac: MacAddress, address: IpAddress, router: boolean): Uint8Array {
  assert(address.family === 6, "neighbour advertisements announce IPv6 addresses");
  const message = new Uint8Array(MESSAGE_LENGTH);
  message[0] = TYPE_NEIGHBOUR_ADVERTISEMENT;
  message[4] = FLAG_OVERRIDE | (router ? FLAG_ROUTER : 0);
  message.set(address.octets, 8);
  message[24] = OPTION_TARGET_LINK_LAYER_ADDRESS;
  message[25] = 1;
  message.set(mac.octets, 26);
  writeU16(message, 2, icmpv6Checksum(message, address, ALL_NODES));
  const header = { source: address, destination: ALL_NODES, protocol: ICMPV6, ttl: HOP_LIMIT };
  const datagram = encodeIpv6(header, message, 0);
  const frame = new Uint8Array(ETHERNET_HEADER + datagram.length);
  frame.set(ALL_NODES_MAC, 0);
  frame.set(mac.octets, 6);
  writeU16(frame, 12, ETHERTYPE_IPV6);
  frame.set(datagram, ETHERNET_HEADER);
  return frame;
}

/** Over the message and the IPv6 pseudo header (RFC 4443 §2.3). */
function icmpv6Checksum(message: Uint8Array, source: IpAddress, destination: IpAddress): number {
  let sum = addToSum(ICMPV6 + message.length, Uint8Array.from(source.octets));
  sum = addToSum(sum, Uint8Array.from(destination.octets));
  return finishChecksum(addToSum(sum, message));
}
