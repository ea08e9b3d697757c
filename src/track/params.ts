// What trackers are told: vrrp_script blocks.
import type { Command } from "../base/command.js";
import type { Micros } from "../base/time.js";

export interface ScriptParams {
  readonly name: string;
  readonly command: Command;
  /** Time between two starts. */
  readonly interval: Micros;
  /** A run that takes longer is killed and counts as a failure. */
  readonly timeout: Micros;
  /** Successes in a row until it counts as up, failures in a row until it counts as down. */
  readonly rise: number;
  readonly fall: number;
  /** Counts as down until it has succeeded. */
  readonly initFail: boolean;
}

/** track_file: a file whose text is a number. */
export interface FileParams {
  readonly name: string;
  readonly path: string;
  /** Written when the daemon starts: where there is no file, or (`overwrite`) in any case. */
  readonly initial?: { readonly value: number; readonly overwrite: boolean };
}

/**
 * How arguments are compared. `none`: not at all. `exact`: all of them. `partial`: those that are given come first, and
 * others may follow. `initial`: as partial, and the last may go on.
 */
export type ArgumentMatch = "none" | "exact" | "partial" | "initial";

/** vrrp_track_process: how many processes of a kind run. */
export interface ProcessParams {
  readonly name: string;
  /** The name of the process or, where the command line is compared, its first word; and the arguments behind it. */
  readonly command: readonly [string, ...string[]];
  readonly match: ArgumentMatch;
  /** The command line is compared (/proc/PID/cmdline), not the name of the process (/proc/PID/comm). */
  readonly fullCommand: boolean;
  readonly quorum: number;
  /** Absent: no such bound. */
  readonly quorumMax?: number;
  /** A change that comes of a process more waits so long, in case it is undone. */
  readonly forkDelay: Micros;
  /** The same of a process less. */
  readonly terminateDelay: Micros;
}
