// The whole configuration as the supervisor is told about it.
import { groupSubject, instanceSubject, type HookParams } from "../../notify/params.js";
import { micros } from "../../base/time.js";
import type { DaemonParams, SchedulingParams } from "../../supervise/params.js";
import type { ScriptParams } from "../../track/params.js";
import type { FilterParams, ImpossibleInstance, VirtualRouterParams } from "../../vrrp/params.js";
import type { GlobalConf, RootConf } from "../conf.js";
import { placeOf, type Scope } from "../table.js";
import { lowerBfdScheduling, lowerBfds } from "./bfd.js";
import { lowerPaces } from "./announce.js";
import { completeChecks } from "./checks.js";
import { lowerFifos, priorityReporters } from "./fifos.js";
import { fixedAtStart, lowerReload } from "./reload.js";
import { sameVirtualRouter } from "./destination.js";
import { completeGroups, lowerGroups, type LoweredGroup } from "./groups.js";
import { lowerInstance } from "./instance.js";
import { lowerMail, smtpAlerts } from "./mail.js";
import { completeNetwork } from "./network.js";
import { assignPreferences } from "./routing.js";
import { lowerStatics } from "./statics.js";
import { lowerHooks, lowerLifeScripts, lowerScript, scriptRules, type ScriptRules } from "./scripts.js";
import { lowerTrackFiles, lowerTrackProcesses } from "./track-blocks.js";
import type { Trackable, TrackableScript } from "./trackers.js";
import { LinkNames, linkAlias } from "./virtual-links.js";
import { completeVirtualServers } from "./virtual-servers.js";

export function lowerDaemon(conf: RootConf, scope: Scope): DaemonParams {
  const globals = conf.globals.conf;
  const rules = scriptRules(conf.globals, scope);
  assignPreferences(conf);
  const { scripts, trackable } = lowerScripts(conf, rules, scope);
  const bfds = lowerBfds(conf, scope);
  completeGroups(conf, scope);
  const trackables = { conf, scripts: trackable, bfds, dynamicInterfaces: globals.dynamicInterfaces };
  const groups = lowerGroups(conf, trackables, scope);
  const { instances, impossible } = lowerInstances(conf, trackables, groups, scope);
  completeNetwork(conf, scope);
  completeChecks(conf, scope);
  completeVirtualServers(conf, rules, scope);
  const tracked = new Set(instances.flatMap(({ trackers }) => trackers.map(({ kind, name }) => `${kind} ${name}`)));
  const mail = lowerMail(conf, scope);
  return {
    routerId: globals.routerId ?? scope.environment.hostName,
    vrrp: {
      instances,
      impossible,
      syncGroups: groups.map(({ params }) => params),
      statics: lowerStatics(conf, scope),
      ...lowerPaces(conf),
      startupDelay: globals.startupDelay,
      delayAfterBoot: globals.delayAfterBoot ?? micros(0),
      logUnknownVrids: globals.logUnknownVrids,
      filter: lowerFilter(globals),
      linkAlias: linkAlias(conf),
      noLocalIgmp: globals.disableLocalIgmp ?? false,
    },
    vrrpScheduling: lowerScheduling(globals),
    bfd: { sessions: bfds.map(({ params }) => params) },
    bfdScheduling: lowerBfdScheduling(globals),
    scripts: scripts.filter(({ name }) => tracked.has(`script ${name}`)),
    files: lowerTrackFiles(conf).filter(({ name }) => tracked.has(`file ${name}`)),
    processes: lowerTrackProcesses(conf).filter(({ name }) => tracked.has(`process ${name}`)),
    hooks: lowerAllHooks(conf, rules, scope),
    fifos: lowerFifos(globals, rules, scope),
    fifoStatesOnReload: globals.fifoWriteStatesOnReload ?? false,
    priorityReporters: priorityReporters(conf),
    ...(mail !== undefined && { mail }),
    smtpAlerts: smtpAlerts(conf),
    ...lowerLifeScripts(globals, rules, scope),
    childWait: conf.childWait,
    ...(globals.stateDumpFile !== undefined && { stateDumpFile: globals.stateDumpFile }),
    ...(globals.umask !== undefined && { umask: globals.umask }),
    reload: lowerReload(globals),
    fixed: fixedAtStart(conf),
  };
}

function lowerScripts(
  conf: RootConf,
  rules: ScriptRules,
  scope: Scope,
): { readonly scripts: readonly ScriptParams[]; readonly trackable: ReadonlyMap<string, TrackableScript> } {
  const scripts: ScriptParams[] = [];
  const trackable = new Map<string, TrackableScript>();
  for (const section of conf.scripts.values()) {
    const params = lowerScript(section, rules, scope);
    if (params !== undefined) scripts.push(params);
    const dropped = section.conf.identity === undefined && rules.defaultIdentity === undefined;
    trackable.set(section.conf.name, { section, usable: params !== undefined, dropped });
  }
  return { scripts, trackable };
}

/** Every instance becomes either a virtual router or an impossible one with its reason; no other instance suffers. */
function lowerInstances(
  conf: RootConf,
  trackable: Trackable,
  groups: readonly LoweredGroup[],
  scope: Scope,
): { readonly instances: readonly VirtualRouterParams[]; readonly impossible: readonly ImpossibleInstance[] } {
  const instances: VirtualRouterParams[] = [];
  const impossible: ImpossibleInstance[] = [];
  const byVrid = new Map<number, VirtualRouterParams[]>();
  const groupOf = new Map(groups.flatMap((group) => group.params.members.map((name) => [name, group] as const)));
  const names = new LinkNames(conf, scope.environment);
  for (const section of conf.instances.values()) {
    const lowered = lowerInstance(section, conf.globals.conf, trackable, groupOf.get(section.conf.name), names, scope);
    if (!lowered.possible) {
      impossible.push(lowered.impossible);
      continue;
    }
    const { params } = lowered;
    const namesakes = byVrid.get(params.vrid) ?? [];
    const owner = namesakes.find((other) => sameVirtualRouter(other, params));
    if (owner === undefined) {
      instances.push(params);
      byVrid.set(params.vrid, [...namesakes, params]);
      continue;
    }
    const { name, vrid, interfaceName } = params;
    const reason = `${owner.name} already uses virtual_router_id ${vrid} on ${interfaceName ?? "the same addresses"}`;
    scope.report.add(
      "duplicateVrid",
      placeOf(section, "virtual_router_id"),
      `${name} cannot work: ${reason}`,
      "give each instance of an interface its own virtual_router_id",
    );
    impossible.push({ name, ...(interfaceName !== undefined && { interfaceName }), vrid, reason });
  }
  return { instances, impossible };
}

function lowerAllHooks(conf: RootConf, rules: ScriptRules, scope: Scope): readonly HookParams[] {
  const hooks: HookParams[] = [];
  for (const section of conf.instances.values()) {
    const { name, notifyDeleted } = section.conf;
    const about = {
      subject: instanceSubject(name),
      ...(notifyDeleted !== undefined && { reportsDeletion: true }),
    };
    const script = notifyDeleted === "report" ? undefined : notifyDeleted;
    const lowered = lowerHooks(about, section.conf, rules, scope, script);
    if (lowered !== undefined) hooks.push(lowered);
  }
  for (const { conf: group } of conf.syncGroups.values()) {
    const about = { subject: groupSubject(group.name), members: group.members.map(({ name }) => name) };
    const lowered = lowerHooks(about, group, rules, scope);
    if (lowered !== undefined) hooks.push(lowered);
  }
  return hooks;
}

/** keepalived's table and priority, where nothing else is said. */
const lowerFilter = (globals: GlobalConf): FilterParams => ({
  table: globals.nftables ?? "keepalived",
  priority: globals.nftablesPriority ?? -1,
  counters: globals.nftablesCounters ?? false,
  byIndex: globals.nftablesIfindex ?? false,
});

const lowerScheduling = (globals: GlobalConf): SchedulingParams => ({
  ...(globals.rtPriority !== undefined && { realtimePriority: globals.rtPriority }),
  ...(globals.rlimitRttime !== undefined && { realtimeLimit: globals.rlimitRttime }),
  nice: globals.nice,
  lockMemory: globals.noSwap,
  cpus: globals.cpuAffinity,
});
