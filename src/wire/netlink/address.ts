// Addresses of links: RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR (rtnetlink(7), <linux/if_addr.h>).
//
// | family (8) | prefix length (8) | flags (8) | scope (8) |
// | interface index (32)                                  |
// | attributes IFA_*                                      |
import { type IpAddress, type IpPrefix, maxPrefixLength, sameIp } from "../../base/ip.js";
import type { LinkAddress } from "../link.js";
import { body, table } from "./attribute.js";
import { Malformed, bytes, ip, string, struct, u32, u8 } from "./kind.js";
import { type Message, NLM_F_CREATE, NLM_F_DUMP, NLM_F_REPLACE, type Request } from "./message.js";
import { AF_UNSPEC, RTM_DELADDR, RTM_GETADDR, RTM_NEWADDR, addressFamily, familyOf, ipFamily } from "./rtnetlink.js";

/** IFA_F_*: what an address line of the configuration can ask for (ip-address(8)). */
export const addressFlags = {
  nodad: 0x02,
  home: 0x10,
  manageTempAddress: 0x100,
  noPrefixRoute: 0x200,
  autoJoin: 0x400,
} as const;

const FOREVER = 0xffffffff;

/** An address as it is to be put on a link. */
export interface AddressRequest {
  readonly interfaceIndex: number;
  readonly prefix: IpPrefix;
  /** Far end of a point-to-point address; the length of the prefix is then this one's. */
  readonly peer?: IpPrefix | undefined;
  readonly broadcast?: IpAddress | undefined;
  /** RT_SCOPE_*; IPv4 only, for IPv6 the address itself decides. */
  readonly scope: number;
  readonly label?: string | undefined;
  /** IFA_F_*, see {@link addressFlags}. */
  readonly flags: number;
  /** Absent: forever. 0: deprecated, not chosen as a source. The address itself stays for ever. */
  readonly preferredLifetimeSeconds?: number | undefined;
}

const ifaddrmsg = struct("ifaddrmsg", [
  ["family", u8],
  ["prefixLength", u8],
  ["flags", u8],
  ["scope", u8],
  ["interfaceIndex", u32],
]);

const ifaCacheinfo = struct("ifa_cacheinfo", [
  ["preferredSeconds", u32],
  ["validSeconds", u32],
  ["created", u32],
  ["updated", u32],
]);

/** IFA_*. `address` is the far end of a point-to-point address, and otherwise the same as `local`. */
const attributes = table("address", [
  ["address", 1, ip],
  ["local", 2, ip],
  ["label", 3, string],
  ["broadcast", 4, ip],
  ["anycast", 5, bytes],
  ["cacheinfo", 6, ifaCacheinfo],
  ["multicast", 7, bytes],
  ["flags", 8, u32],
  ["routePriority", 9, u32],
  ["targetNetnsid", 10, u32],
  ["protocol", 11, u8],
]);

export const addressMessage = body(ifaddrmsg, attributes);

/**
 * Adds an address, or takes over the one that is there: its lifetime and flags change, its label and broadcast stay.
 * `ip address replace 10.0.0.1/24 broadcast 10.0.0.255 scope global label eth0:1 dev eth0`
 */
export function newAddress(request: AddressRequest): Request {
  return {
    type: RTM_NEWADDR,
    flags: NLM_F_CREATE | NLM_F_REPLACE,
    body: (out) =>
      addressMessage.write(out, header(request), {
        local: request.prefix.address,
        address: farEnd(request),
        label: request.label,
        broadcast: request.broadcast,
        cacheinfo: cacheinfo(request.preferredLifetimeSeconds),
        flags: request.flags,
      }),
  };
}

/**
 * Deletes an address by what the kernel knows it by: link, local address, far end and prefix length. It may have been
 * added by somebody else, so the label is left out: a different one would make the kernel find nothing.
 * `ip address delete 10.0.0.1/24 dev eth0`
 */
export function deleteAddress(request: AddressRequest): Request {
  return {
    type: RTM_DELADDR,
    flags: 0,
    body: (out) =>
      addressMessage.write(out, header(request), { local: request.prefix.address, address: farEnd(request) }),
  };
}

/** Asks for all addresses of all links: `ip address show`. */
export const dumpAddresses: Request = {
  type: RTM_GETADDR,
  flags: NLM_F_DUMP,
  body: (out) =>
    addressMessage.write(out, { family: AF_UNSPEC, prefixLength: 0, flags: 0, scope: 0, interfaceIndex: 0 }, {}),
};

/** The address in an RTM_NEWADDR or RTM_DELADDR; undefined for a family other than IPv4 and IPv6. */
export function readAddress(message: Message): LinkAddress | undefined | Malformed {
  const family = ipFamily(familyOf(message));
  if (family === undefined) return undefined;
  const read = addressMessage.read(message.view, message.start, message.end);
  if (read instanceof Malformed) return read;
  const { address, label } = read.attributes;
  const local = read.attributes.local ?? address;
  if (local === undefined) return new Malformed("address: neither IFA_LOCAL nor IFA_ADDRESS");
  if (local.family !== family || (address ?? local).family !== family) {
    return new Malformed(`address: octets of another family than IPv${family}`);
  }
  const length = read.header.prefixLength;
  if (length > maxPrefixLength(family)) return new Malformed(`address: a prefix length of ${length}`);
  return {
    interfaceIndex: read.header.interfaceIndex,
    prefix: { address: local, length },
    ...(address !== undefined && !sameIp(address, local) ? { peer: address } : {}),
    ...(label !== undefined ? { label } : {}),
    scope: read.header.scope,
    flags: read.attributes.flags ?? read.header.flags,
  };
}

const header = ({ interfaceIndex, prefix, peer, scope }: AddressRequest) => ({
  family: addressFamily(prefix.address.family),
  prefixLength: (peer ?? prefix).length,
  flags: 0,
  scope,
  interfaceIndex,
});

const farEnd = ({ prefix, peer }: AddressRequest): IpAddress => (peer ?? prefix).address;

const cacheinfo = (preferredSeconds: number | undefined) =>
  preferredSeconds === undefined ? undefined : { preferredSeconds, validSeconds: FOREVER, created: 0, updated: 0 };
