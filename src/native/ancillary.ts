// Ancillary data of received messages (cmsg(3)), each on a boundary of eight octets:
//
//   0   cmsg_len   u64, header included
//   8   cmsg_level int
//   12  cmsg_type  int
//   16  data
import { IPV6_HOPLIMIT, IPV6_PKTINFO, SOL_IPV6 } from "./socket.js";

const HEADER_LENGTH = 16;
const IN6_PKTINFO_LENGTH = 20;

/** Room for an IPV6_PKTINFO (struct in6_pktinfo: address, interface index) and an IPV6_HOPLIMIT (int). */
export const IPV6_CONTROL_LENGTH = 40 + 24;

export interface Ipv6Ancillary {
  /** Destination address, 16 octets. */
  readonly destination?: Buffer;
  readonly hopLimit?: number;
}

/** What the kernel says about the IPv6 header it has taken off; views of `control`. */
export function ipv6Ancillary(control: Buffer): Ipv6Ancillary {
  let destination: Buffer | undefined;
  let hopLimit: number | undefined;
  for (let at = 0; at + HEADER_LENGTH <= control.length;) {
    const length = Number(control.readBigUInt64LE(at));
    if (length < HEADER_LENGTH || at + length > control.length) break;
    const type = control.readInt32LE(at + 8) === SOL_IPV6 ? control.readInt32LE(at + 12) : -1;
    const data = control.subarray(at + HEADER_LENGTH, at + length);
    if (type === IPV6_PKTINFO && data.length >= IN6_PKTINFO_LENGTH) destination = data.subarray(0, 16);
    if (type === IPV6_HOPLIMIT && data.length >= 4) hopLimit = data.readInt32LE(0);
    at += (length + 7) & ~7;
  }
  return { ...(destination !== undefined && { destination }), ...(hopLimit !== undefined && { hopLimit }) };
}
