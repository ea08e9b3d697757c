// Blocks that name instances or interfaces that belong together: sync groups, track groups, garp groups.
import * as arg from "../arguments.js";
import type { MemberWord, ScriptConf, SyncGroupConf, TrackGroupConf } from "../conf.js";
import type { GarpGroupConf, InterfaceWord } from "../conf-network.js";
import { script } from "../script-argument.js";
import { rowsFor, table, type Argument, type Row, type Table } from "../table.js";
import { trackFile, trackInterface, trackScript } from "../track-line.js";

export const defaultSyncGroup = (name: string): SyncGroupConf => ({
  name,
  members: [],
  trackInterfaces: [],
  trackScripts: [],
  trackFiles: [],
  trackProcesses: [],
  trackBfds: [],
  globalTracking: false,
  trackingWeight: false,
});

/** Names, one or more to a line. */
const memberLine: Argument<readonly MemberWord[]> = {
  grammar: "INSTANCE",
  parse: (words) => words.map((at) => ({ name: at.text, at })),
};
const memberItems = { first: { name: "<NAME>", grammar: "INSTANCE", doc: "A member." }, options: [] };

/** `group` counts once: the second block is left out as a unit. */
function onceOnly<T>(row: Row<T>): Row<T> {
  return {
    ...row,
    read(statement, into, scope) {
      if (!into.given.has(row.keyword)) row.read(statement, into, scope);
      else {
        const message = `${row.keyword} is already given; this block is ignored`;
        scope.report.add("alreadyGiven", statement.keyword, message, "write all members into one block");
      }
    },
  };
}

const sync = rowsFor<SyncGroupConf>();

type HookField = "notify" | "notifyMaster" | "notifyBackup" | "notifyFault" | "notifyStop";
const hook = (keyword: string, field: HookField, doc: string): Row<SyncGroupConf> =>
  sync.leaf<HookField>(keyword, field, script satisfies Argument<ScriptConf>, { once: true, doc });

/** keepalived takes it with a complaint; trackers of members then count for the group. */
const globalTracking: Argument<boolean> = {
  ...arg.bare,
  parse(_words, { report }, { keyword }) {
    report.add("deprecated", keyword, "global_tracking is an old keyword", "write track_interface and the like here");
    return true;
  },
};

export const syncGroupBlock: Table<SyncGroupConf> = table("vrrp_sync_group", [
  onceOnly(
    sync.lines("group", (conf) => conf.members, memberLine, {
      items: memberItems,
      doc: "Instances that change state together.",
    }),
  ),
  sync.lines("track_interface", (conf) => conf.trackInterfaces, trackInterface.line, {
    items: trackInterface.items,
    doc: "Interfaces that all members depend on.",
  }),
  sync.lines("track_script", (conf) => conf.trackScripts, trackScript.line, {
    items: trackScript.items,
    doc: "Scripts that all members depend on.",
  }),
  sync.lines("track_file", (conf) => conf.trackFiles, trackFile.line, {
    items: trackFile.items,
    doc: "Files that all members depend on.",
  }),
  sync.lines("track_process", (conf) => conf.trackProcesses, trackFile.line, {
    items: trackFile.items,
    doc: "Processes that all members depend on.",
  }),
  sync.lines("track_bfd", (conf) => conf.trackBfds, trackScript.line, {
    items: trackScript.items,
    doc: "BFD sessions that all members depend on.",
  }),
  hook("notify", "notify", "Run at every transition of the group, told which."),
  hook("notify_master", "notifyMaster", "Run when the group becomes master."),
  hook("notify_backup", "notifyBackup", "Run when the group becomes backup."),
  hook("notify_fault", "notifyFault", "Run when the group enters FAULT."),
  hook("notify_stop", "notifyStop", "Run when the daemon stops."),
  sync.leaf("smtp_alert", "smtpAlert", arg.optionalBoolean, {
    default: { from: "smtp_alert_vrrp, then smtp_alert" },
    doc: "Mail on every transition of the group.",
  }),
  sync.leaf("global_tracking", "globalTracking", globalTracking, { doc: "Old: trackers of members count for all." }),
  sync.leaf("sync_group_tracking_weight", "trackingWeight", arg.bare, { doc: "Let trackers have weights." }),
  sync.leaf("notify_priority_changes", "notifyPriorityChanges", arg.optionalBoolean, {
    default: { from: "vrrp_notify_priority_changes" },
    doc: "Tell changes of priority as well.",
  }),
]);

const track = rowsFor<TrackGroupConf>();

export const trackGroupBlock: Table<TrackGroupConf> = table("track_group", [
  onceOnly(
    track.lines("group", (conf) => conf.members, memberLine, {
      items: memberItems,
      emptyHint: "write the names of instances into it, one or more to a line",
      doc: "Instances that depend on what names the track_group.",
    }),
  ),
]);

const interfaceLine: Argument<readonly InterfaceWord[]> = {
  grammar: "IFNAME...",
  parse: (words) => words.map((at) => ({ name: at.text, at })),
};

const garp = rowsFor<GarpGroupConf>();
const gap = arg.time({ min: 0, max: 4294, decimals: 6 });

export const garpGroupBlock: Table<GarpGroupConf> = table("garp_group", [
  garp.leaf("garp_interval", "garpInterval", gap, { default: "0", doc: "Gap between two gratuitous ARPs." }),
  garp.leaf("gna_interval", "gnaInterval", gap, {
    default: "0",
    doc: "Gap between two unsolicited neighbour advertisements.",
  }),
  garp.leaf("interface", "interfaceName", arg.interfaceName, { doc: "The one interface." }),
  garp.lines("interfaces", (conf) => conf.interfaces, interfaceLine, {
    items: { first: { name: "<NAME>", grammar: "IFNAME", doc: "An interface." }, options: [] },
    emptyHint: "write the names of interfaces into it",
    doc: "Interfaces that share the gaps.",
  }),
]);
