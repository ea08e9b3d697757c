// The addresses of an instance: which family it is of, which addresses it announces, and which it only holds.
import { formatIp, octetCount, type IpFamily } from "../../base/ip.js";
import type { VirtualAddress, VrrpVersion } from "../../vrrp/params.js";
import type { AddressConf, InstanceConf } from "../conf.js";
import type { Scope, Section } from "../table.js";
import type { LoweredLinks } from "./virtual-links.js";

export interface InstanceAddresses {
  readonly announced: readonly VirtualAddress[];
  readonly excluded: readonly VirtualAddress[];
}

/** Count IPvX Addr is one octet of an advertisement. */
const MAX_ANNOUNCED = 255;
const IP_HEADER = { 4: 20, 6: 40 } as const;
const VRRP_HEADER = 8;
const AUTHENTICATION_DATA = 8;
const ETHERNET_MTU = 1500;
/** Of auth_hmac. */
const TRAILER_LENGTH = 28;

/** What is written first decides, an address or native_ipv6; IPv4 where there is none. */
export function familyOf({ conf, given }: Section<InstanceConf>): IpFamily {
  const candidates: readonly { readonly order: number | undefined; readonly family: IpFamily | undefined }[] = [
    { order: given.get("native_ipv6")?.order, family: 6 },
    { order: (given.get("mcast_src_ip") ?? given.get("unicast_src_ip"))?.order, family: conf.mcastSrcIp?.family },
    { order: given.get("unicast_peer")?.order, family: conf.unicastPeers[0]?.address.family },
    { order: given.get("virtual_ipaddress")?.order, family: conf.addresses[0]?.address.prefix.address.family },
  ];
  let first: { readonly order: number; readonly family: IpFamily } | undefined;
  for (const { order, family } of candidates) {
    if (order === undefined || family === undefined) continue;
    if (first === undefined || order < first.order) first = { order, family };
  }
  return first?.family ?? 4;
}

export function lowerAddresses(
  { conf }: Section<InstanceConf>,
  family: IpFamily,
  version: VrrpVersion,
  links: LoweredLinks,
  scope: Scope,
): InstanceAddresses {
  const { report } = scope;
  const seen = new Set<string>();
  const isNew = (entry: AddressConf): boolean => {
    const text = formatIp(entry.address.prefix.address);
    if (!seen.has(text)) return Boolean(seen.add(text));
    report.add(
      "duplicateAddress",
      entry.at,
      `${text} is already an address of ${conf.name}; this one is ignored`,
      "remove one of the two",
    );
    return false;
  };
  const fits = ({ address, at }: AddressConf): boolean => {
    if (address.prefix.address.family === family) return true;
    const text = formatIp(address.prefix.address);
    report.add(
      "wrongFamily",
      at,
      `${text} is not an IPv${family} address like the first one of ${conf.name}; it is ignored`,
      "move it to virtual_ipaddress_excluded, or give it an instance of its own",
    );
    return false;
  };
  const announced = conf.addresses.filter(fits).filter(isNew);
  const excluded = conf.excludedAddresses.filter(isNew);
  const capacity = advertisementCapacity(conf, family, version, scope);
  const surplus = announced.slice(capacity);
  const [firstTooMany] = surplus;
  if (firstTooMany !== undefined) {
    report.add(
      "adjusted",
      firstTooMany.at,
      `an advertisement has room for ${capacity} addresses; ${surplus.length} from here on are held but not announced`,
      "move them to virtual_ipaddress_excluded, on every router",
    );
  }
  return {
    announced: announced.slice(0, capacity).map(links.place),
    excluded: [...[...surplus, ...excluded].map(links.place), ...links.extra],
  };
}

function advertisementCapacity(
  conf: InstanceConf,
  family: IpFamily,
  version: VrrpVersion,
  { environment }: Scope,
): number {
  const mtu =
    (conf.interfaceName === undefined ? undefined : environment.findInterface(conf.interfaceName)?.mtu) ?? ETHERNET_MTU;
  const overhead =
    IP_HEADER[family] + VRRP_HEADER + (version === 2 ? AUTHENTICATION_DATA : 0) + (conf.authHmac ? TRAILER_LENGTH : 0);
  return Math.max(0, Math.min(MAX_ANNOUNCED, Math.floor((mtu - overhead) / octetCount(family))));
}
