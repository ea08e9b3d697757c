// Everything that is tracked outside the vrrp process, together, but BFD sessions.
import type { DaemonParams } from "../supervise/params.js";
import type { FileVerdict, TrackFiles } from "./track-files.js";
import type { ProcessVerdict, TrackProcesses } from "./track-processes.js";
import type { ScriptVerdict, TrackScripts } from "./track-scripts.js";
import type { TrackerVerdict } from "./vrrp-child.js";

export interface TrackerParts {
  readonly scripts: TrackScripts;
  readonly files: TrackFiles;
  readonly processes: TrackProcesses;
}

export class Trackers {
  readonly #parts: TrackerParts;

  constructor(parts: TrackerParts) {
    this.#parts = parts;
  }

  /** At start and at every reload. Nothing is watched while no vrrp process is wanted. */
  configure(params: DaemonParams, isWanted: boolean): void {
    const { scripts, files, processes } = this.#parts;
    scripts.configure(isWanted ? params.scripts : []);
    files.configure(isWanted ? params.files : []);
    processes.configure(isWanted ? params.processes : []);
  }

  /** Every verdict known so far. */
  get verdicts(): readonly TrackerVerdict[] {
    const { scripts, files, processes } = this.#parts;
    return [
      ...scripts.current().map(scriptVerdict),
      ...files.current().map(fileVerdict),
      ...processes.current().map(processVerdict),
    ];
  }

  /** Resolves when no script runs any more. */
  stop(): Promise<void> {
    const { scripts, files, processes } = this.#parts;
    files.stop();
    processes.stop();
    return scripts.stop();
  }
}

export const scriptVerdict = ({ script, up }: ScriptVerdict): TrackerVerdict => ({
  tracker: "script",
  name: script,
  up,
});

export const fileVerdict = ({ file, value }: FileVerdict): TrackerVerdict => ({
  tracker: "file",
  name: file,
  up: value === 0,
  value,
});

export const processVerdict = ({ process: name, up }: ProcessVerdict): TrackerVerdict => ({
  tracker: "process",
  name,
  up,
});
