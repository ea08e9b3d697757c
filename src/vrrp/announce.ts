// When gratuitous ARPs (and later neighbour advertisements) are sent while master: a burst at once, a second one after
// garp_master_delay, refreshes every garp_master_refresh, bursts after a lower priority advertisement was heard, and,
// where garp_interval asks for it, every message on its own with a gap.
import { type Instant, type Micros, after } from "../base/time.js";
import type { VrrpEffect } from "./effects.js";
import type { VirtualAddress, VirtualRouterParams } from "./params.js";

/** A burst still to be sent, or in the middle of being sent. */
export interface Announcement {
  readonly at: Instant;
  readonly rounds: number;
  /** Index of the next address, where messages are spaced by a gap. */
  readonly next: number;
  /** A refresh starts again this long after its due time. */
  readonly every?: { readonly period: Micros; readonly rounds: number; readonly startedAt: Instant };
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
  const { announce } = params;
  const addresses = allAddresses(params);
  const plan: Announcement[] = [];
  const effects: VrrpEffect[] = [];
  const spaced = announce.arpInterval > 0;
  for (let i = 0; i < addresses.length; i += CHUNK) {
    const chunk = addresses.slice(i, i + CHUNK);
    effects.push({ kind: "installAddresses", addresses: chunk });
    if (!spaced) effects.push({ kind: "announce", addresses: chunk, rounds: 1 });
  }
  if (spaced) plan.push({ at: now, rounds: announce.repeat, next: 0 });
  else if (announce.repeat > 1) effects.push({ kind: "announce", addresses, rounds: announce.repeat - 1 });
  if (announce.delay > 0) plan.push({ at: after(now, announce.delay), rounds: announce.repeat, next: 0 });
  if (announce.refresh > 0) {
    const every = { period: announce.refresh, rounds: announce.refreshRepeat, startedAt: after(now, announce.refresh) };
    plan.push({ at: every.startedAt, rounds: every.rounds, next: 0, every });
  }
  const due = runDue(plan, params, now);
  return { announcements: due.announcements, effects: [...effects, ...due.effects] };
}

/** The bursts that answer a lower priority advertisement: one at once, one after garp_lower_prio_delay. */
export function announceAfterLowerPriority(
  pending: readonly Announcement[],
  params: VirtualRouterParams,
  now: Instant,
): Announcing {
  const { lowerPriorityRepeat: rounds, lowerPriorityDelay: delay } = params.announce;
  if (rounds === 0) return { announcements: pending, effects: [] };
  const plan: Announcement[] = [...pending, { at: now, rounds, next: 0 }];
  if (delay > 0 && !pending.some((burst) => burst.every === undefined && burst.at > now)) {
    plan.push({ at: after(now, delay), rounds, next: 0 });
  }
  return runDue(plan, params, now);
}

/** Sends what is due and keeps the rest. */
export function runDue(pending: readonly Announcement[], params: VirtualRouterParams, now: Instant): Announcing {
  const announcements: Announcement[] = [];
  const effects: VrrpEffect[] = [];
  const addresses = allAddresses(params);
  const gap = params.announce.arpInterval;
  for (const burst of pending) {
    let rest: Announcement | undefined = burst;
    if (burst.at <= now && gap === 0) {
      effects.push({ kind: "announce", addresses, rounds: burst.rounds });
      rest = nextRefresh(burst, now);
    } else if (burst.at <= now) {
      const address = addresses[burst.next];
      if (address !== undefined) effects.push({ kind: "announce", addresses: [address], rounds: 1 });
      rest = afterOneMessage(burst, addresses.length, gap, now);
    }
    if (rest !== undefined) announcements.push(rest);
  }
  return { announcements, effects };
}

function afterOneMessage(burst: Announcement, count: number, gap: Micros, now: Instant): Announcement | undefined {
  const next = burst.next + 1;
  if (next < count) return { ...burst, next, at: after(now, gap) };
  if (burst.rounds > 1) return { ...burst, next: 0, rounds: burst.rounds - 1, at: after(now, gap) };
  return nextRefresh(burst, now);
}

/** The absolute schedule of refreshes is kept; periods that were slept through are skipped. */
function nextRefresh(burst: Announcement, now: Instant): Announcement | undefined {
  if (burst.every === undefined) return undefined;
  const { period, rounds } = burst.every;
  let startedAt = after(burst.every.startedAt, period);
  if (startedAt <= now) startedAt = after(now, period);
  return { at: startedAt, rounds, next: 0, every: { period, rounds, startedAt } };
}
