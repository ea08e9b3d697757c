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
