// Settings of the kernel (sysctl(8), ip-sysctl of the kernel's documentation) that virtual links need, so that nobody
// answers for an address with the wrong MAC address, and nothing is dropped for having come by the other link.
import type { IpFamily } from "../base/ip.js";
import type { Setting } from "./effects.js";
import type { VirtualLink, VrrpRouterParams } from "./params.js";
import type { World } from "./world.js";

const value = (path: string, text: string): Setting => ({ kind: "value", path, value: text });
const ipv4 = (name: string, key: string, text: string): Setting => value(`ipv4/conf/${name}/${key}`, text);
const ipv6 = (name: string, key: string, text: string): Setting => value(`ipv6/conf/${name}/${key}`, text);

/** What the configuration asks for of the links that are there, each setting once. */
export function wantedSettings(params: VrrpRouterParams, world: World): readonly Setting[] {
  const there = (name: string | undefined): name is string => name !== undefined && world.linksByName.has(name);
  const links = params.instances.flatMap(({ virtualLinks }) => virtualLinks).filter(({ name }) => there(name));
  const promoting = params.instances
    .filter(({ promoteSecondaries }) => promoteSecondaries)
    .map(({ interfaceName }) => interfaceName)
    .filter(there);
  const exempt = links.filter(({ form, families }) => form.kind === "macvlan" && families.includes(4));
  const settings = [
    ...(params.noLocalIgmp ? [value("ipv4/igmp_link_local_mcast_reports", "0")] : []),
    ...promoting.map((name) => ipv4(name, "promote_secondaries", "1")),
    ...links.flatMap(ofLink),
    ...(exempt.length === 0 ? [] : [{ kind: "looseReversePath", exempt: exempt.map(({ name }) => name) } as const]),
  ];
  return [...new Map(settings.map((setting) => [setting.kind === "value" ? setting.path : "", setting])).values()];
}

function ofLink({ name, baseName, form, families }: VirtualLink): readonly Setting[] {
  if (form.kind === "ipvlan") return [ipv4(name, "promote_secondaries", "1")];
  return [
    // Whoever asks for an address is answered by the link that has it, and by no other.
    ipv4(name, "arp_ignore", "1"),
    ...(families.includes(4) ? [...ofIpv4(name), ...ofBase(baseName)] : []),
    ...ofIpv6(name, families),
  ];
}

const ofIpv4 = (name: string): readonly Setting[] => [
  ipv4(name, "accept_local", "1"),
  ipv4(name, "promote_secondaries", "1"),
];

const ofBase = (name: string): readonly Setting[] => [
  ipv4(name, "arp_ignore", "1"),
  ipv4(name, "arp_filter", "1"),
  // When the machine itself asks who has an address, the question names the interface's own address: with a virtual one
  // it would teach the segment that the virtual address is at the interface's MAC address.
  ipv4(name, "arp_announce", "2"),
];

/** Nothing speaks from the link but what we put there: no generated address, no solicitation, no autoconfiguration. */
const ofIpv6 = (name: string, families: readonly IpFamily[]): readonly Setting[] =>
  families.includes(6)
    ? [
        ipv6(name, "addr_gen_mode", "1"),
        ipv6(name, "accept_ra", "0"),
        ipv6(name, "autoconf", "0"),
        ipv6(name, "router_solicitations", "0"),
      ]
    : [ipv6(name, "disable_ipv6", "1")];
