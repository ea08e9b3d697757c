// The links that instances make for their addresses: a macvlan with the virtual router MAC address (RFC 5798 §7.3), or an
// ipvlan.
//
// A macvlan is switched on exactly while its instance is master. So a backup takes no packet that is sent to the virtual
// MAC address (RFC 5798 §6.4.2 (420)), and teaches no switch where it is: nothing can leave by a link that is down.
// Advertisements are heard on the real interface in every state. They are sent there too, with the virtual MAC address
// as their source: the first of a new master does not wait for its link, the last of an old one not for its removal.
import { formatIp } from "../base/ip.js";
import { sameMac } from "../base/mac.js";
import { type Instant, after, earliest, seconds } from "../base/time.js";
import type { Link } from "../wire/link.js";
import { MACVLAN_MODE_BRIDGE } from "../wire/netlink/link-request.js";
import type { RouterEffect } from "./effects.js";
import type { FaultCause } from "./events.js";
import type { VirtualLink, VirtualRouterParams } from "./params.js";
import type { RouterStep, VrrpRouter } from "./vrrp-router.js";
import { type World, findAddress, withRefusedLink, withoutRefusedLink } from "./world.js";

/** A link that was asked for, or whose removal was, is not asked for again before this. */
const ASK_AGAIN = seconds(1);
/** The kernel takes milliseconds for each link; the others are asked for when these have appeared. */
const ASKED_AT_ONCE = 16;

/** Makes what is missing, changes what differs, and removes what a predecessor made and nobody wants. */
export function makeLinks(router: VrrpRouter, now: Instant): RouterStep {
  const wanted = new Map(router.params.instances.flatMap(({ virtualLinks }) => virtualLinks).map((l) => [l.name, l]));
  const unwanted = [...router.world.links.values()].filter((link) => isOurs(link, router) && !wanted.has(link.name));
  const { footing } = router;
  if (wanted.size === 0 && unwanted.length === 0 && footing.asked.size === 0) return { state: router, effects: [] };
  const asked = new Map([...footing.asked].filter(([, at]) => after(at, ASK_AGAIN) > now));
  const made = new Set(footing.made);
  const effects: RouterEffect[] = [];
  let { world } = router;
  const ask = (name: string, effect: RouterEffect): void => {
    if (asked.has(name) || effects.length >= ASKED_AT_ONCE) return;
    asked.set(name, now);
    effects.push(effect);
  };
  for (const link of unwanted) ask(`no ${link.name}`, removal(link));
  for (const link of wanted.values()) {
    const base = world.linksByName.get(link.baseName);
    if (base === undefined) continue;
    const found = world.linksByName.get(link.name);
    const { linkAlias: alias } = router.params;
    switch (judge(link, found, base, router)) {
      case "right":
        asked.delete(link.name);
        if (found !== undefined && isOurs(found, router)) made.add(link.name);
        world = withoutRefusedLink(world, link.name);
        break;
      case "missing":
        made.add(link.name);
        ask(link.name, { kind: "createLink", link, lower: base.index, alias });
        break;
      case "different":
        ask(link.name, {
          kind: "createLink",
          link,
          lower: base.index,
          ...(found !== undefined && isOurs(found, router) && { alias }),
        });
        break;
      case "stale":
        if (found !== undefined) ask(`no ${link.name}`, removal(found));
        break;
      case "taken": {
        const reason = `an interface of that name is there, and it is no ${link.form.kind} on ${link.baseName}`;
        if (world.refusedLinks.get(link.name) === reason) break;
        world = withRefusedLink(world, link.name, reason);
        effects.push({ kind: "complain", about: { kind: "refused", detail: `${link.name}: ${reason}` } });
        break;
      }
    }
  }
  return { state: { ...router, world, footing: { ...footing, asked, made } }, effects };
}

const removal = ({ index, name }: Link): RouterEffect => ({
  kind: "removeLink",
  interfaceIndex: index,
  interfaceName: name,
});

/** When links that did not appear are asked for again. */
export function linksDue({ footing }: VrrpRouter): Instant | undefined {
  let due: Instant | undefined;
  for (const at of footing.asked.values()) due = earliest(due, after(at, ASK_AGAIN));
  return due;
}

/** A link of ours in the way is removed first, and so is one of a predecessor with addresses that nobody knows any more. */
function judge(
  wanted: VirtualLink,
  found: Link | undefined,
  base: Link,
  router: VrrpRouter,
): "right" | "missing" | "different" | "stale" | "taken" {
  if (found === undefined) return "missing";
  const { virtual, world } = router;
  const ours = isOurs(found, router);
  if (found.kind !== wanted.form.kind || found.lower !== base.index) return ours ? "stale" : "taken";
  const inherited = ours && !router.footing.made.has(found.name) && wanted.form.kind === "macvlan";
  const strangers = (world.addresses.get(found.index) ?? []).some(
    ({ prefix: { address } }) => !virtual.has(formatIp(address)),
  );
  if (inherited && strangers) return "stale";
  return isAsWanted(wanted, found, world) ? "right" : "different";
}

/** Made by this process, or by a predecessor of it. */
const isOurs = ({ name, alias }: Link, { params, footing }: VrrpRouter): boolean =>
  alias === params.linkAlias || footing.made.has(name);

function isAsWanted({ form }: VirtualLink, found: Link, world: World): boolean {
  if (form.kind === "macvlan") {
    return found.mac !== undefined && sameMac(found.mac, form.mac) && found.macvlanMode === MACVLAN_MODE_BRIDGE;
  }
  return found.enabled && (form.address === undefined || findAddress(world, form.address.address, found) !== undefined);
}

/** Links were asked for, and neither made nor refused yet. */
export const linksPending = ({ footing, world }: VrrpRouter): boolean =>
  [...footing.asked.keys()].some((name) => footing.made.has(name) && !world.refusedLinks.has(name));

/** Links that vipd made, when it ends. */
export function removeLinks(router: VrrpRouter): readonly RouterEffect[] {
  const { world, footing } = router;
  const unseen = [...footing.made].filter((name) => !world.linksByName.has(name) && footing.asked.has(name));
  return [
    ...[...world.links.values()].filter((link) => isOurs(link, router)).map(removal),
    ...unseen.map((interfaceName): RouterEffect => ({ kind: "removeLink", interfaceName })),
  ];
}

/** False while a link of the instance is still being made. */
export const linksKnown = ({ virtualLinks }: VirtualRouterParams, world: World): boolean =>
  virtualLinks.every(
    ({ name, baseName }) =>
      world.linksByName.has(name) || world.refusedLinks.has(name) || !world.linksByName.has(baseName),
  );

/** Without the link for its own addresses an instance cannot work; without one on another interface it can. */
export function linkFaults({ ownLink }: VirtualRouterParams, world: World): FaultCause[] {
  const reason = ownLink === undefined ? undefined : world.refusedLinks.get(ownLink);
  return ownLink === undefined || reason === undefined
    ? []
    : [{ kind: "virtualLinkRefused", interfaceName: ownLink, reason }];
}

/** The links that are on only while the instance is master, as far as they exist. */
export const switchedLinks = ({ virtualLinks }: VirtualRouterParams, world: World): readonly Link[] =>
  virtualLinks.flatMap(({ name, form }) => {
    const link = form.kind === "macvlan" ? world.linksByName.get(name) : undefined;
    return link === undefined ? [] : [link];
  });

/** A master's link that somebody has switched off. */
export const isSwitchedOff = (params: VirtualRouterParams, link: Link): boolean =>
  !link.enabled && params.virtualLinks.some(({ name, form }) => name === link.name && form.kind === "macvlan");
