// What the kernel says of a received IPv6 header in ancillary data (ipv6(7)).
import { controlMessages } from "./control-message.js";
import { IPV6_HOPLIMIT, IPV6_PKTINFO, SOL_IPV6 } from "./socket.js";

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
  for (const { level, type, data } of controlMessages(control)) {
    if (level !== SOL_IPV6) continue;
    if (type === IPV6_PKTINFO && data.length >= IN6_PKTINFO_LENGTH) destination = data.subarray(0, 16);
    if (type === IPV6_HOPLIMIT && data.length >= 4) hopLimit = data.readInt32LE(0);
  }
  return { ...(destination !== undefined && { destination }), ...(hopLimit !== undefined && { hopLimit }) };
}
