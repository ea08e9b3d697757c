// Links: RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK (rtnetlink(7), <linux/if_link.h>, netdevice(7)).
// `link-request.ts` beside this file makes and changes them.
//
// | family (8) | padding (8) | hardware type (16) |
// | interface index (32)                          |
// | flags IFF_* (32)                              |
// | change mask (32)                              |
// | attributes IFLA_*                             |
import { macFromOctets } from "../../base/mac.js";
import type { Link } from "../link.js";
import { body, nested, table } from "./attribute.js";
import { Malformed, bytes, string, struct, u16, u32, u8 } from "./kind.js";
import { type Message, NLM_F_DUMP, type Request } from "./message.js";
import { AF_INET6, AF_UNSPEC, RTM_GETLINK, familyOf } from "./rtnetlink.js";

/** Switched on by the administrator. */
export const IFF_UP = 0x1;
const IFF_LOOPBACK = 0x8;
const IFF_RUNNING = 0x40;
const IFF_NOARP = 0x80;

const ARPHRD_ETHER = 1;
const RTEXT_FILTER_SKIP_STATS = 0x8;

const ifinfomsg = struct("ifinfomsg", [
  ["family", u8],
  ["padding", u8],
  ["hardwareType", u16],
  ["index", u32],
  ["flags", u32],
  ["change", u32],
]);

/** IFLA_MACVLAN_*: the data of a link of kind macvlan. */
export const macvlanData = table("macvlan", [
  ["mode", 1, u32],
  ["flags", 2, u16],
]);

/** IFLA_IPVLAN_*: the data of a link of kind ipvlan. */
export const ipvlanData = table("ipvlan", [
  ["mode", 1, u16],
  ["flags", 2, u16],
]);

/** IFLA_INFO_*; what `data` holds depends on `kind`. */
const linkInfo = table("link info", [
  ["kind", 1, string],
  ["data", 2, bytes],
  ["slaveKind", 4, string],
  ["slaveData", 5, bytes],
]);

/** IFLA_INET6_*: `conf` has 32-bit numbers, indexed by DEVCONF_* (linux/ipv6.h). */
const inet6Settings = table("inet6", [["conf", 2, bytes]]);
const DEVCONF_FORWARDING = 0;

/** By address family. */
const familySettings = table("family settings", [["inet6", AF_INET6, nested(inet6Settings)]]);
/** IFLA_VRF_*, in the data of a link of kind vrf */
const vrfData = table("vrf", [["table", 1, u32]]);

/** IFLA_*, as far as we look at them. */
const attributes = table("link", [
  ["address", 1, bytes],
  ["name", 3, string],
  ["mtu", 4, u32],
  ["lower", 5, u32],
  ["wireless", 11, bytes],
  ["info", 18, nested(linkInfo)],
  ["alias", 20, string],
  ["families", 26, nested(familySettings)],
  ["group", 27, u32],
  ["extensionMask", 29, u32],
]);

export const linkMessage = body(ifinfomsg, attributes);

/** Asks for all links, without their counters: `ip link show`. */
export const dumpLinks: Request = {
  type: RTM_GETLINK,
  flags: NLM_F_DUMP,
  body: (out) =>
    linkMessage.write(
      out,
      { family: AF_UNSPEC, padding: 0, hardwareType: 0, index: 0, flags: 0, change: 0 },
      { extensionMask: RTEXT_FILTER_SKIP_STATS },
    ),
};

/**
 * The link in an RTM_NEWLINK or RTM_DELLINK. Undefined when the message is about something else: the bridge sends both
 * types with family AF_BRIDGE when a link becomes or ceases to be a port, IPv6 sends RTM_NEWLINK with its own family,
 * and wireless drivers wrap their events into an RTM_NEWLINK that describes no link.
 */
export function readLink(message: Message): Link | undefined | Malformed {
  if (familyOf(message) !== AF_UNSPEC) return undefined;
  const read = linkMessage.read(message.view, message.start, message.end);
  if (read instanceof Malformed) return read;
  const { header, attributes: values } = read;
  if (values.wireless !== undefined) return undefined;
  const { name, mtu, address, info, lower, alias, families } = values;
  if (name === undefined || mtu === undefined) return new Malformed("link: no IFLA_IFNAME or no IFLA_MTU");
  const ethernet = header.hardwareType === ARPHRD_ETHER && address?.length === 6;
  const mode = macvlanMode(info);
  return {
    index: header.index,
    name,
    enabled: (header.flags & IFF_UP) !== 0,
    up: (header.flags & (IFF_UP | IFF_RUNNING)) === (IFF_UP | IFF_RUNNING),
    loopback: (header.flags & IFF_LOOPBACK) !== 0,
    arp: (header.flags & IFF_NOARP) === 0,
    mtu,
    ...(ethernet ? { mac: macFromOctets(address) } : {}),
    ...(info?.kind !== undefined ? { kind: info.kind } : {}),
    ...(lower !== undefined ? { lower } : {}),
    ...(mode !== undefined ? { macvlanMode: mode } : {}),
    ...(alias !== undefined ? { alias } : {}),
    ...(forwardsIpv6(families?.inet6?.conf) ? { ipv6Forwarding: true } : {}),
    ...(info?.kind === "vrf" && info.data !== undefined ? vrfTable(info.data) : {}),
  };
}

/** The octets are the kernel's own, in its byte order: any of a non-zero number differs from zero. */
const forwardsIpv6 = (conf: Uint8Array | undefined): boolean =>
  conf?.subarray(4 * DEVCONF_FORWARDING, 4 * DEVCONF_FORWARDING + 4).some((octet) => octet !== 0) ?? false;

function macvlanMode(
  info: { readonly kind?: string | undefined; readonly data?: Uint8Array | undefined } | undefined,
): number | undefined {
  if (info?.kind !== "macvlan" || info.data === undefined) return undefined;
  const { buffer, byteOffset, byteLength } = info.data;
  const data = macvlanData.read(new DataView(buffer, byteOffset, byteLength), 0, byteLength);
  return data instanceof Malformed ? undefined : data.mode;
}

function vrfTable(data: Uint8Array): { readonly vrfTable?: number } {
  const read = vrfData.read(new DataView(data.buffer, data.byteOffset, data.byteLength), 0, data.byteLength);
  return read instanceof Malformed || read.table === undefined ? {} : { vrfTable: read.table };
}
