// What a checksum covers besides the message. Version 2 and RFC 9568 (§5.2.8) over IPv4: nothing. RFC 5798 (§5.2.8), and
// IPv6 always: the pseudo header. keepalived up to 1.3.6, unicast in version 3: a pseudo header that names the multicast
// group. A peer that does it another way than we do is recognised, because a sum that fits in none of them is damaged.
import { type IpAddress, ip } from "../base/ip.js";
import { type PseudoHeader, advertisementChecksum } from "../wire/vrrp.js";
import type { ChecksumCover, VirtualRouterParams } from "./params.js";

const OLD_UNICAST_GROUP = ip("224.0.0.18");

export function pseudoHeaderOf(
  cover: ChecksumCover,
  source: IpAddress,
  destination: IpAddress,
): PseudoHeader | undefined {
  switch (cover) {
    case "message":
      return undefined;
    case "pseudoHeader":
      return { source, destination };
    case "groupPseudoHeader":
      return { source, destination: OLD_UNICAST_GROUP };
  }
}

/** In which way the checksum of a message is right; undefined when in none that is known to the instance. */
export const recognisedCover = (
  bytes: Uint8Array,
  start: number,
  end: number,
  { source, destination }: PseudoHeader,
  { checksum }: VirtualRouterParams,
): ChecksumCover | undefined =>
  [checksum.cover, ...checksum.recognises].find(
    (cover) => advertisementChecksum(bytes, start, end, pseudoHeaderOf(cover, source, destination)) === 0,
  );

/** In words, to go after "its checksum covers". */
export const coverText: Readonly<Record<ChecksumCover, string>> = {
  message: "the message alone (RFC 9568)",
  pseudoHeader: "the pseudo header too (RFC 5798)",
  groupPseudoHeader: "a pseudo header with the multicast group (keepalived up to 1.3.6)",
};
