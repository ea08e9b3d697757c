// Routes and rules of the configuration, placed on the links that there are.
import type { PlacedItem } from "./effects.js";
import type { RoutingItem } from "./params.js";
import type { World } from "./world.js";

/** An item for the kernel, or the interface that it waits for. */
export type Placing = { readonly placed: PlacedItem } | { readonly missing: string };

export function placeItem(item: RoutingItem, world: World): Placing {
  const { name } = item;
  if (item.kind === "rule") return { placed: { kind: "rule", name, rule: item.rule } };
  const { route, vrf } = item;
  const hops = [];
  for (const { device, ...hop } of route.hops) {
    const link = device === undefined ? undefined : world.linksByName.get(device);
    if (device !== undefined && link === undefined) return { missing: device };
    hops.push({ ...hop, ...(link !== undefined && { device: link.index }) });
  }
  if (vrf === undefined) return { placed: { kind: "route", name, route: { ...route, hops } } };
  const table = world.linksByName.get(vrf)?.vrfTable;
  return table === undefined ? { missing: vrf } : { placed: { kind: "route", name, route: { ...route, hops, table } } };
}

/** What can be removed: an item whose interface is gone went with it. */
export const removable = (items: readonly RoutingItem[], world: World): readonly PlacedItem[] =>
  items
    .map((item) => placeItem(item, world))
    .flatMap((placing) => ("placed" in placing ? [placing.placed] : []))
    .reverse();

/** Items of `before` that `now` has no more. */
export function withoutItems(before: readonly RoutingItem[], now: readonly RoutingItem[]): readonly RoutingItem[] {
  if (before.length === 0) return before;
  const kept = new Set(now.map(({ name }) => name));
  return before.filter(({ name }) => !kept.has(name));
}
