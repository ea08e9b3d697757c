// A sync group (keepalived.conf(5), vrrp_sync_group): instances that are master, backup or in FAULT together. A small
// machine whose events are the transitions of its members. It tells the others to follow where one leads, and says when
// all are in a new state.
//
// Two ways lead from outside: the last timer that runs out takes everybody to master, and a member that yields takes
// everybody to backup. FAULT needs no leader: a fault of one member is a fault of each (`sync-groups.ts`).
import type { Step } from "../base/machine.js";
import type { Instant } from "../base/time.js";
import type { Reason, StateName } from "./effects.js";
import type { SyncGroupParams } from "./params.js";

/** The member that left the common state first, and why: the others follow it. */
export interface Leader {
  readonly instance: string;
  readonly reason: Reason;
}

export interface SyncGroup {
  readonly params: SyncGroupParams;
  /** The state that all members were last in together. */
  readonly state: StateName;
  readonly since: Instant;
  /** Who led the group there. */
  readonly leader?: Leader;
  /** Who has left `state` while the others are still in it. */
  readonly departed?: Leader;
  /** States of the members that exist: an instance that cannot work has none. */
  readonly members: ReadonlyMap<string, StateName>;
}

export type GroupEvent =
  | { readonly kind: "memberEntered"; readonly instance: string; readonly state: StateName; readonly reason: Reason }
  /** Start and reload: members may have come and gone, each in the state it happens to be in. */
  | {
      readonly kind: "configured";
      readonly params: SyncGroupParams;
      readonly members: ReadonlyMap<string, StateName>;
    };

export type GroupEffect =
  | {
      readonly kind: "lead";
      readonly instance: string;
      readonly to: "master" | "backup";
      /** Say so with priority 0: nobody else has claimed to be master. */
      readonly resign: boolean;
      readonly reason: Reason;
    }
  | {
      readonly kind: "transition";
      readonly from: StateName;
      readonly to: StateName;
      readonly leader: Leader;
    };

export type GroupStep = Step<SyncGroup, GroupEffect>;

export const newSyncGroup = (params: SyncGroupParams, now: Instant): SyncGroup => ({
  params,
  state: "initialize",
  since: now,
  members: new Map(),
});

export function step(group: SyncGroup, event: GroupEvent, now: Instant): GroupStep {
  switch (event.kind) {
    case "memberEntered":
      return memberEntered(group, event, now);
    case "configured":
      return configured(group, event.params, event.members, now);
  }
}

function memberEntered(
  group: SyncGroup,
  { instance, state, reason }: Extract<GroupEvent, { kind: "memberEntered" }>,
  now: Instant,
): GroupStep {
  const members = new Map(group.members).set(instance, state);
  const departed = leading(group.departed, { instance, reason });
  const next: SyncGroup = { ...group, members, departed };
  // At the start the group has a state when all have one; who joins it later does not take its state away.
  const common = group.state === "initialize" ? onlyState(members) : commonState(members);
  if (common !== undefined) return enter(next, common, departed, now);
  const because: Reason = { code: "syncGroup", group: group.params.name, instance, because: reason };
  // RFC 5798 §6.4.3 (725) for one member: whoever won there is about to be master of all, and has spoken for itself.
  if (state === "backup") return { state: next, effects: lead(members, "master", "backup", false, because) };
  if (state === "master") return { state: next, effects: lead(members, "backup", "master", false, because) };
  return { state: next, effects: [] };
}

/** Members that a reload brings together in different states all go to backup: only an election is everybody's. */
function configured(
  group: SyncGroup,
  params: SyncGroupParams,
  members: ReadonlyMap<string, StateName>,
  now: Instant,
): GroupStep {
  const next: SyncGroup = { ...group, params, members };
  const [waiting] = [...members].find(([, state]) => state === "backup") ?? [];
  const common = commonState(members);
  if (common !== undefined) {
    const [first = params.name] = members.keys();
    return enter(next, common, { instance: first, reason: { code: "regrouped", group: params.name } }, now);
  }
  if (waiting === undefined) return { state: next, effects: [] };
  const reason: Reason = { code: "regrouped", group: params.name };
  const departed = { instance: waiting, reason };
  return { state: { ...next, departed }, effects: lead(members, "master", "backup", true, reason) };
}

/** The state of all members; undefined while they differ. */
function onlyState(members: ReadonlyMap<string, StateName>): StateName | undefined {
  const [first] = members.values();
  return [...members.values()].every((state) => state === first) ? first : undefined;
}

/** The state of all members that have started. */
function commonState(members: ReadonlyMap<string, StateName>): StateName | undefined {
  const started = new Map([...members].filter(([, state]) => state !== "initialize"));
  return onlyState(started.size === 0 ? members : started);
}

function enter(group: SyncGroup, to: StateName, leader: Leader, now: Instant): GroupStep {
  const { departed, ...settled } = group;
  if (to === group.state) return { state: settled, effects: [] };
  return {
    state: { ...settled, state: to, since: now, leader },
    effects: [{ kind: "transition", from: group.state, to, leader }],
  };
}

/** The first to leave, unless it only followed a fault of another. */
const leading = (before: Leader | undefined, next: Leader): Leader =>
  before === undefined || (isFollowing(before.reason) && !isFollowing(next.reason)) ? next : before;

const isFollowing = (reason: Reason): boolean =>
  reason.code === "fault" && reason.causes.every((cause) => cause.kind === "syncGroup");

const lead = (
  members: ReadonlyMap<string, StateName>,
  from: StateName,
  to: "master" | "backup",
  resign: boolean,
  reason: Reason,
): readonly GroupEffect[] =>
  [...members].flatMap(([instance, state]): GroupEffect[] =>
    state === from ? [{ kind: "lead", instance, to, resign, reason }] : [],
  );
