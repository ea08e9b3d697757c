// track_interface, track_script, track_file, track_process and track_bfd lines, of instances and of sync groups: what they name must exist, and carries a
// weight of its own.
import type { TrackerParams } from "../../vrrp/params.js";
import type { InstanceConf, RootConf, SyncGroupConf, TrackConf, TrackWeight, VrrpScriptConf } from "../conf.js";
import type { Report } from "../diagnostics.js";
import type { LoweredBfd } from "./bfd.js";
import type { Scope, Section } from "../table.js";
import { staticTrackers } from "./statics.js";

export interface TrackableScript {
  readonly section: Section<VrrpScriptConf>;
  /** False: it was dropped because it cannot run. */
  readonly usable: boolean;
  /** There is no user it could run as: keepalived leaves it out where its block ends. */
  readonly dropped: boolean;
}

export interface Trackable {
  readonly conf: RootConf;
  /** By name. */
  readonly scripts: ReadonlyMap<string, TrackableScript>;
  /** The sessions that can run. */
  readonly bfds: readonly LoweredBfd[];
  readonly dynamicInterfaces: boolean;
}

/** An instance or a sync group with its lines. */
export type Tracking = Pick<
  SyncGroupConf,
  "name" | "trackInterfaces" | "trackScripts" | "trackFiles" | "trackProcesses" | "trackBfds"
> &
  Pick<InstanceConf, "interfaceName">;

export function lowerTrackers(
  conf: Tracking,
  trackable: Trackable,
  isAddressOwner: boolean,
  scope: Scope,
): readonly TrackerParams[] {
  const { report, environment } = scope;
  const trackers: TrackerParams[] = [];

  const add = (tracker: TrackerParams, { at }: TrackConf): void => {
    if (trackers.some(({ kind, name }) => kind === tracker.kind && name === tracker.name)) {
      report.add(
        "trackedTwice",
        at,
        `${tracker.name} is already tracked by ${conf.name}; this line is ignored`,
        "keep one of the two",
      );
    } else if (isAddressOwner && tracker.weight !== 0) {
      report.add(
        "ignoredSetting",
        at,
        `${tracker.name} is ignored: the priority of an address owner (255) cannot be moved by a weight`,
        "use a priority below 255, or no weight",
      );
    } else trackers.push(tracker);
  };

  for (const line of conf.trackInterfaces) {
    if (line.name === conf.interfaceName) {
      report.add(
        "ignoredSetting",
        line.at,
        `${line.name} is the instance's own interface and is tracked anyway`,
        "remove this line",
      );
      continue;
    }
    if (!trackable.dynamicInterfaces && environment.findInterface(line.name) === undefined) {
      report.add(
        "unknownInterface",
        line.at,
        `there is no interface ${line.name} to track`,
        "check the name, or set dynamic_interfaces in global_defs",
      );
    }
    add({ kind: "interface", name: line.name, weight: line.weight ?? 0, reverse: line.reverse ?? false }, line);
  }
  checkFiles(conf.trackFiles, trackable.conf.trackFiles, report);
  for (const line of firstOfEach(conf.trackFiles)) {
    const file = trackable.conf.trackFiles.get(line.name);
    if (file?.conf.path !== undefined && isAnyAbove(trackable.conf.trackFiles, line)) {
      add(trackerOf("file", line, file.conf.weight), line);
    }
  }
  checkDefined(conf.trackProcesses, trackable.conf.trackProcesses, "vrrp_track_process", report);
  for (const lines of [conf.trackFiles, conf.trackProcesses]) checkTwice(lines, conf.name, report);
  for (const line of firstOfEach(conf.trackProcesses)) {
    const process = trackable.conf.trackProcesses.get(line.name);
    if (process?.conf.process?.[0] !== undefined && process.header.order < line.order) {
      add(trackerOf("process", line, process.conf.weight), line);
    }
  }
  for (const line of conf.trackScripts) {
    const script = trackable.scripts.get(line.name);
    if (script === undefined || script.section.header.order > line.order) {
      const hint = script === undefined ? "define it with vrrp_script" : "move its vrrp_script block above this one";
      report.add("unknownTracker", line.at, `there is no vrrp_script ${line.name} above; this line is ignored`, hint);
    } else if (script.dropped) {
      const message = `vrrp_script ${line.name} is dropped, and this line with it`;
      report.add("unknownTracker", line.at, message, "put right what is said about the script");
    } else if (script.usable) {
      const { weight } = script.section.conf;
      add(
        {
          kind: "script",
          name: line.name,
          weight: line.weight ?? weight.weight,
          reverse: line.reverse ?? weight.reverse,
        },
        line,
      );
    }
  }
  checkDefined(conf.trackBfds, trackable.conf.bfds, "bfd_instance", report);
  for (const line of conf.trackBfds) {
    const session = trackable.bfds.find(({ params }) => params.name === line.name)?.section;
    // One that cannot run has been reported where it stands.
    if (session === undefined || session.header.order > line.order) continue;
    const { weight, checker, vrrp } = session.conf;
    if (checker && !vrrp) {
      const what = `bfd_instance ${line.name} is for checkers only; this line is ignored`;
      report.add("unknownTracker", line.at, what, "remove the keyword checker from it, or add vrrp");
      continue;
    }
    add(
      {
        kind: "bfd",
        name: line.name,
        weight: line.weight ?? weight.weight,
        reverse: line.reverse ?? weight.reverse,
      },
      line,
    );
  }
  for (const tracker of staticTrackers(conf.name, conf.interfaceName ?? "", trackable.conf)) {
    if (!trackers.some(({ kind, name }) => kind === "interface" && name === tracker.name)) trackers.push(tracker);
  }
  return trackers;
}

function checkTwice(lines: readonly TrackConf[], owner: string, report: Report): void {
  const names = new Set<string>();
  for (const { name, at } of lines) {
    if (names.has(name)) {
      report.add(
        "trackedTwice",
        at,
        `${name} is already tracked by ${owner}; this line is ignored`,
        "keep one of the two",
      );
    } else names.add(name);
  }
}

/** keepalived finds a track_file that stands below, once there is any above. */
function checkFiles(lines: readonly TrackConf[], blocks: ReadonlyMap<string, Section<unknown>>, report: Report): void {
  const wanting = lines.filter((line) => !blocks.has(line.name) || !isAnyAbove(blocks, line));
  checkDefined(wanting, blocks, "track_file", report);
}

const isAnyAbove = (blocks: ReadonlyMap<string, Section<unknown>>, { order }: TrackConf): boolean =>
  [...blocks.values()].some(({ header }) => header.order < order);

/** Of several lines about the same, the first counts. */
const firstOfEach = (lines: readonly TrackConf[]): readonly TrackConf[] =>
  lines.filter(({ name }, index) => lines.findIndex((other) => other.name === name) === index);

const trackerOf = (kind: "file" | "process", line: TrackConf, own: TrackWeight): TrackerParams => ({
  kind,
  name: line.name,
  weight: line.weight ?? own.weight,
  reverse: line.reverse ?? own.reverse,
});

/** What is tracked must stand above. */
function checkDefined(
  lines: readonly TrackConf[],
  blocks: ReadonlyMap<string, Section<unknown>>,
  keyword: string,
  report: Report,
): void {
  for (const { name, at, order } of lines) {
    const block = blocks.get(name);
    if (block !== undefined && block.header.order < order) continue;
    const hint = block === undefined ? `define it with ${keyword}` : `move its ${keyword} block above this one`;
    report.add("unknownTracker", at, `there is no ${keyword} ${name} above; this line is ignored`, hint);
  }
}
