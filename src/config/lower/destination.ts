// Where the advertisements of an instance go: to a group, or to the peers of unicast_peer; and when two instances would
// hear each other's.
import { formatIp, ip, sameIp, type IpAddress, type IpFamily } from "../../base/ip.js";
import type { AdvertDestination, VirtualRouterParams } from "../../vrrp/params.js";
import type { GlobalConf, InstanceConf } from "../conf.js";
import { placeOf, type Scope, type Section } from "../table.js";

const DEFAULT_GROUP6 = ip("ff02::12");
const MAX_TTL = 255;
const LINK_LOCAL_SCOPE = 2;
const UNICAST_KEYWORDS = [
  "unicast_src_ip",
  "unicast_ttl",
  "check_unicast_src",
  "old_unicast_checksum",
  "unicast_peer",
] as const;

export function lowerDestination(
  instance: Section<InstanceConf>,
  family: IpFamily,
  globals: GlobalConf,
  scope: Scope,
): AdvertDestination {
  const { conf } = instance;
  if (conf.vmacXmitBase === true && conf.useVmac === undefined && conf.useIpvlan === undefined) {
    const message = `vmac_xmit_base without use_vmac: ${conf.name} advertises from its interface anyway`;
    scope.report.add("ignoredSetting", placeOf(instance, "vmac_xmit_base"), message, "remove it, or add use_vmac");
  }
  const peers = conf.unicastPeers.map(({ address, minTtl = 0, maxTtl = MAX_TTL }) => ({ address, minTtl, maxTtl }));
  if (peers.length > 0) {
    // A limit means nothing while packets of others are not held to it.
    const limited = conf.unicastPeers.some(({ minTtl, maxTtl }) => minTtl !== undefined || maxTtl !== undefined);
    const checkSource = limited || (conf.checkUnicastSource ?? globals.checkUnicastSource ?? false);
    return { kind: "unicast", peers, ttl: conf.unicastTtl ?? MAX_TTL, checkSource };
  }
  if (conf.unicastFaultNoPeer === true) return { kind: "unicast", peers: [], ttl: MAX_TTL, checkSource: true };
  reportLonelyUnicast(instance, scope);
  const written = groupOf(instance, family, scope);
  const usual = family === 4 ? globals.mcastGroup4 : (globals.mcastGroup6 ?? DEFAULT_GROUP6);
  return { kind: "multicast", group: written ?? usual };
}

/** `mcast_dst_ip`; IPv6 groups must stay on the link (RFC 4291 §2.7: scope 2), or they are left out. */
function groupOf(instance: Section<InstanceConf>, family: IpFamily, scope: Scope): IpAddress | undefined {
  const group = ofFamily(instance, instance.conf.mcastDstIp, "mcast_dst_ip", family, scope);
  if (group === undefined || family === 4 || ((group.octets[1] ?? 0) & 0x0f) === LINK_LOCAL_SCOPE) return group;
  scope.report.add(
    "invalidAddress",
    placeOf(instance, "mcast_dst_ip"),
    `${formatIp(group)} is no link-local group; it is ignored`,
    "write an address that begins with ff02",
  );
  return undefined;
}

/** Settings of unicast without anybody to send to. */
function reportLonelyUnicast(instance: Section<InstanceConf>, { report }: Scope): void {
  const keyword = UNICAST_KEYWORDS.find((candidate) => instance.given.has(candidate));
  if (keyword === undefined) return;
  report.add(
    "ignoredSetting",
    placeOf(instance, keyword),
    keyword === "unicast_peer"
      ? `unicast_peer names nobody: ${instance.conf.name} advertises to the multicast group`
      : `${keyword} without unicast_peer: ${instance.conf.name} advertises to the multicast group`,
    "add unicast_peer { ADDRESS }, or write mcast_src_ip",
  );
}

/** The keyword that gave the source address: of the two, the later one counts. */
export const sourceKeyword = ({ given }: Section<InstanceConf>): string =>
  (given.get("unicast_src_ip")?.order ?? -1) > (given.get("mcast_src_ip")?.order ?? -1)
    ? "unicast_src_ip"
    : "mcast_src_ip";

/** An address of the instance's own family; one of the other is reported and left out. */
export function ofFamily(
  instance: Section<InstanceConf>,
  address: IpAddress | undefined,
  keyword: string,
  family: IpFamily,
  { report }: Scope,
): IpAddress | undefined {
  if (address === undefined || address.family === family) return address;
  report.add(
    "wrongFamily",
    placeOf(instance, keyword),
    `${formatIp(address)} is not an IPv${family} address like the first one of ${instance.conf.name}; it is ignored`,
    "write an address of the same family",
  );
  return undefined;
}

/** Peers of the wrong family, and peers given twice, are left out. */
export function checkPeers({ conf }: Section<InstanceConf>, family: IpFamily, { report }: Scope): void {
  const seen = new Set<string>();
  conf.unicastPeers = conf.unicastPeers.filter(({ address, at }) => {
    const text = formatIp(address);
    if (address.family !== family) {
      const message = `${text} is not an IPv${family} address like the first one of ${conf.name}; it is ignored`;
      report.add("wrongFamily", at, message, "write an address of the same family");
      return false;
    }
    if (!seen.has(text)) return Boolean(seen.add(text));
    report.add("duplicateAddress", at, `${text} is already a peer of ${conf.name}`, "remove one of the two");
    return false;
  });
}

/** Whether an advertisement could be meant for either of the two: they are one virtual router. */
export function sameVirtualRouter(a: VirtualRouterParams, b: VirtualRouterParams): boolean {
  if (a.vrid !== b.vrid || a.family !== b.family || a.interfaceName !== b.interfaceName) return false;
  const [one, other] = [a.destination, b.destination];
  if (one.kind === "multicast" || other.kind === "multicast") {
    return one.kind === "multicast" && other.kind === "multicast" && sameIp(one.group, other.group);
  }
  if (a.sourceAddress !== undefined && b.sourceAddress !== undefined && !sameIp(a.sourceAddress, b.sourceAddress)) {
    return false;
  }
  return one.peers.some(({ address }) => other.peers.some((peer) => sameIp(peer.address, address)));
}
