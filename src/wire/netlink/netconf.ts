// Settings of a link that /proc/sys/net/ipv6/conf shows, as the kernel tells of them (RTM_NEWNETCONF, linux/netconf.h).
//
// | family (8) | padding (24) |
// | attributes NETCONFA_*     |
import { body, table } from "./attribute.js";
import { Malformed, s32, struct, u8 } from "./kind.js";
import type { Message } from "./message.js";
import { AF_INET6, familyOf } from "./rtnetlink.js";

const netconfmsg = struct("netconfmsg", [
  ["family", u8],
  ["padding1", u8],
  ["padding2", u8],
  ["padding3", u8],
]);

/** NETCONFA_*, as far as we look at them. Indexes below zero stand for "all" and "default". */
const attributes = table("netconf", [
  ["interfaceIndex", 1, s32],
  ["forwarding", 2, s32],
]);

export const netconfMessage = body(netconfmsg, attributes);

export interface Forwarding {
  readonly index: number;
  readonly forwarding: boolean;
}

/** Whether a link forwards IPv6 packets now; undefined when the message is about something else. */
export function readForwarding(message: Message): Forwarding | undefined | Malformed {
  if (familyOf(message) !== AF_INET6) return undefined;
  const read = netconfMessage.read(message.view, message.start, message.end);
  if (read instanceof Malformed) return read;
  const { interfaceIndex, forwarding } = read.attributes;
  if (interfaceIndex === undefined || interfaceIndex <= 0 || forwarding === undefined) return undefined;
  return { index: interfaceIndex, forwarding: forwarding !== 0 };
}
