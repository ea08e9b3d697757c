// Sync groups, track groups and what names them, looked at when everything has been read: members may be defined below.
import type { SyncGroupParams, TrackerParams } from "../../vrrp/params.js";
import type { MemberWord, RootConf, SyncGroupConf, TrackConf } from "../conf.js";
import type { Scope, Section } from "../table.js";
import { lowerTrackers, type Trackable } from "./trackers.js";

/** A sync group as its members are told about it. */
export interface LoweredGroup {
  readonly params: SyncGroupParams;
  /** They count for each member. */
  readonly trackers: readonly TrackerParams[];
  /** Weights of what a member tracks itself count too, for that member. */
  readonly memberWeights: boolean;
}

/** To be called when the groups are complete. */
export const lowerGroups = (conf: RootConf, trackable: Trackable, scope: Scope): readonly LoweredGroup[] =>
  [...conf.syncGroups.values()].map(({ conf: group }) => ({
    params: { name: group.name, members: group.members.map(({ name }) => name) },
    trackers: lowerTrackers(group, trackable, false, scope),
    memberWeights: group.trackingWeight || group.globalTracking,
  }));

/** What a member depends on: the group's trackers, and of its own those that nobody else tracks and that may count. */
export const trackersOfMember = (
  group: LoweredGroup | undefined,
  own: readonly TrackerParams[],
): readonly TrackerParams[] =>
  group === undefined
    ? own
    : [
        ...group.trackers,
        ...own.filter(
          ({ kind, name, weight }) =>
            (weight === 0 || group.memberWeights) &&
            !group.trackers.some((shared) => shared.kind === kind && shared.name === name),
        ),
      ];

/** Names what is wrong with groups. Unknown members are dropped; a group without members is removed. */
export function completeGroups(conf: RootConf, scope: Scope): void {
  const taken = new Map<string, string>();
  for (const [name, group] of conf.syncGroups) {
    dropUnknown("unknownMember", group.conf.members, `sync group ${name}`, conf, scope);
    dropTaken(group.conf, taken, scope);
    if (!hasMembers(name, group, scope)) conf.syncGroups.delete(name);
    else if (!group.conf.trackingWeight && !group.conf.globalTracking) checkWeights(group.conf, conf, scope);
  }
  for (const [name, group] of conf.trackGroups)
    dropUnknown("strayMember", group.conf.members, `track_group ${name}`, conf, scope);
  checkTrackGroupNames(conf, scope);
}

function dropUnknown(
  problem: "unknownMember" | "strayMember",
  members: MemberWord[],
  of: string,
  conf: RootConf,
  { report }: Scope,
): void {
  for (const member of members.filter(({ name }) => !conf.instances.has(name))) {
    report.add(
      problem,
      member.at,
      `${of} names ${member.name}, which is no vrrp_instance; it is ignored`,
      "correct the name, or define the instance",
    );
    members.splice(members.indexOf(member), 1);
  }
}

/** Nobody can follow two groups: the first one keeps the member. */
function dropTaken(group: SyncGroupConf, taken: Map<string, string>, { report }: Scope): void {
  group.members = group.members.filter(({ name, at }) => {
    const owner = taken.get(name);
    taken.set(name, owner ?? group.name);
    if (owner === undefined) return true;
    report.add(
      "alreadyGiven",
      at,
      `${name} is already a member of sync group ${owner}; here it is ignored`,
      "name every instance once, in one group",
    );
    return false;
  });
}

function hasMembers(name: string, { conf: { members }, header }: Section<SyncGroupConf>, { report }: Scope): boolean {
  if (members.length > 1) return true;
  const what = members.length === 0 ? "no member and is removed" : "one member only";
  report.add(
    "lonelyGroup",
    header.keyword,
    `sync group ${name} has ${what}`,
    "a group keeps two or more instances together",
  );
  return members.length > 0;
}

/** Without sync_group_tracking_weight, what members track decides between fault and no fault, and no weight counts. */
function checkWeights(group: SyncGroupConf, conf: RootConf, { report }: Scope): void {
  const complain = (line: TrackConf, instance: string): void =>
    report.add(
      "ignoredSetting",
      line.at,
      `the weight of ${line.name} does not count: ${instance} is in sync group ${group.name}`,
      "write weight 0, or sync_group_tracking_weight in the group",
    );
  for (const member of group.members) {
    const instance = conf.instances.get(member.name)?.conf;
    if (instance === undefined) continue;
    for (const line of instance.trackInterfaces) if ((line.weight ?? 0) !== 0) complain(line, member.name);
    for (const line of instance.trackScripts) {
      if ((line.weight ?? conf.scripts.get(line.name)?.conf.weight.weight ?? 0) !== 0) complain(line, member.name);
    }
    for (const line of instance.trackFiles) {
      if (conf.trackFiles.has(line.name) && (line.weight ?? conf.trackFiles.get(line.name)?.conf.weight.weight) !== 0) {
        complain(line, member.name);
      }
    }
    for (const line of instance.trackInterfaces) {
      if (!group.trackInterfaces.some(({ name }) => name === line.name)) continue;
      report.add(
        "alreadyGiven",
        line.at,
        `${line.name} is tracked by ${member.name} and by its sync group ${group.name}`,
        "keep one of the two",
      );
    }
  }
}

function checkTrackGroupNames(conf: RootConf, { report }: Scope): void {
  for (const item of [...conf.staticAddresses, ...conf.staticRoutes, ...conf.staticRules]) {
    if (item.trackGroup === undefined || conf.trackGroups.has(item.trackGroup)) continue;
    report.add(
      "unknownTracker",
      item.at,
      `there is no track_group ${item.trackGroup}; the word is ignored`,
      "define it above with track_group",
    );
  }
}
