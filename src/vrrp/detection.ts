// Duplicate address detection (RFC 4862 §5.4) of virtual addresses that ask for it (`-nodad`): how it has ended.
import { formatIp, sameIp } from "../base/ip.js";
import type { Instant } from "../base/time.js";
import { type LinkAddress, isDuplicate, isTentative } from "../wire/link.js";
import { allAddresses } from "./announce.js";
import type { Member } from "./member.js";
import type { VirtualAddress } from "./params.js";
import { type RouterStep, type VrrpRouter, deliverEach } from "./vrrp-router.js";
import { type World, linkOf } from "./world.js";

/** Tells the master of an address; `before` is how the address was known until now. */
export function noteDetection(
  router: VrrpRouter,
  before: LinkAddress | undefined,
  address: LinkAddress,
  now: Instant,
): RouterStep {
  const { prefix } = address;
  if (prefix.address.family === 4 || !router.virtual.has(formatIp(prefix.address))) {
    return { state: router, effects: [] };
  }
  const outcome = outcomeOf(address);
  if (outcome === undefined || (before !== undefined && outcome === outcomeOf(before))) {
    return { state: router, effects: [] };
  }
  return deliverEach(
    router,
    (member) => {
      const held = heldAs(member, address, router.world);
      return held === undefined || held.nodad ? undefined : { kind: "addressChecked", address: held, outcome };
    },
    now,
  );
}

/** Undefined while it is under way. */
function outcomeOf(address: LinkAddress): "usable" | "duplicate" | undefined {
  if (isDuplicate(address)) return "duplicate";
  return isTentative(address) ? undefined : "usable";
}

/** The line of a master that such an address in the kernel stands for. */
function heldAs({ router }: Member, there: LinkAddress, world: World): VirtualAddress | undefined {
  const { params, phase } = router;
  if (phase.state !== "master") return undefined;
  return allAddresses(params).find(
    (address) =>
      sameIp(address.prefix.address, there.prefix.address) &&
      linkOf(world, address, params)?.index === there.interfaceIndex,
  );
}
