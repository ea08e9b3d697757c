// The state of the VRRP router: all virtual routers of the process, the world they live in, and what is open for them.
// `router-machine.ts` has the step.
import type { Step } from "../base/machine.js";
import type { Instant } from "../base/time.js";
import type { RouterEffect, VrrpEffect } from "./effects.js";
import type { VrrpEvent } from "./events.js";
import { type Fights, noFights } from "./fights.js";
import type { Listening } from "./listening.js";
import type { Member } from "./member.js";
import { type Pacing, enqueue } from "./pacing.js";
import { type VrrpRouterParams, noRouterParams } from "./params.js";
import { perform } from "./perform.js";
import { step as stepMember } from "./state-machine.js";
import { type RejectCounts, noRejections } from "./statistics.js";
import { type GroupEvent, type SyncGroup, step as stepSyncGroup } from "./sync-group.js";
import { type Upkeep, noUpkeep } from "./upkeep.js";
import { type World, emptyWorld } from "./world.js";

/** A sync group, and where its members are. */
export interface Group {
  readonly machine: SyncGroup;
  /** Indices of members. */
  readonly members: readonly number[];
}

/** What is done about the static addresses, routes and rules of the parameters. */
export interface Statics {
  readonly routing: Upkeep;
  /** When the kernel's addresses are next compared with ours. */
  readonly checkAddressesAt?: Instant;
  readonly addressFights: Fights;
}

export interface VrrpRouter {
  readonly params: VrrpRouterParams;
  readonly members: readonly Member[];
  readonly groups: readonly Group[];
  readonly statics: Statics;
  readonly world: World;
  readonly listening: Listening;
  /** Sockets that were refused are tried again then. */
  readonly listenAgainAt?: Instant;
  /** Announcements that have to keep a pace. */
  readonly pacing: Pacing;
  /** Text forms of all virtual addresses: none of them is a primary address. */
  readonly virtual: ReadonlySet<string>;
  readonly footing: Footing;
  /** Datagrams that belong to no instance, by rung. */
  readonly unattributed: RejectCounts;
}

/** What was asked of the machine last (`footing.ts`). */
export interface Footing {
  /** When each virtual link was asked for, by name, or its removal, by "no" and its name. */
  readonly asked: ReadonlyMap<string, Instant>;
  /** Names of the links that this process has made or taken over: of a link that is off, the kernel does not tell the alias. */
  readonly made: ReadonlySet<string>;
  /** The configuration and the links that settings and filter were asked for. */
  readonly params?: VrrpRouterParams;
  readonly links: string;
  /** There are settings, or a filter, of ours. */
  readonly tuned: boolean;
  readonly filtering: boolean;
  /** The filter was refused and is tried again then. */
  readonly filterAgainAt?: Instant;
}

export type RouterStep = Step<VrrpRouter, RouterEffect>;

export const newVrrpRouter = (): VrrpRouter => ({
  params: noRouterParams,
  members: [],
  groups: [],
  statics: { routing: noUpkeep, addressFights: noFights },
  world: emptyWorld,
  listening: new Map(),
  pacing: new Map(),
  virtual: new Set(),
  footing: { asked: new Map(), made: new Set(), links: "", tuned: false, filtering: false },
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

/** Delivers an event to one member and translates what it wants; the other members of its sync group follow. */
export function deliver(router: VrrpRouter, index: number, event: VrrpEvent, now: Instant): RouterStep {
  const member = router.members[index];
  if (member === undefined) return { state: router, effects: [] };
  const stepped = stepMember(member.router, event, now);
  if (stepped.state === member.router && stepped.effects.length === 0) return { state: router, effects: [] };
  const done = perform({ ...member, router: stepped.state }, stepped.effects, router.world, router.params, now);
  let { pacing } = router;
  for (const { pace, burst } of done.paced) pacing = enqueue(pacing, pace, burst, now);
  const result: RouterStep = { state: withMember({ ...router, pacing }, index, done.member), effects: done.effects };
  return member.group === undefined ? result : tellGroup(result, index, member.group, stepped.effects, now);
}

/** What a member of a sync group does concerns the others. */
function tellGroup(
  done: RouterStep,
  index: number,
  place: number,
  effects: readonly VrrpEffect[],
  now: Instant,
): RouterStep {
  let result = done;
  for (const effect of effects) {
    if (effect.kind === "transition") {
      const instance = done.state.members[index]?.router.params.name ?? "";
      const event = { kind: "memberEntered", instance, state: effect.to, reason: effect.reason } as const;
      result = then(result, (next) => stepGroup(next, place, event, now));
    } else if (effect.kind === "lowerPriorityHeard") {
      const others = done.state.groups[place]?.members.filter((other) => other !== index) ?? [];
      for (const other of others) result = then(result, (next) => deliver(next, other, { kind: "announceAgain" }, now));
    }
  }
  return result;
}

/** Delivers an event to a sync group, and what it wants to its members. */
export function stepGroup(router: VrrpRouter, place: number, event: GroupEvent, now: Instant): RouterStep {
  const group = router.groups[place];
  if (group === undefined) return { state: router, effects: [] };
  const stepped = stepSyncGroup(group.machine, event, now);
  const groups = router.groups.with(place, { ...group, machine: stepped.state });
  let result: RouterStep = { state: { ...router, groups }, effects: [] };
  for (const effect of stepped.effects) {
    if (effect.kind === "transition") {
      const { from, to, leader } = effect;
      const said = { kind: "groupTransition", group: stepped.state.params.name, from, to, ...leader, at: now } as const;
      result = { state: result.state, effects: [...result.effects, said] };
      continue;
    }
    const { instance, to, resign, reason } = effect;
    const index = group.members.find((member) => router.members[member]?.router.params.name === instance);
    if (index === undefined) continue;
    result = then(result, (next) => deliver(next, index, { kind: "groupLeads", to, resign, reason }, now));
  }
  return result;
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
