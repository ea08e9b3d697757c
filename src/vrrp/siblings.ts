// IPv4 addresses of one network on one link hang together: the first is the primary one, and with it the kernel takes the
// others away (ip-address(8), sysctl promote_secondaries). So whoever removes a primary address puts back, in the same
// breath, those of the others that a master here is to have, and the routes that went with them as their source.
import { type IpPrefix, formatIp } from "../base/ip.js";
import type { Instant } from "../base/time.js";
import { isSecondary } from "../wire/link.js";
import { allAddresses } from "./announce.js";
import type { PlacedAddress, RouterEffect } from "./effects.js";
import type { VirtualAddress } from "./params.js";
import { install } from "./upkeep.js";
import { type RouterStep, type VrrpRouter, withMember } from "./vrrp-router.js";
import { type World, linkOf } from "./world.js";

/** Adds to a step what brings back the siblings of the addresses that it removes. */
export function keepSiblings(stepped: RouterStep, now: Instant): RouterStep {
  const last = stepped.effects.findLastIndex(({ kind }) => kind === "removeAddresses");
  if (last < 0) return stepped;
  const removed = stepped.effects.flatMap((effect) => (effect.kind === "removeAddresses" ? effect.addresses : []));
  const networks = lostNetworks(removed, stepped.state.world);
  if (networks.size === 0) return stepped;
  const gone = new Set(removed.map(placeOf));
  const { state, effects } = restore(stepped.state, networks, gone, now);
  return { state, effects: [...stepped.effects.slice(0, last + 1), ...effects, ...stepped.effects.slice(last + 1)] };
}

/** The networks whose primary address goes. */
function lostNetworks(removed: readonly PlacedAddress[], world: World): ReadonlySet<string> {
  const networks = new Set<string>();
  for (const placed of removed) {
    const known = kernelAddress(placed, world);
    if (known !== undefined && !isSecondary(known)) networks.add(networkOf(placed));
  }
  return networks;
}

function restore(
  router: VrrpRouter,
  networks: ReadonlySet<string>,
  gone: ReadonlySet<string>,
  now: Instant,
): RouterStep {
  const { world } = router;
  const lost = (addresses: readonly PlacedAddress[]): readonly PlacedAddress[] =>
    addresses.filter((placed) => {
      if (gone.has(placeOf(placed)) || !networks.has(networkOf(placed))) return false;
      const known = kernelAddress(placed, world);
      return known !== undefined && isSecondary(known);
    });
  const effects: RouterEffect[] = [];
  let state = router;
  for (const [index, member] of router.members.entries()) {
    const { params, phase } = member.router;
    if (phase.state !== "master") continue;
    const addresses = lost(allAddresses(params).flatMap((address) => place(address, linkOf(world, address, params))));
    if (addresses.length === 0) continue;
    effects.push({ kind: "installAddresses", instance: params.name, addresses });
    const { upkeep, items } = install(member.routing, params.routing, world, now);
    if (items.length > 0) effects.push({ kind: "installRouting", instance: params.name, items, checking: false });
    state = withMember(state, index, { ...member, routing: upkeep });
  }
  const fixed = router.params.statics.addresses.flatMap((address) =>
    place(address, world.linksByName.get(address.interfaceName ?? "")),
  );
  const addresses = lost(fixed);
  if (addresses.length > 0) effects.push({ kind: "installAddresses", addresses });
  return { state, effects };
}

const place = (
  address: VirtualAddress,
  link: { readonly index: number; readonly name: string } | undefined,
): readonly PlacedAddress[] =>
  link === undefined ? [] : [{ interfaceIndex: link.index, interfaceName: link.name, address }];

const placeOf = ({ interfaceIndex, address }: PlacedAddress): string =>
  `${interfaceIndex} ${formatIp(address.prefix.address)}`;

const kernelAddress = ({ interfaceIndex, address }: PlacedAddress, world: World) =>
  address.prefix.address.family === 4
    ? (world.addresses.get(interfaceIndex) ?? []).find(
        ({ prefix }) => formatIp(prefix.address) === formatIp(address.prefix.address),
      )
    : undefined;

/** The link with the network of the address on it. */
function networkOf({ interfaceIndex, address }: PlacedAddress): string {
  const { address: ip, length }: IpPrefix = address.peer ?? address.prefix;
  const bits = ip.octets.map((octet) => octet.toString(2).padStart(8, "0")).join("");
  return `${interfaceIndex} ${bits.slice(0, length)}`;
}
