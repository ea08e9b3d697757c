// Sync groups, track groups and what names them, looked at when everything has been read: members may be defined below.
import type { MemberWord, RootConf, SyncGroupConf, TrackConf } from "../conf.js";
import type { Scope, Section } from "../table.js";

/** Names what is wrong with groups. Unknown members are dropped; a group without members is removed. */
export function completeGroups(conf: RootConf, scope: Scope): void {
  for (const [name, group] of conf.syncGroups) {
    dropUnknown(group.conf.members, `sync group ${name}`, conf, scope);
    if (!hasMembers(name, group, scope)) conf.syncGroups.delete(name);
    else if (!group.conf.trackingWeight) checkWeights(group.conf, conf, scope);
  }
  for (const [name, group] of conf.trackGroups) dropUnknown(group.conf.members, `track_group ${name}`, conf, scope);
  checkTrackGroupNames(conf, scope);
}

function dropUnknown(members: MemberWord[], of: string, conf: RootConf, { report }: Scope): void {
  for (const member of members.filter(({ name }) => !conf.instances.has(name))) {
    report.add(
      "unknownMember",
      member.at,
      `${of} names ${member.name}, which is no vrrp_instance; it is ignored`,
      "correct the name, or define the instance",
    );
    members.splice(members.indexOf(member), 1);
  }
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
