// What the world means for the members of the VRRP router now: each is told what has changed for it, and started when
// nothing holds it any more.
import { sameIp } from "../base/ip.js";
import type { Instant } from "../base/time.js";
import type { VrrpEvent } from "./events.js";
import { prepare } from "./footing.js";
import { listen, stopListening } from "./listening.js";
import { type Member, type Standing, standing } from "./member.js";
import type { VirtualRouterParams } from "./params.js";
import { linkOfInterface } from "./source.js";
import { type GroupStanding, faultOfOthers, groupStanding } from "./sync-groups.js";
import { type Group, type RouterStep, type VrrpRouter, deliver, then, withMember } from "./vrrp-router.js";

/** Reconsiders every member, or those of one interface with the other members of their sync groups. */
export function reconsider(router: VrrpRouter, now: Instant, onlyInterface?: number): RouterStep {
  const concerned = [...router.members.keys()].filter(
    (index) => onlyInterface === undefined || usesInterface(router, index, onlyInterface),
  );
  const told = then(then(prepare(router, now), listen), (next) => reconsiderMembers(next, concerned, now));
  return then(told, stopListening);
}

/** Reconsiders the members that a virtual link means something to, with the other members of their sync groups. */
export function reconsiderLink(router: VrrpRouter, name: string, now: Instant): RouterStep {
  const concerned = [...router.members.keys()].filter((index) => {
    const params = router.members[index]?.router.params;
    return params !== undefined && dependsOn(params, name);
  });
  const told = then(then(prepare(router, now), listen), (next) => reconsiderMembers(next, concerned, now));
  return then(told, stopListening);
}

/** An instance without an interface of its own may use any. */
const dependsOn = ({ interfaceName, virtualLinks, trackers }: VirtualRouterParams, name: string): boolean =>
  interfaceName === undefined ||
  interfaceName === name ||
  virtualLinks.some((link) => link.name === name || link.baseName === name) ||
  trackers.some((tracker) => tracker.kind === "interface" && tracker.name === name);

/** An instance without an interface of its own may use any. */
function usesInterface(router: VrrpRouter, index: number, interfaceIndex: number): boolean {
  const params = router.members[index]?.router.params;
  if (params?.interfaceName === undefined) return true;
  return linkOfInterface(params, router.world)?.index === interfaceIndex;
}

/** Reconsiders these members and the others of their sync groups. */
export function reconsiderMembers(router: VrrpRouter, indices: readonly number[], now: Instant): RouterStep {
  const concerned = withGroups(router, indices);
  const standings = new Map(
    concerned.flatMap((index) => {
      const member = router.members[index];
      return member === undefined
        ? []
        : [[index, standing(member.router.params, router.world, router.virtual)] as const];
    }),
  );
  const groupStandings = new Map<number, GroupStanding>();
  let result: RouterStep = { state: router, effects: [] };
  for (const [index, own] of standings) {
    result = then(result, (next) => {
      const member = next.members[index];
      if (member === undefined) return { state: next, effects: [] };
      const group = groupOf(next, member);
      if (member.group === undefined || group === undefined) return reconsiderMember(next, index, own, undefined, now);
      const others = groupStandings.get(member.group) ?? groupStanding(next, group, standings, now);
      groupStandings.set(member.group, others);
      return reconsiderMember(next, index, own, { group, others }, now);
    });
  }
  return result;
}

function withGroups(router: VrrpRouter, indices: readonly number[]): readonly number[] {
  if (router.groups.length === 0) return indices;
  const concerned = new Set(indices);
  for (const index of indices) {
    const member = router.members[index];
    const group = member === undefined ? undefined : groupOf(router, member);
    for (const other of group?.members ?? []) concerned.add(other);
  }
  return [...concerned].sort((a, b) => a - b);
}

const groupOf = (router: VrrpRouter, member: Member): Group | undefined =>
  member.group === undefined ? undefined : router.groups[member.group];

interface Company {
  readonly group: Group;
  readonly others: GroupStanding;
}

function reconsiderMember(
  router: VrrpRouter,
  index: number,
  { source, causes: own, priority, known }: Standing,
  company: Company | undefined,
  now: Instant,
): RouterStep {
  const member = router.members[index];
  if (member === undefined) return { state: router, effects: [] };
  const before = member.router;
  const faultsOfOthers = company === undefined ? [] : faultOfOthers(company.group, company.others, before.params.name);
  const causes = [...own, ...faultsOfOthers];
  let result: RouterStep = { state: router, effects: [] };
  const tell = (event: VrrpEvent): void => {
    result = then(result, (next) => deliver(next, index, event, now));
  };
  if (source !== undefined && (before.source === undefined || !sameIp(before.source, source))) {
    tell({ kind: "sourceChanged", source });
  }
  if (priority !== before.priority) tell({ kind: "priorityChanged", priority });
  if (JSON.stringify(causes) !== JSON.stringify(before.causes)) tell({ kind: "faultsChanged", causes });
  const delayed = member.startAt !== undefined && member.startAt > now;
  const mayStart = company?.others.mayStart ?? (known && !delayed);
  if (member.started || delayed) return result;
  return then(result, (next) => (mayStart ? start(next, index, company, now) : endDelay(next, index)));
}

function start(router: VrrpRouter, index: number, company: Company | undefined, now: Instant): RouterStep {
  const member = router.members[index];
  if (member === undefined) return { state: router, effects: [] };
  const { startAt, resumeUntil, ...rest } = member;
  const begun = withMember(router, index, { ...rest, started: true });
  const resumes = resumeUntil !== undefined && (company?.others.mayResume ?? true);
  const joins = company?.group.machine.state === "master";
  const event: VrrpEvent = {
    kind: "startup",
    ...(resumes && { resumeUntil }),
    ...(joins && { joinsMasterGroup: company.group.machine.params.name }),
  };
  return deliver(begun, index, event, now);
}

/** The start delay is over, and something else holds the member. */
function endDelay(router: VrrpRouter, index: number): RouterStep {
  const member = router.members[index];
  if (member?.startAt === undefined) return { state: router, effects: [] };
  const { startAt, ...rest } = member;
  return { state: withMember(router, index, rest), effects: [] };
}
