// Entering the states that more than one state leads to.
import { type Instant, after } from "../base/time.js";
import { allAddresses, installAndAnnounce } from "./announce.js";
import { RESIGNING_PRIORITY, masterDownInterval } from "./election.js";
import type { Reason, VrrpEffect } from "./effects.js";
import type { RoutingItem } from "./params.js";
import { type VirtualRouter, type VrrpStep, enter } from "./virtual-router.js";

/**
 * Becomes master (RFC 5798 §6.4.2, RFC 9568 §6.4.2): advertise first, so that a master of lower rank lets
 * go of the addresses before our gratuitous ARPs point the network here; then take the addresses and announce them.
 */
export function becomeMaster(router: VirtualRouter, reason: Reason, now: Instant): VrrpStep {
  const taken = installAndAnnounce(router.params, now);
  const next: VirtualRouter = {
    ...router,
    statistics: { ...router.statistics, becameMaster: router.statistics.becameMaster + 1 },
  };
  const phase = {
    state: "master",
    adverAt: after(now, router.params.advertisementInterval),
    answerAgainAt: now,
    announcements: taken.announcements,
  } as const;
  // Routes come last: a source address of theirs may be one of the addresses.
  const effects: readonly VrrpEffect[] = [
    { kind: "sendAdvert", priority: router.priority },
    ...taken.effects,
    ...routingEffect("installRouting", router.params.routing),
  ];
  return enter(next, phase, reason, now, effects);
}

/**
 * Becomes backup with a full Master_Down_Interval (RFC 5798 §6.4.1). The master's own interval is not known yet,
 * so ours stands in for it.
 */
export function becomeBackup(
  router: VirtualRouter,
  reason: Reason,
  now: Instant,
  effects: readonly VrrpEffect[] = [],
): VrrpStep {
  const { params } = router;
  const masterAdverInterval = params.advertisementInterval;
  const masterDownAt = after(now, masterDownInterval(params, router.priority, masterAdverInterval));
  return enter(router, { state: "backup", masterAdverInterval, masterDownAt }, reason, now, effects);
}

/** What a master does before it leaves: says so with priority 0 where it goes on its own account, and lets go. */
export function release(router: VirtualRouter, resign: boolean): { router: VirtualRouter; effects: VrrpEffect[] } {
  const effects: VrrpEffect[] = resign ? [{ kind: "sendAdvert", priority: RESIGNING_PRIORITY }] : [];
  effects.push(...routingEffect("removeRouting", router.params.routing));
  effects.push({ kind: "removeAddresses", addresses: allAddresses(router.params) });
  const { statistics } = router;
  const left = { ...router, statistics: { ...statistics, releasedMaster: statistics.releasedMaster + 1 } };
  return { router: left, effects };
}

/** Nothing where there are no routes and no rules. */
export const routingEffect = (
  kind: "installRouting" | "removeRouting",
  items: readonly RoutingItem[],
): readonly VrrpEffect[] => (items.length === 0 ? [] : [{ kind, items }]);
