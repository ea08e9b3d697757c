// When gratuitous ARPs and unsolicited neighbour advertisements are sent while master: a burst at once, a second one after
// garp_master_delay, refreshes every garp_master_refresh and garp_extra_if, bursts after a lower priority advertisement was
// heard. Where garp_interval asks for a gap between them, `pacing.ts` spreads them.
import { type Instant, type Micros, after, nextTick } from "../base/time.js";
import type { VrrpEffect } from "./effects.js";
import type { VirtualAddress, VirtualRouterParams } from "./params.js";

/** A burst still to be sent. */
export interface Announcement {
  readonly at: Instant;
  readonly rounds: number;
  /** It comes again and again. */
  readonly period?: Micros;
  /** garp_extra_if: only the addresses on other interfaces than that of the instance. */
  readonly extra?: true;
}

export interface Announcing {
  readonly announcements: readonly Announcement[];
  readonly effects: readonly VrrpEffect[];
}

/** Installing this many addresses comes before their first announcement; more are installed and announced in turns. */
const CHUNK = 32;

export const allAddresses = (params: VirtualRouterParams): readonly VirtualAddress[] =>
  params.excludedAddresses.length === 0 ? params.addresses : [...params.addresses, ...params.excludedAddresses];

/** What a new master does with its addresses: no address waits for all the others before it is announced. */
export function installAndAnnounce(params: VirtualRouterParams, now: Instant): Announcing {
  const { repeat, delay, refresh, refreshRepeat, extraPeriod } = params.announce;
  const addresses = allAddresses(params);
  const effects: VrrpEffect[] = [];
  for (let i = 0; i < addresses.length; i += CHUNK) {
    const chunk = addresses.slice(i, i + CHUNK);
    effects.push({ kind: "installAddresses", addresses: chunk }, { kind: "announce", addresses: chunk, rounds: 1 });
  }
  if (repeat > 1) effects.push({ kind: "announce", addresses, rounds: repeat - 1 });
  const announcements: Announcement[] = [];
  if (delay > 0) announcements.push({ at: after(now, delay), rounds: repeat });
  if (refresh > 0) announcements.push({ at: after(now, refresh), rounds: refreshRepeat, period: refresh });
  if (extraPeriod > 0 && extraAddresses(params).length > 0) {
    announcements.push({ at: after(now, extraPeriod), rounds: 1, period: extraPeriod, extra: true });
  }
  return { announcements, effects };
}

/** Addresses on other interfaces, whose switches hear nothing of the instance otherwise. */
const extraAddresses = (params: VirtualRouterParams): readonly VirtualAddress[] =>
  allAddresses(params).filter(
    ({ interfaceName }) =>
      interfaceName !== undefined && interfaceName !== params.interfaceName && interfaceName !== params.ownLink,
  );

/** The bursts that answer a lower priority advertisement: one at once, one after garp_lower_prio_delay. */
export function announceAfterLowerPriority(
  pending: readonly Announcement[],
  params: VirtualRouterParams,
  now: Instant,
): Announcing {
  const { lowerPriorityRepeat: rounds, lowerPriorityDelay: delay } = params.announce;
  if (rounds === 0) return { announcements: pending, effects: [] };
  const plan: Announcement[] = [...pending, { at: now, rounds }];
  if (delay > 0 && !pending.some((burst) => burst.period === undefined && burst.at > now)) {
    plan.push({ at: after(now, delay), rounds });
  }
  return runDue(plan, params, now);
}

/** Sends what is due and keeps the rest. */
export function runDue(pending: readonly Announcement[], params: VirtualRouterParams, now: Instant): Announcing {
  const announcements: Announcement[] = [];
  const effects: VrrpEffect[] = [];
  for (const burst of pending) {
    if (burst.at > now) announcements.push(burst);
    else {
      const { rounds, period } = burst;
      const virtualMacOnly = burst.extra === true && !params.announce.extraEverywhere;
      const addresses = burst.extra === true ? extraAddresses(params) : allAddresses(params);
      effects.push({ kind: "announce", addresses, rounds, ...(virtualMacOnly && { virtualMacOnly }) });
      if (period !== undefined) announcements.push({ ...burst, at: nextTick(burst.at, period, now) });
    }
  }
  return { announcements, effects };
}
