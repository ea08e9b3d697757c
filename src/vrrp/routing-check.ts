// Routes and rules of all instances, held against what the kernel has: looked at when it tells of a change, and now and
// then, because it does not tell of all. A master puts back what is missing; whoever is no master removes what is there.
import { sameIp } from "../base/ip.js";
import type { Instant } from "../base/time.js";
import type { Complaint, RouterEffect } from "./effects.js";
import type { RouterEvent } from "./events.js";
import { type Member, count } from "./member.js";
import type { RoutingItem } from "./params.js";
import { fightAbout } from "./fights.js";
import { removable } from "./routing.js";
import { checkStaticsSoon } from "./statics.js";
import { type Learnt, type Upkeep, check, checkSoon, learn, lose } from "./upkeep.js";
import { type RouterStep, type VrrpRouter, withMember } from "./vrrp-router.js";
import type { World } from "./world.js";

type RoutingDone = Extract<RouterEvent, { kind: "routingDone" }>;
export type RoutingNews = Extract<RouterEvent, { kind: "routeAdded" | "routeRemoved" | "ruleAdded" | "ruleRemoved" }>;

export function checkRouting(router: VrrpRouter, index: number, now: Instant): RouterStep {
  const member = router.members[index];
  if (member === undefined) return { state: router, effects: [] };
  const { params, phase } = member.router;
  if (phase.state !== "master") return removeStrangers(router, index, member);
  const { upkeep, items } = check(member.routing, params.routing, router.world, now);
  return {
    state: withMember(router, index, { ...member, routing: upkeep }),
    effects: items.length === 0 ? [] : [{ kind: "installRouting", instance: params.name, items, checking: true }],
  };
}

/** What is there on a host that is not master was put there by somebody else, or is about to be removed anyway. */
function removeStrangers(router: VrrpRouter, index: number, member: Member): RouterStep {
  const { params, phase } = member.router;
  const { checkAt, ...routing } = member.routing;
  const state = withMember(router, index, { ...member, routing });
  const mine = params.routing.filter((item) => !otherHolder(router, index, item));
  const items = phase.state === "backup" || phase.state === "fault" ? removable(mine, router.world) : [];
  const instance = params.name;
  return { state, effects: items.length === 0 ? [] : [{ kind: "removeRouting", instance, items, checking: true }] };
}

/** Somebody else here is to have the same item. */
function otherHolder(router: VrrpRouter, index: number, item: RoutingItem): boolean {
  const same = ({ name }: RoutingItem): boolean => name === item.name;
  return (
    router.params.statics.routing.some(same) ||
    router.members.some(
      ({ router: { params, phase } }, place) =>
        place !== index && phase.state === "master" && params.routing.some(same),
    )
  );
}

/** Whose items a change of the kernel's may concern: they are looked at soon. */
export function noteRouting(router: VrrpRouter, news: RoutingNews, now: Instant): RouterStep {
  const removed = news.kind === "routeRemoved" || news.kind === "ruleRemoved";
  const look = (upkeep: Upkeep, items: readonly RoutingItem[]): Upkeep => {
    const names = items.filter((item) => concerns(news, item, router.world)).map(({ name }) => name);
    if (names.length === 0) return upkeep;
    return removed ? lose(upkeep, names, now) : checkSoon(upkeep, now);
  };
  const members = router.members.map((member) => {
    const { params, phase } = member.router;
    const isWrong = (phase.state === "master") === removed;
    return isWrong && member.started && params.routing.length > 0
      ? { ...member, routing: look(member.routing, params.routing) }
      : member;
  });
  const { statics, params } = router;
  const routing = removed ? look(statics.routing, params.statics.routing) : statics.routing;
  return { state: { ...router, members, statics: { ...statics, routing } }, effects: [] };
}

function concerns(news: RoutingNews, item: RoutingItem, world: World): boolean {
  if (item.kind === "rule") {
    return "rule" in news && item.rule.preference === news.rule.preference && item.rule.family === news.rule.family;
  }
  if (!("route" in news)) return false;
  const { destination, table } = news.route;
  const own = item.vrf === undefined ? item.route.table : world.linksByName.get(item.vrf)?.vrfTable;
  return (
    own === table &&
    item.route.destination.length === destination.length &&
    sameIp(item.route.destination.address, destination.address)
  );
}

/** Links or addresses have changed: routes went with some, and what waited for others can be had now. */
export function checkRoutingSoon(router: VrrpRouter, now: Instant): RouterStep {
  const needs = ({ router: { params, phase } }: Member): boolean =>
    params.routing.length > 0 && phase.state === "master";
  const state = checkStaticsSoon(router, now);
  if (!state.members.some(needs)) return { state, effects: [] };
  const members = state.members.map((member) =>
    needs(member) ? { ...member, routing: checkSoon(member.routing, now) } : member,
  );
  return { state: { ...state, members }, effects: [] };
}

/** The kernel's answers: remembered, and said where they are news. */
export function routingDone(router: VrrpRouter, event: RoutingDone, now: Instant): RouterStep {
  const { instance, outcomes, checking } = event;
  if (instance === undefined) {
    const learnt = learn(router.statics.routing, outcomes, checking, now);
    const statics = { ...router.statics, routing: learnt.upkeep };
    return { state: { ...router, statics }, effects: complaintsOf(learnt, "it is static", undefined) };
  }
  const index = router.members.findIndex((member) => member.router.params.name === instance);
  const member = router.members[index];
  if (member === undefined) return { state: router, effects: [] };
  const isMaster = member.router.phase.state === "master";
  const learnt = learn(member.routing, outcomes, checking, now);
  const { statistics } = member.router;
  const counted = count(
    { ...member, routing: learnt.upkeep },
    {
      refused: statistics.refused + learnt.refused.length,
      ...(isMaster
        ? { routingRestored: statistics.routingRestored + learnt.restored }
        : { strangersRemoved: statistics.strangersRemoved + learnt.restored }),
    },
  );
  const why = isMaster ? "we are master" : undefined;
  return { state: withMember(router, index, counted), effects: complaintsOf(learnt, why, instance) };
}

/** `restoredBecause`: absent where the items were removed. */
function complaintsOf(
  { calm, begun, refused }: Learnt,
  restoredBecause: string | undefined,
  instance: string | undefined,
): readonly RouterEffect[] {
  const complaints: Complaint[] = [];
  if (calm.length > 0) {
    const names = calm.join(", ");
    complaints.push(
      restoredBecause === undefined
        ? {
            kind: "strangersRemoved",
            items: calm,
            detail: `${names}: somebody else added it while we are not master, and it was removed`,
          }
        : {
            kind: "routingRestored",
            items: calm,
            detail: `${names}: went missing from the kernel while ${restoredBecause} and was put back`,
          },
    );
  }
  if (begun.length > 0) complaints.push(fightAbout(begun));
  for (const { name, code } of refused) complaints.push({ kind: "refused", detail: `${name}: ${code}` });
  return complaints.map((about) => ({ kind: "complain", ...(instance !== undefined && { instance }), about }));
}
