// The links that instances make for their addresses: `use_vmac`, `use_ipvlan`, `use_vmac_addr`, and `use_vmac` behind an
// address.
import { type IpFamily, ipFromOctets, isLinkLocal, maxPrefixLength } from "../../base/ip.js";
import { type MacAddress, macFromOctets } from "../../base/mac.js";
import { type VirtualAddress, type VirtualLink, plainAddress } from "../../vrrp/params.js";
import type { AddressConf, GlobalConf, InstanceConf, RootConf, VirtualInterfaceConf } from "../conf.js";
import type { ConfigEnvironment } from "../environment.js";
import { placeOf, type Scope, type Section } from "../table.js";

const DEFAULT_PREFIX = "vrrp";
/** RFC 5798 §7.3: 00-00-5E-00-01-VRID for IPv4, 00-00-5E-00-02-VRID for IPv6. */
const STANDARD_MAC = [0x00, 0x00, 0x5e, 0x00] as const;
const MAC_LENGTH = 6;
/** RT_SCOPE_LINK */
const LINK_SCOPE = 253;

/** What marks the links of this daemon; the `instance` of the configuration tells several on one machine apart. */
export const linkAlias = ({ instanceName }: RootConf): string =>
  instanceName === undefined ? "vipd" : `vipd ${instanceName}`;

/** The names of the links that instances make: no two have the same. */
export class LinkNames {
  readonly #taken: Set<string>;
  readonly #alias: string;
  readonly #environment: ConfigEnvironment;

  constructor(conf: RootConf, environment: ConfigEnvironment) {
    this.#alias = linkAlias(conf);
    this.#environment = environment;
    const written = [...conf.instances.values()].map(
      ({ conf: { useVmac, useIpvlan } }) => (useVmac ?? useIpvlan)?.name,
    );
    this.#taken = new Set(written.filter((name) => name !== undefined));
  }

  /** As keepalived makes it up: PREFIX.VRID, else PREFIX6.VRID for IPv6, else PREFIX1.VRID and so on. */
  choose(prefix: string, vrid: number, family: IpFamily): string {
    const candidates = [`${prefix}.${vrid}`, ...(family === 6 ? [`${prefix}6.${vrid}`] : [])];
    let name = candidates.shift() ?? "";
    for (let number = 1; this.#isTaken(name);) name = candidates.shift() ?? `${prefix}${number++}.${vrid}`;
    this.#taken.add(name);
    return name;
  }

  #isTaken(name: string): boolean {
    if (this.#taken.has(name)) return true;
    const facts = this.#environment.findInterface(name);
    return (
      facts?.kind !== undefined && facts.kind !== "macvlan" && facts.kind !== "ipvlan" && facts.alias !== this.#alias
    );
  }
}

export interface LoweredLinks {
  readonly virtualLinks: readonly VirtualLink[];
  /** The one for the addresses without `dev`. */
  readonly ownLink?: string;
  /** The MAC address that advertisements carry, where it is not that of the interface. */
  readonly advertMac?: MacAddress;
  /** The source address that comes with an ipvlan. */
  readonly source?: NonNullable<VirtualInterfaceConf["address"]>;
  /** An address with the link that it goes on. */
  readonly place: (entry: AddressConf) => VirtualAddress;
  /** What goes on the links beside the addresses of the configuration. */
  readonly extra: readonly VirtualAddress[];
}

type Identified = InstanceConf & { readonly interfaceName: string; readonly virtualRouterId: number };

export function lowerVirtualLinks(
  instance: Section<InstanceConf>,
  globals: GlobalConf,
  facts: { readonly family: IpFamily; readonly strict: boolean; readonly names: LinkNames },
  scope: Scope,
): LoweredLinks {
  const { conf } = instance;
  const { interfaceName, virtualRouterId } = conf;
  const unplaced: LoweredLinks = { virtualLinks: [], place: ({ address }) => address, extra: [] };
  if (interfaceName === undefined || virtualRouterId === undefined) return unplaced;
  const identified = { interfaceName, virtualRouterId, ...conf };
  const links = new Map<string, VirtualLink>();
  const primary = primaryLink(instance, identified, globals, facts, scope);
  if (primary !== undefined) links.set("", primary);
  const place = (entry: AddressConf): VirtualAddress => {
    const { address } = entry;
    const { family } = address.prefix.address;
    const isUsual = address.interfaceName === undefined && family === facts.family;
    if (isUsual && primary !== undefined) return onLink(primary, address);
    if (!entry.useVmac && !(conf.useVmacAddresses === true && isElsewhere(entry, interfaceName, facts.family))) {
      return address;
    }
    const baseName = address.interfaceName ?? interfaceName;
    const key = `${baseName} ${family}`;
    const link = links.get(key) ?? extraLink(identified, globals, baseName, family, facts.names);
    links.set(key, link);
    return onLink(link, address);
  };
  const addresses = [...conf.addresses, ...conf.excludedAddresses].map(place);
  const made = [...links.values()];
  const isBaseSender = conf.vmacXmitBase === true && !facts.strict;
  return {
    virtualLinks: made,
    ...(primary !== undefined && { ownLink: primary.name }),
    ...(primary?.form.kind === "macvlan" && !isBaseSender && { advertMac: primary.form.mac }),
    ...(primary?.form.kind === "ipvlan" && conf.useIpvlan?.address !== undefined && { source: conf.useIpvlan.address }),
    place,
    extra: made.flatMap((link) => linkLocalOf(link, addresses) ?? []),
  };
}

const onLink = ({ name }: VirtualLink, address: VirtualAddress): VirtualAddress => ({
  ...address,
  interfaceName: name,
});

/** `use_vmac_addr` is about addresses that the instance's own link does not take. */
const isElsewhere = ({ address }: AddressConf, interfaceName: string, family: IpFamily): boolean =>
  (address.interfaceName ?? interfaceName) !== interfaceName || address.prefix.address.family !== family;

function primaryLink(
  instance: Section<InstanceConf>,
  conf: Identified,
  globals: GlobalConf,
  { family, strict, names }: { readonly family: IpFamily; readonly strict: boolean; readonly names: LinkNames },
  { report }: Scope,
): VirtualLink | undefined {
  const { useVmac, useIpvlan, virtualRouterId: vrid } = conf;
  const written = useVmac ?? useIpvlan;
  if (written === undefined) return undefined;
  if (strict && conf.vmacXmitBase === true) {
    const message = "in strict mode advertisements have the virtual MAC address; vmac_xmit_base is ignored";
    report.add("ignoredSetting", placeOf(instance, "vmac_xmit_base"), message, "remove it, or remove vrrp_strict");
  }
  if (strict && useVmac?.mac !== undefined) {
    const message = "in strict mode the MAC address is that of RFC 5798; the one that is written is ignored";
    report.add("ignoredSetting", placeOf(instance, "use_vmac"), message, "remove it, or remove vrrp_strict");
  }
  return {
    name: written.name ?? names.choose(globals.vmacPrefix ?? DEFAULT_PREFIX, vrid, family),
    baseName: conf.interfaceName,
    form:
      useVmac === undefined
        ? {
            kind: "ipvlan",
            mode: useIpvlan?.mode ?? "bridge",
            ...(useIpvlan?.address !== undefined && {
              address: { address: useIpvlan.address, length: maxPrefixLength(useIpvlan.address.family) },
            }),
          }
        : { kind: "macvlan", mac: macOf(strict ? undefined : useVmac.mac, vrid, family) },
    ...(written.group !== undefined && { group: written.group }),
    families: [family],
  };
}

const extraLink = (
  { virtualRouterId: vrid }: Identified,
  globals: GlobalConf,
  baseName: string,
  family: IpFamily,
  names: LinkNames,
): VirtualLink => ({
  name: names.choose(globals.vmacAddressPrefix ?? globals.vmacPrefix ?? DEFAULT_PREFIX, vrid, family),
  baseName,
  form: { kind: "macvlan", mac: macOf(undefined, vrid, family) },
  families: [family],
});

/** Five octets are completed by the VRID. */
function macOf(written: readonly number[] | undefined, vrid: number, family: IpFamily): MacAddress {
  const octets = written ?? [...STANDARD_MAC, family === 4 ? 1 : 2];
  return macFromOctets(octets.length < MAC_LENGTH ? [...octets, vrid] : octets);
}

/**
 * A router asks for its neighbours from a link-local address (RFC 4861 §4.3). A link with none among its addresses gets
 * that of its MAC address (RFC 4291 appendix A), which comes and goes with the master as the others do.
 */
function linkLocalOf(link: VirtualLink, addresses: readonly VirtualAddress[]): VirtualAddress | undefined {
  const { name, form, families } = link;
  if (form.kind !== "macvlan" || !families.includes(6)) return undefined;
  const own = addresses.filter(({ interfaceName }) => interfaceName === name).map(({ prefix }) => prefix.address);
  if (own.some(isLinkLocal)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = form.mac.octets;
  const address = ipFromOctets([0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 0x02, b, c, 0xff, 0xfe, d, e, f]);
  return { ...plainAddress({ address, length: 64 }), interfaceName: name, scope: LINK_SCOPE };
}
