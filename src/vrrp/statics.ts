// Static addresses, routes and rules: there from the start to the end, whatever the instances do.
import { formatPrefix } from "../base/ip.js";
import { type Instant, after, earliest } from "../base/time.js";
import { CHECK_AFTER_DELETION, CHECK_AFTER_RESTORING } from "./address-check.js";
import type { Complaint, PlacedAddress, RouterEffect } from "./effects.js";
import { answer, fightAbout, restsUntil } from "./fights.js";
import type { StaticParams, VirtualAddress } from "./params.js";
import { removable, withoutItems } from "./routing.js";
import { check, checkSoon, install, restrict } from "./upkeep.js";
import type { RouterStep, Statics, VrrpRouter } from "./vrrp-router.js";
import { type World, isPresent } from "./world.js";

/** Makes the kernel hold what `params` has, and no more what the parameters before had. */
export function configureStatics(router: VrrpRouter, params: StaticParams, now: Instant): RouterStep {
  const { world } = router;
  const before = router.params.statics;
  const kept = new Set(params.addresses.map(key));
  const old = new Set(before.addresses.map(key));
  const missing = params.addresses.filter((address) => !old.has(key(address)) || !isThere(address, world));
  const { upkeep, items } = install(router.statics.routing, params.routing, world, now);
  const effects = [
    ...removal(
      {
        addresses: before.addresses.filter((address) => !kept.has(key(address))),
        routing: withoutItems(before.routing, params.routing),
      },
      world,
    ),
    ...addressEffect("installAddresses", missing, world),
    ...routingEffect("installRouting", items, false),
  ];
  const waiting = params.addresses.length > 0 ? { checkAddressesAt: after(now, CHECK_AFTER_RESTORING) } : {};
  const { addressFights } = router.statics;
  const statics = { addressFights, routing: restrict(upkeep, params.routing), ...waiting };
  return { state: { ...router, statics }, effects };
}

/** The end: nothing of it is left behind. */
export const removeStatics = ({ params, world }: VrrpRouter): readonly RouterEffect[] => removal(params.statics, world);

export const staticsDue = ({ routing, checkAddressesAt }: Statics): Instant | undefined =>
  earliest(routing.checkAt, checkAddressesAt);

/** Links or addresses have changed: everything is looked at soon. */
export function checkStaticsSoon(router: VrrpRouter, now: Instant): VrrpRouter {
  const { params, statics } = router;
  const soon = after(now, CHECK_AFTER_DELETION);
  const { addresses, routing } = params.statics;
  if (addresses.length === 0 && routing.length === 0) return router;
  return {
    ...router,
    statics: {
      ...statics,
      ...(routing.length > 0 && { routing: checkSoon(statics.routing, now) }),
      ...(addresses.length > 0 && { checkAddressesAt: earliest(statics.checkAddressesAt, soon) ?? soon }),
    },
  };
}

/** Puts back what is missing and due. */
export function checkStatics(router: VrrpRouter, now: Instant): RouterStep {
  const { statics, params, world } = router;
  let next: Statics = statics;
  const effects: RouterEffect[] = [];
  if (statics.routing.checkAt !== undefined && statics.routing.checkAt <= now) {
    const { upkeep, items } = check(statics.routing, params.statics.routing, world, now);
    next = { ...next, routing: upkeep };
    effects.push(...routingEffect("installRouting", items, true));
  }
  if (statics.checkAddressesAt !== undefined && statics.checkAddressesAt <= now) {
    const restored = restoreAddresses(next, params.statics.addresses, world, now);
    next = restored.statics;
    effects.push(...restored.effects);
  }
  return { state: { ...router, statics: next }, effects };
}

function restoreAddresses(
  { checkAddressesAt, ...statics }: Statics,
  addresses: readonly VirtualAddress[],
  world: World,
  now: Instant,
): { readonly statics: Statics; readonly effects: readonly RouterEffect[] } {
  // One that waits for its link is no loss; the news of the link comes by itself.
  const lost = place(addresses, world).filter(({ address }) => !isThere(address, world));
  if (lost.length === 0) return { statics, effects: [] };
  const again = { ...statics, checkAddressesAt: after(now, CHECK_AFTER_RESTORING) };
  const due = lost.filter(({ address }) => restsUntil(statics.addressFights, key(address), now) === undefined);
  const { fights, calm, begun } = answer(
    statics.addressFights,
    due.map(({ address }) => key(address)),
    now,
  );
  const names = due.map(({ address }) => address).filter((address) => calm.includes(key(address)));
  const complaints: Complaint[] = [];
  if (names.length > 0) complaints.push(restoredComplaint(names));
  if (begun.length > 0) complaints.push(fightAbout(begun));
  return {
    statics: { ...again, addressFights: fights },
    effects: [
      ...(due.length === 0 ? [] : [{ kind: "installAddresses", addresses: due } as const]),
      ...complaints.map((about) => ({ kind: "complain", about }) as const),
    ],
  };
}

function restoredComplaint(addresses: readonly VirtualAddress[]): Complaint {
  const names = addresses.map(({ prefix }) => formatPrefix(prefix));
  const detail = `static address ${names.join(", ")} was missing from the kernel and was put back`;
  return { kind: "addressesRestored", addresses: names, detail };
}

const removal = ({ addresses, routing }: StaticParams, world: World): readonly RouterEffect[] => [
  ...routingEffect("removeRouting", removable(routing, world), false),
  ...addressEffect("removeAddresses", addresses, world),
];

const routingEffect = (
  kind: "installRouting" | "removeRouting",
  items: ReturnType<typeof removable>,
  checking: boolean,
): readonly RouterEffect[] => (items.length === 0 ? [] : [{ kind, items, checking }]);

function addressEffect(
  kind: "installAddresses" | "removeAddresses",
  addresses: readonly VirtualAddress[],
  world: World,
): readonly RouterEffect[] {
  const placed = place(addresses, world);
  return placed.length === 0 ? [] : [{ kind, addresses: placed }];
}

/** A static address names its interface. */
const linkFor = ({ interfaceName }: VirtualAddress, world: World) =>
  interfaceName === undefined ? undefined : world.linksByName.get(interfaceName);

const place = (addresses: readonly VirtualAddress[], world: World): readonly PlacedAddress[] =>
  addresses.flatMap((address) => {
    const link = linkFor(address, world);
    return link === undefined ? [] : [{ interfaceIndex: link.index, interfaceName: link.name, address }];
  });

function isThere(address: VirtualAddress, world: World): boolean {
  const link = linkFor(address, world);
  return link !== undefined && isPresent(world, address, link);
}

const key = ({ interfaceName, prefix, peer }: VirtualAddress): string =>
  [interfaceName ?? "", formatPrefix(prefix), peer === undefined ? "" : formatPrefix(peer)].join(" ").trimEnd();
