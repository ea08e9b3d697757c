// What a process that died has left in the kernel, and what the configuration of its successor has no more: nobody else
// knows that it was ours.
import { formatIp } from "../base/ip.js";
import { allAddresses } from "./announce.js";
import type { PlacedAddress, RouterEffect } from "./effects.js";
import type { RoutingItem, VirtualAddress, VrrpRouterParams } from "./params.js";
import { removable, withoutItems } from "./routing.js";
import { type World, isPresent, linkOf } from "./world.js";

/** `before` is what the dead process was configured with; `now` takes care of its own. */
export function removeLeftovers(
  before: VrrpRouterParams,
  now: VrrpRouterParams,
  world: World,
): readonly RouterEffect[] {
  const kept = new Set(placedAddresses(now, world).map(nameOf));
  const addresses = placedAddresses(before, world).filter(
    (placed) => !kept.has(nameOf(placed)) && isThere(placed, world),
  );
  const items = removable(withoutItems(allRouting(before), allRouting(now)), world);
  return [
    ...(items.length === 0 ? [] : [{ kind: "removeRouting", items, checking: false } as const]),
    ...(addresses.length === 0 ? [] : [{ kind: "removeAddresses", addresses } as const]),
  ];
}

const allRouting = ({ instances, statics }: VrrpRouterParams): readonly RoutingItem[] => [
  ...statics.routing,
  ...instances.flatMap(({ routing }) => routing),
];

const placedAddresses = ({ instances, statics }: VrrpRouterParams, world: World): readonly PlacedAddress[] => [
  ...statics.addresses.flatMap((address) => place(address, world.linksByName.get(address.interfaceName ?? ""))),
  ...instances.flatMap((params) =>
    allAddresses(params).flatMap((address) => place(address, linkOf(world, address, params))),
  ),
];

const place = (
  address: VirtualAddress,
  link: { readonly index: number; readonly name: string } | undefined,
): readonly PlacedAddress[] =>
  link === undefined ? [] : [{ interfaceIndex: link.index, interfaceName: link.name, address }];

const nameOf = ({ interfaceIndex, address }: PlacedAddress): string =>
  `${interfaceIndex} ${formatIp(address.prefix.address)}`;

function isThere({ interfaceIndex, address }: PlacedAddress, world: World): boolean {
  const link = world.links.get(interfaceIndex);
  return link !== undefined && isPresent(world, address, link);
}
