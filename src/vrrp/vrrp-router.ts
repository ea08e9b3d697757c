// The state of the VRRP router: all virtual routers of the process, the world they live in, and what is open for them.
// `router-machine.ts` has the step.
import type { Step } from "../base/machine.js";
import { type Instant, millis } from "../base/time.js";
import type { RouterEffect } from "./effects.js";
import type { VrrpEvent } from "./events.js";
import type { Listening } from "./listening.js";
import type { Member } from "./member.js";
import type { VrrpRouterParams } from "./params.js";
import { perform } from "./perform.js";
import { step as stepMember } from "./state-machine.js";
import { type RejectCounts, noRejections } from "./statistics.js";
import { type World, emptyWorld } from "./world.js";

export interface VrrpRouter {
  readonly params: VrrpRouterParams;
  readonly members: readonly Member[];
  readonly world: World;
  readonly listening: Listening;
  /** Sockets that were refused are tried again then. */
  readonly listenAgainAt?: Instant;
  /** Text forms of all virtual addresses: none of them is a primary address. */
  readonly virtual: ReadonlySet<string>;
  /** Datagrams that belong to no instance, by rung. */
  readonly unattributed: RejectCounts;
}

export type RouterStep = Step<VrrpRouter, RouterEffect>;

export const newVrrpRouter = (): VrrpRouter => ({
  params: { instances: [], impossible: [], startupDelay: millis(0), logUnknownVrids: false },
  members: [],
  world: emptyWorld,
  listening: new Map(),
  virtual: new Set(),
  unattributed: noRejections,
});

/** Goes on from one step to the next, keeping the effects of both in order. */
export function then(first: RouterStep, next: (router: VrrpRouter) => RouterStep): RouterStep {
  const second = next(first.state);
  if (second.effects.length === 0) return { state: second.state, effects: first.effects };
  return { state: second.state, effects: [...first.effects, ...second.effects] };
}

/** Visits every member in turn; each visit sees what came of those before it. */
export function throughMembers(
  first: RouterStep,
  visit: (router: VrrpRouter, index: number) => RouterStep,
): RouterStep {
  let result = first;
  for (const index of first.state.members.keys()) result = then(result, (next) => visit(next, index));
  return result;
}

/** Delivers an event to one member and translates what it wants. */
export function deliver(router: VrrpRouter, index: number, event: VrrpEvent, now: Instant): RouterStep {
  const member = router.members[index];
  if (member === undefined) return { state: router, effects: [] };
  const stepped = stepMember(member.router, event, now);
  if (stepped.state === member.router && stepped.effects.length === 0) return { state: router, effects: [] };
  const done = perform({ ...member, router: stepped.state }, stepped.effects, router.world, now);
  return { state: withMember(router, index, done.member), effects: done.effects };
}

export const withMember = (router: VrrpRouter, index: number, member: Member): VrrpRouter => ({
  ...router,
  members: router.members.with(index, member),
});

/** Delivers to each member the event that `eventFor` has for it, if any. */
export const deliverEach = (
  router: VrrpRouter,
  eventFor: (member: Member) => VrrpEvent | undefined,
  now: Instant,
): RouterStep =>
  throughMembers({ state: router, effects: [] }, (next, index) => {
    const member = next.members[index];
    const event = member === undefined ? undefined : eventFor(member);
    return event === undefined ? { state: next, effects: [] } : deliver(next, index, event, now);
  });
