// From the engine's state to what the status socket shows of static addresses, routes and rules.
import { formatPrefix } from "../base/ip.js";
import type { VrrpRouter } from "../vrrp/vrrp-router.js";
import { isPresent } from "../vrrp/world.js";
import { viewItem } from "./instance-view.js";
import type { StaticsView } from "./views.js";

/** Undefined where none are configured. */
export function viewStatics({ params, statics, world }: VrrpRouter): StaticsView | undefined {
  const { addresses, routing } = params.statics;
  if (addresses.length === 0 && routing.length === 0) return undefined;
  return {
    addresses: addresses.map((address) => {
      const { interfaceName = "" } = address;
      const link = world.linksByName.get(interfaceName);
      const present = link !== undefined && isPresent(world, address, link);
      return { address: formatPrefix(address.prefix), interfaceName, excluded: false, present };
    }),
    routing: routing.map((item) => viewItem(item, statics.routing)),
  };
}
