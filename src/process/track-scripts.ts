// Runs the vrrp_script programs, in the supervisor.
import type { ScriptParams } from "../track/params.js";

/** What is known of a tracked script. */
export interface ScriptVerdict {
  readonly script: string;
  readonly up: boolean;
  /** Why, in words: "exited with status 1". */
  readonly detail: string;
}

export interface TrackScripts {
  /** At start and at every reload: scripts with equal name and command keep their verdict. */
  configure(scripts: readonly ScriptParams[]): void;
  /** Every verdict known so far: what a vrrp process that starts is told first. */
  current(): readonly ScriptVerdict[];
  /** Ends the programs that run and starts no more. */
  stop(): void;
}
