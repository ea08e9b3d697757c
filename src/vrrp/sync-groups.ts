// The sync groups among the members of the VRRP router: who belongs to which, what a fault of one means for the others,
// when the last timer of a group runs out, and in which order the work of all members is done.
import { type Instant, earliest } from "../base/time.js";
import type { RouterEffect } from "./effects.js";
import type { FaultCause } from "./events.js";
import type { Standing } from "./member.js";
import type { SyncGroupParams } from "./params.js";
import { newSyncGroup } from "./sync-group.js";
import { type Group, type RouterStep, type VrrpRouter, stepGroup, then } from "./vrrp-router.js";

/** After start and reload: who belongs together now. Groups of the same name go on. */
export function regroup(router: VrrpRouter, params: readonly SyncGroupParams[], now: Instant): RouterStep {
  const known = new Map(router.groups.map(({ machine }) => [machine.params.name, machine]));
  const places = new Map(router.members.map((member, index) => [member.router.params.name, index]));
  const groups = params.map((group): Group => ({
    machine: known.get(group.name) ?? newSyncGroup(group, now),
    members: group.members.flatMap((name) => places.get(name) ?? []),
  }));
  const groupOf = new Map(groups.flatMap(({ members }, index) => members.map((member) => [member, index] as const)));
  const members = router.members.map((member, index) => {
    const { group: before, ...rest } = member;
    const group = groupOf.get(index);
    return group === before ? member : { ...rest, ...(group !== undefined && { group }) };
  });
  let result: RouterStep = { state: { ...router, members, groups }, effects: [] };
  for (const [index, group] of params.entries()) {
    result = then(result, (next) => {
      const states = (groups[index]?.members ?? []).flatMap((place) => {
        const member = next.members[place]?.router;
        return member === undefined ? [] : [[member.params.name, member.phase.state] as const];
      });
      return stepGroup(next, index, { kind: "configured", params: group, members: new Map(states) }, now);
    });
  }
  return result;
}

/** What a member needs to know of the others of its group. */
export interface GroupStanding {
  /** Members with faults of their own, those included that cannot work; two are enough to name another one to each. */
  readonly faulty: readonly string[];
  /** All members may take part. */
  readonly mayStart: boolean;
  /** All members that have not started can go on where a predecessor ended. */
  readonly mayResume: boolean;
}

export function groupStanding(
  router: VrrpRouter,
  { machine, members }: Group,
  standings: ReadonlyMap<number, Standing>,
  now: Instant,
): GroupStanding {
  const impossible = new Set(router.params.impossible.map(({ name }) => name));
  const faulty = machine.params.members.filter((name) => impossible.has(name));
  let mayStart = true;
  let mayResume = true;
  for (const index of members) {
    const [member, standing] = [router.members[index], standings.get(index)];
    if (member === undefined || standing === undefined) continue;
    if (standing.causes.length > 0) faulty.push(member.router.params.name);
    if (!standing.known || (member.startAt !== undefined && member.startAt > now)) mayStart = false;
    if (!member.started && !(member.resumeUntil !== undefined && now < member.resumeUntil)) mayResume = false;
  }
  return { faulty: faulty.slice(0, 2), mayStart, mayResume };
}

/** The fault that an instance has because another member of its group has one. */
export function faultOfOthers(group: Group, { faulty }: GroupStanding, instance: string): readonly FaultCause[] {
  const other = faulty.find((name) => name !== instance);
  return other === undefined ? [] : [{ kind: "syncGroup", group: group.machine.params.name, instance: other }];
}

/** The member whose Master_Down_Timer runs out last, and when; undefined while not all members are backup. */
export function lastTimer(router: VrrpRouter, { members }: Group): { index: number; due: Instant } | undefined {
  let last: { index: number; due: Instant } | undefined;
  for (const index of members) {
    const member = router.members[index];
    if (member?.started !== true) continue;
    const { phase } = member.router;
    if (phase.state !== "backup") return undefined;
    if (last === undefined || phase.masterDownAt > last.due) last = { index, due: phase.masterDownAt };
  }
  return last;
}

/** When a group becomes master unless a member hears one: with the last of its timers. */
export function groupsDue(router: VrrpRouter): Instant | undefined {
  let due: Instant | undefined;
  for (const group of router.groups) due = earliest(due, lastTimer(router, group)?.due);
  return due;
}

/**
 * All members of a group do each part of a transition before the next part begins: advertisements first, so that no
 * segment waits for the work of another; scripts are told last, of the members before the group. Only of the first
 * BACKUP keepalived tells the group first.
 */
export function inGroupOrder(step: RouterStep): RouterStep {
  if (!step.effects.some(({ kind }) => kind === "groupTransition")) return step;
  return { ...step, effects: [...step.effects].sort((one, other) => turnOf(one) - turnOf(other)) };
}

function turnOf(effect: RouterEffect): number {
  switch (effect.kind) {
    case "listen":
      return 0;
    case "transmit":
      return 1;
    case "groupTransition":
      return effect.from === "initialize" && effect.to === "backup" ? 3 : 5;
    case "transition":
    case "priority":
    case "lowerPriorityHeard":
      return 4;
    case "finished":
      return 6;
    default:
      return 2;
  }
}
