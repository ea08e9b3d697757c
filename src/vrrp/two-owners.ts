// Two routers claim to own the same addresses (both priority 255): a mistake that the RFCs do not provide for. As with equal
// priorities the lower address yields (RFC 5798 §6.4.3); where it does not, which an owner may well refuse, the other one
// makes way after a while, so that the addresses are on one machine, and claims them again when that one is gone.
import { compareIp, formatIp, type IpAddress } from "../base/ip.js";
import { type Instant, type Micros, after, elapsed, micros } from "../base/time.js";
import { MAX_BACKUP_PRIORITY, OWNER_PRIORITY } from "./election.js";
import type { VrrpEffect } from "./effects.js";
import type { MasterPhase, VirtualRouter } from "./virtual-router.js";

/** What a master that owns the addresses does about another one that says the same. */
export type Dispute =
  | { readonly kind: "yield" }
  /** It has had its time to hear us. */
  | { readonly kind: "concede" }
  | { readonly kind: "insist"; readonly rival: NonNullable<MasterPhase["rival"]> };

/**
 * keepalived's patience: two advertisements of ours, and 1.2 times the longer interval. It is counted in time and not in
 * advertisements sent, which a rival that advertises often would put off for ever.
 */
export function dispute(
  router: VirtualRouter,
  phase: MasterPhase,
  from: IpAddress,
  interval: Micros,
  now: Instant,
): Dispute {
  if (router.source !== undefined && compareIp(from, router.source) > 0) return { kind: "yield" };
  const own = router.params.advertisementInterval;
  const longer = Math.max(own, interval);
  const { rival } = phase;
  // Silence for three intervals: it was gone, and this is a new beginning.
  const goesOn = rival !== undefined && elapsed(rival.lastHeard, now) < 3 * longer;
  if (!goesOn) {
    const patienceUntil = after(now, micros(Math.round(2 * own + 1.2 * longer)));
    return { kind: "insist", rival: { address: from, lastHeard: now, patienceUntil } };
  }
  return now < rival.patienceUntil ? { kind: "insist", rival: { ...rival, lastHeard: now } } : { kind: "concede" };
}

export const concede = (router: VirtualRouter): VirtualRouter => ({
  ...router,
  priority: MAX_BACKUP_PRIORITY,
  conceded: true,
});

/** The other owner is gone: ours again. */
export function reclaim(router: VirtualRouter): {
  readonly router: VirtualRouter;
  readonly effects: readonly VrrpEffect[];
} {
  if (router.conceded !== true) return { router, effects: [] };
  const { conceded, ...rest } = router;
  return {
    router: { ...rest, priority: OWNER_PRIORITY },
    effects: [{ kind: "priority", from: router.priority, to: OWNER_PRIORITY }],
  };
}

export const twoOwners = (from: IpAddress): VrrpEffect => {
  const address = formatIp(from);
  const detail = `${address} also advertises priority 255: only one router can own the addresses`;
  return { kind: "complain", about: { kind: "twoAddressOwners", from: address, detail } };
};
