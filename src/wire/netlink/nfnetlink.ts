// What the families of NETLINK_NETFILTER share (<linux/netfilter/nfnetlink.h>): the header of their messages, and the
// frame around a batch of them, which the kernel executes as one transaction.
//
// | family (8) | version (8) | resource (16, network byte order) |
import { body, table } from "./attribute.js";
import { struct, u16be, u8 } from "./kind.js";
import type { Request } from "./message.js";
import { AF_UNSPEC } from "./rtnetlink.js";

export const NETLINK_NETFILTER = 12;

const NFNL_MSG_BATCH_BEGIN = 16;
const NFNL_MSG_BATCH_END = 17;
const NFNETLINK_V0 = 0;

export const nfgenmsg = struct("nfgenmsg", [
  ["family", u8],
  ["version", u8],
  ["resource", u16be],
]);

/** `subsystem` is NFNL_SUBSYS_*. */
export const netfilterType = (subsystem: number, message: number): number => (subsystem << 8) | message;

export const netfilterHeader = (family: number, resource = 0) => ({ family, version: NFNETLINK_V0, resource });

const frame = body(nfgenmsg, table("batch", []));

const boundary = (type: number, subsystem: number): Request => ({
  type,
  flags: 0,
  body: (out) => frame.write(out, netfilterHeader(AF_UNSPEC, subsystem), {}),
});

export const batchBegin = (subsystem: number): Request => boundary(NFNL_MSG_BATCH_BEGIN, subsystem);
export const batchEnd = (subsystem: number): Request => boundary(NFNL_MSG_BATCH_END, subsystem);
