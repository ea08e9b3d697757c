// keepalived's JSON dump (SIGRTMIN+2), version 1: the members, their order and their types are those that programs written for
// it read, such as the exporters.
import type { Command } from "../base/command.js";
import { formatIp, formatPrefix, maxPrefixLength } from "../base/ip.js";
import type { Instant } from "../base/time.js";
import { type HookParams, instanceSubject, subjectKey } from "../notify/params.js";
import type { DaemonParams } from "../supervise/params.js";
import type { StateName } from "../vrrp/effects.js";
import { authenticationTypes } from "../vrrp/authentication.js";
import type { VirtualAddress, VirtualRouterParams } from "../vrrp/params.js";
import type { Statistics } from "../vrrp/statistics.js";
import type { WallOffset } from "./dump-text.js";
import type { InstanceView } from "./views.js";

/** State numbers of the files and of SNMP; a stopped instance is 98 where keepalived still shows it. */
const stateNumbers: Readonly<Record<StateName, number>> = {
  initialize: 0,
  backup: 1,
  master: 2,
  fault: 3,
  stopped: 98,
};

type Json = string | number | boolean | readonly Json[] | { readonly [member: string]: Json | undefined };

/** Instances that the configuration makes impossible are left out: they have no values to show. */
export function jsonText(params: DaemonParams, views: readonly InstanceView[], wall: WallOffset): string {
  const hooksOf = new Map(params.hooks.map((hooks) => [subjectKey(hooks.subject), hooks]));
  const instances = params.vrrp.instances.flatMap((instance): Json[] => {
    const view = views.find(({ name }) => name === instance.name);
    if (view === undefined) return [];
    return [
      {
        data: data(instance, view, params, hooksOf.get(subjectKey(instanceSubject(instance.name))), wall),
        stats: stats(view.statistics),
      },
    ];
  });
  return JSON.stringify(instances);
}

function data(
  params: VirtualRouterParams,
  view: InstanceView,
  daemon: DaemonParams,
  hooks: HookParams | undefined,
  wall: WallOffset,
): Json {
  const { announce } = params;
  const own = params.ownLink;
  return {
    iname: view.name,
    dont_track_primary: flag(!params.trackPrimary),
    skip_check_adv_addr: flag(params.skipAddressCheckOfSameSender),
    strict_mode: 0,
    vmac_ifname: own ?? "",
    ifp_ifname: own ?? view.interfaceName,
    master_priority: view.master?.priority ?? 0,
    last_transition: unixSeconds(view.since, wall),
    garp_delay: announce.delay / 1_000_000,
    garp_refresh: announce.refresh / 1_000_000,
    garp_rep: announce.repeat,
    garp_refresh_rep: announce.refreshRepeat,
    garp_lower_prio_delay: announce.lowerPriorityDelay / 1_000_000,
    garp_lower_prio_rep: announce.lowerPriorityRepeat,
    lower_prio_no_advert: flag(params.lowerPriorityNoAdvert),
    higher_prio_send_advert: flag(params.higherPrioritySendAdvert),
    vrid: view.vrid,
    base_priority: view.basePriority,
    effective_priority: view.effectivePriority,
    vipset: view.addresses.some(({ present }) => present),
    promote_secondaries: params.promoteSecondaries && own === undefined,
    adver_int: view.advertisementIntervalMicros / 1_000_000,
    master_adver_int: view.masterAdvertisementIntervalMicros / 1_000_000,
    accept: flag(params.acceptMode),
    nopreempt: !params.preemptMode,
    preempt_delay: params.preemptDelay / 1_000_000,
    state: stateNumbers[view.state],
    wantstate: stateNumbers[wantedState(view.state)],
    version: view.version,
    smtp_alert: daemon.smtpAlerts.includes(subjectKey(instanceSubject(view.name))),
    notify_deleted: hooks?.reportsDeletion === true,
    ...scripts(hooks),
    vips: someOf(params.addresses.map((address) => addressText(address, view))),
    evips: someOf(params.excludedAddresses.map((address) => addressText(address, view))),
    vroutes: someOf(routingTexts(view, "route ")),
    vrules: someOf(routingTexts(view, "rule ")),
    track_ifp: someOf(trackedNames(params, "interface")),
    track_script: someOf(trackedCommands(params, daemon)),
    track_process: someOf(trackedNames(params, "process")),
    auth_type: authenticationTypes[params.authentication.type],
    ...("key" in params.authentication && { auth_data: passwordText(params.authentication.key) }),
  };
}

const stats = (statistics: Statistics): Json => ({
  advert_rcvd: statistics.advertsReceived,
  advert_sent: statistics.advertsSent,
  become_master: statistics.becameMaster,
  release_master: statistics.releasedMaster,
  packet_len_err: statistics.rejected.length,
  advert_interval_err: statistics.rejected.interval + statistics.intervalMismatches,
  ip_ttl_err: statistics.rejected.ttl,
  invalid_type_rcvd: statistics.rejected.type,
  addr_list_err: statistics.addressListMismatches,
  invalid_authtype: statistics.rejected.authenticationTypeUnknown,
  authtype_mismatch: statistics.rejected.authenticationTypeMismatch,
  auth_failure: statistics.rejected.authenticationFailure,
  pri_zero_rcvd: statistics.priorityZeroReceived,
  pri_zero_sent: statistics.priorityZeroSent,
});

const flag = (value: boolean): 0 | 1 => (value ? 1 : 0);

/** keepalived leaves out lists that have nothing in them. */
const someOf = (texts: readonly string[]): readonly string[] | undefined => (texts.length === 0 ? undefined : texts);

/** What it works towards: keepalived's "wanted state" follows the state once that has been decided. */
const wantedState = (state: StateName): StateName => (state === "initialize" ? "backup" : state);

/** Seconds since 1970 with their microseconds. */
const unixSeconds = (at: Instant, wall: WallOffset): number => (at + wall) / 1_000_000;

function scripts(hooks: HookParams | undefined): { readonly [member: string]: string } {
  const { backup, master, fault, stop, any, masterReceivedLowerPriority } = hooks ?? {};
  return {
    ...(backup !== undefined && { script_backup: commandText(backup) }),
    ...(master !== undefined && { script_master: commandText(master) }),
    ...(fault !== undefined && { script_fault: commandText(fault) }),
    ...(stop !== undefined && { script_stop: commandText(stop) }),
    ...(any !== undefined && { script: commandText(any) }),
    ...(masterReceivedLowerPriority !== undefined && {
      script_master_rx_lower_pri: commandText(masterReceivedLowerPriority),
    }),
  };
}

const commandText = ({ argv }: Command): string => argv.map((word) => `'${word}'`).join(" ");

/** As `ip route` and `ip rule` write them, with `set` where the kernel has them. */
const routingTexts = ({ routing }: InstanceView, kind: "route " | "rule "): readonly string[] =>
  routing
    .filter(({ item }) => item.startsWith(kind))
    .map(({ item, present }) => `${item.slice(kind.length)}${present ? " set" : ""}`);

/** As `ip address` writes it, with `set` where the kernel has it. */
function addressText(address: VirtualAddress, view: InstanceView): string {
  const { prefix, label, broadcast, preferredLifetimeSeconds } = address;
  const { family } = prefix.address;
  const isHost = prefix.length === maxPrefixLength(family);
  const text = isHost ? formatIp(prefix.address) : formatPrefix(prefix);
  const known = view.addresses.find((candidate) => candidate.address === formatPrefix(prefix));
  const lifetime =
    family === 4 ? "" : preferredLifetimeSeconds === 0 ? " deprecated" : ` preferred_lft ${lifetimeText(address)}`;
  return [
    text,
    ...(broadcast === undefined ? [] : [` brd ${formatIp(broadcast)}`]),
    ` dev ${address.interfaceName ?? view.interfaceName} scope ${scopeNames[address.scope] ?? String(address.scope)}`,
    ...(label === undefined ? [] : [` label ${label}`]),
    lifetime,
    known?.present === true ? " set" : "",
  ].join("");
}

const scopeNames: Readonly<Record<number, string>> = { 0: "global", 200: "site", 253: "link", 254: "host" };

const lifetimeText = ({ preferredLifetimeSeconds }: VirtualAddress): string =>
  preferredLifetimeSeconds === undefined ? "forever" : String(preferredLifetimeSeconds);

const trackedNames = ({ trackers }: VirtualRouterParams, kind: string): readonly string[] =>
  trackers.filter((tracker) => tracker.kind === kind).map(({ name }) => name);

/** keepalived shows the command of a tracked script here, not its name. */
const trackedCommands = (params: VirtualRouterParams, { scripts: all }: DaemonParams): readonly string[] =>
  trackedNames(params, "script").map((name) => {
    const script = all.find((candidate) => candidate.name === name);
    return script === undefined ? name : commandText(script.command);
  });

const passwordText = (key: readonly number[]): string => String.fromCharCode(...key).replace(/\0+$/, "");
