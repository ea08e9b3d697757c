// What instances need of the machine besides sockets: links of their own, settings of the kernel, and the filter of
// Accept_Mode. Each is compared with what there is whenever the world or the configuration changes.
import { type Instant, after, earliest, seconds } from "../base/time.js";
import { allAddresses } from "./announce.js";
import { OWNER_PRIORITY } from "./election.js";
import type { BlockedAddress, PacketFilter, RouterEffect } from "./effects.js";
import type { Refusal } from "./events.js";
import { type VirtualRouterParams, type VrrpRouterParams, noRouterParams } from "./params.js";
import { wantedSettings } from "./tuning.js";
import { linksDue, linksPending, makeLinks, removeLinks } from "./virtual-links.js";
import { type RouterStep, type VrrpRouter, then } from "./vrrp-router.js";
import { type World, interfaceOf, linkOf, withFilterRefusal, withRefusedLink } from "./world.js";

const FILTER_AGAIN = seconds(10);

/** Before the first configuration nobody knows what is wanted, and nothing is taken away. */
export const prepare = (router: VrrpRouter, now: Instant): RouterStep =>
  router.params === noRouterParams ? { state: router, effects: [] } : then(makeLinks(router, now), settle);

/** Settings and filter follow the links. */
function settle(router: VrrpRouter): RouterStep {
  const { params, world, footing } = router;
  const links = linkIndexes(params, world);
  if (footing.params === params && footing.links === links) return { state: router, effects: [] };
  // Hundreds of links appear one by one: what they need is asked for once, when the last is there.
  if (footing.params === params && linksPending(router)) return { state: router, effects: [] };
  const settings = wantedSettings(params, world);
  const filter = wantedFilter(params, world);
  const tuned = settings.length > 0;
  const filtering = filter !== undefined;
  const effects: RouterEffect[] = [];
  if (tuned || footing.tuned) effects.push({ kind: "tune", settings });
  const isOther = footing.params !== params || params.filter.byIndex;
  if (isOther && (filtering || footing.filtering)) effects.push(filterEffect(filter));
  const { filterAgainAt, ...rest } = footing;
  return { state: { ...router, footing: { ...rest, params, links, tuned, filtering } }, effects };
}

/** Which of the links that matter here exist: a link that was made anew has another index, and default settings. */
function linkIndexes({ instances }: VrrpRouterParams, { linksByName }: World): string {
  let text = "";
  for (const { interfaceName = "", virtualLinks, promoteSecondaries } of instances) {
    if (virtualLinks.length === 0 && !promoteSecondaries) continue;
    text += `${linksByName.get(interfaceName)?.index ?? ""} `;
    for (const { name } of virtualLinks) text += `${linksByName.get(name)?.index ?? ""},`;
  }
  return text;
}

/**
 * RFC 5798 §6.1, Accept_Mode: of the virtual addresses of an instance that does not own them nothing is accepted. The
 * rules hold in every state: a backup has no packets of these addresses, and a new master waits for nothing.
 */
export function wantedFilter({ instances, filter }: VrrpRouterParams, world: World): PacketFilter | undefined {
  const blocked = instances.filter(isFiltered).flatMap((params) =>
    allAddresses(params).map((address): BlockedAddress => ({
      address: address.prefix.address,
      interfaceName: interfaceOf(address, params) ?? "",
      interfaceIndex: linkOf(world, address, params)?.index ?? 0,
    })),
  );
  return blocked.length === 0 ? undefined : { ...filter, blocked };
}

export const isFiltered = ({ acceptMode, priority }: VirtualRouterParams): boolean =>
  !acceptMode && priority !== OWNER_PRIORITY;

const filterEffect = (filter: PacketFilter | undefined): RouterEffect => ({
  kind: "filter",
  ...(filter !== undefined && { filter }),
});

export const footingDue = (router: VrrpRouter): Instant | undefined =>
  earliest(linksDue(router), router.footing.filterAgainAt);

/** A link or the filter was refused: that is said once, shown, and tried again. */
export function refusedFooting(router: VrrpRouter, refusal: Refusal, now: Instant): RouterStep {
  const { effect, syscall, code, subject } = refusal;
  const reason = `${syscall}: ${code}`;
  const about = { kind: "refused", detail: `${syscall} for ${subject}: ${code}` } as const;
  if (effect === "createLink") {
    const known = router.world.refusedLinks.get(subject) === reason;
    const state = { ...router, world: withRefusedLink(router.world, subject, reason) };
    return { state, effects: known ? [] : [{ kind: "complain", about }] };
  }
  const known = router.world.filterRefusal === reason;
  const footing = { ...router.footing, filterAgainAt: after(now, FILTER_AGAIN) };
  const state = { ...router, world: withFilterRefusal(router.world, reason), footing };
  return { state, effects: known ? [] : [{ kind: "complain", about: { kind: "filterRefused", detail: reason } }] };
}

/** The filter is tried again when that is due. */
export function retryFilter(router: VrrpRouter, now: Instant): RouterStep {
  const { filterAgainAt, ...footing } = router.footing;
  if (filterAgainAt === undefined || filterAgainAt > now) return { state: router, effects: [] };
  return { state: { ...router, footing }, effects: [filterEffect(wantedFilter(router.params, router.world))] };
}

/** Before the process ends, everything is as it was found. */
export const leave = (router: VrrpRouter): readonly RouterEffect[] => [
  ...removeLinks(router),
  ...(router.footing.tuned ? [{ kind: "tune", settings: [] } as const] : []),
  ...(router.footing.filtering ? [filterEffect(undefined)] : []),
];
