// Start and reload: which virtual routers go on, which change in place, which leave and which are new.
import { nothingRemembered } from "./authentication.js";
import { formatIp } from "../base/ip.js";
import { type Instant, after, latest } from "../base/time.js";
import { allAddresses } from "./announce.js";
import type { RouterEffect } from "./effects.js";
import type { Resumption, RouterEvent, StartTimes } from "./events.js";
import { identities } from "./identity.js";
import { noFights } from "./fights.js";
import { removeLeftovers } from "./leftovers.js";
import type { Member } from "./member.js";
import type { VirtualRouterParams, VrrpRouterParams } from "./params.js";
import { regroup } from "./sync-groups.js";
import { configureStatics } from "./statics.js";
import { noUpkeep } from "./upkeep.js";
import { newVirtualRouter } from "./virtual-router.js";
import { type RouterStep, type VrrpRouter, deliverEach, then } from "./vrrp-router.js";

export function configure(
  router: VrrpRouter,
  { params, resume, since, leftBy }: Extract<RouterEvent, { kind: "configure" }>,
  now: Instant,
): RouterStep {
  const before = router.members.map((member) => member.router.params);
  const keyOf = identities(before, params.instances);
  const wanted = new Map(params.instances.map((instance) => [keyOf(instance), instance]));
  const successorOf: Successor = (old) => wanted.get(keyOf(old));
  const cleared = leftBy === undefined ? [] : removeLeftovers(leftBy, params, router.world);
  const fixed = configureStatics(router, params.statics, now);
  const leaving = then({ state: fixed.state, effects: [...cleared, ...fixed.effects] }, (next) =>
    shutDownLeavers(next, successorOf, now),
  );
  const changed = then(leaving, (next) => replaceChanged(next, successorOf, now));
  const state = changed.state;
  const known = new Map(state.members.map((member) => [keyOf(member.router.params), member]));
  const members = params.instances.map(
    (instance) => known.get(keyOf(instance)) ?? newMember(instance, resume, heldUntil(params, since, now), now),
  );
  const virtual = new Set(
    params.instances.flatMap((instance) => allAddresses(instance).map(({ prefix }) => formatIp(prefix.address))),
  );
  const next = { ...state, params, members, virtual };
  const configured = { state: next, effects: [...changed.effects, ...faultsOfImpossible(router, params, now)] };
  const regrouped = then(configured, (configuredRouter) => regroup(configuredRouter, params.syncGroups, now));
  return { state: regrouped.state, effects: removalsFirst(regrouped.effects) };
}

type Successor = (params: VirtualRouterParams) => VirtualRouterParams | undefined;

const shutDownLeavers = (router: VrrpRouter, successorOf: Successor, now: Instant): RouterStep =>
  deliverEach(
    router,
    ({ router: { params } }) =>
      successorOf(params) === undefined ? { kind: "shutdown", why: "removedByReload" } : undefined,
    now,
  );

const replaceChanged = (router: VrrpRouter, successorOf: Successor, now: Instant): RouterStep =>
  deliverEach(
    router,
    ({ router: { params: before } }) => {
      const params = successorOf(before);
      const unchanged = params === undefined || JSON.stringify(params) === JSON.stringify(before);
      return unchanged ? undefined : { kind: "paramsReplaced", params };
    },
    now,
  );

/** vrrp_startup_delay and vrrp_delay_after_boot: the longer counts. What a reload or a restart adds later is not held. */
function heldUntil(
  { startupDelay, delayAfterBoot }: VrrpRouterParams,
  since: StartTimes | undefined,
  now: Instant,
): Instant {
  const afterStart = after(since?.daemon ?? now, startupDelay);
  if (since === undefined || delayAfterBoot === 0) return afterStart;
  return latest(afterStart, after(since.boot, delayAfterBoot));
}

function newMember(params: VirtualRouterParams, resume: readonly Resumption[], startAt: Instant, now: Instant): Member {
  const resumeUntil = resume.find(({ instance }) => instance === params.name)?.until;
  return {
    router: newVirtualRouter(params, now),
    started: false,
    ...(startAt > now && { startAt }),
    ...(resumeUntil !== undefined && { resumeUntil }),
    identification: 0,
    hasBeenMaster: false,
    addressFights: noFights,
    routing: noUpkeep,
    authentication: nothingRemembered,
    said: new Set(),
  };
}

/** What moves from one instance to another must leave before it can arrive. */
const removalsFirst = (effects: readonly RouterEffect[]): readonly RouterEffect[] => [
  ...effects.filter((effect) => removals.has(effect.kind)),
  ...effects.filter((effect) => !removals.has(effect.kind)),
];

const removals: ReadonlySet<RouterEffect["kind"]> = new Set(["removeAddresses", "removeRouting"]);

/** An instance that cannot work is shown in FAULT, with the reason, once. */
function faultsOfImpossible(router: VrrpRouter, params: VrrpRouterParams, now: Instant): RouterEffect[] {
  const known = new Set(router.params.impossible.map(({ name }) => name));
  return params.impossible
    .filter(({ name }) => !known.has(name))
    .map(({ name, reason }) => ({
      kind: "transition",
      instance: name,
      from: "initialize",
      to: "fault",
      reason: { code: "fault", causes: [{ kind: "configuration", reason }] },
      priority: 0,
      at: now,
    }));
}
