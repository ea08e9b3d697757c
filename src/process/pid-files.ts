// The daemon's own pid file and those of its children, which it writes for them.
import { type PidFile, acquirePidFile } from "../host/pid-file.js";
import { describeSystemError } from "../host/system-error.js";

/** Anybody may read a pid file: monitoring does. */
const UMASK = 0o022;

export type Acquired = { readonly pidFile: PidFile } | { readonly why: string };

export function acquire(path: string, pid: number): Acquired {
  const umask = process.umask(UMASK);
  const outcome = acquirePidFile(path, pid);
  process.umask(umask);
  switch (outcome.kind) {
    case "locked":
      return { pidFile: outcome.pidFile };
    case "held": {
      const holder = outcome.pid === undefined ? "another process" : `pid ${outcome.pid}`;
      return {
        why: `vipd or keepalived is already running: ${holder} holds the pid file ${path}; stop it, or give this one files of its own with -p and -r`,
      };
    }
    case "refused":
      return {
        why: `cannot write the pid file ${path}: ${describeSystemError(outcome.error)}; choose another with -p or -r`,
      };
  }
}

/** The pid file of a child: there while the child is. */
export class ChildPidFile {
  readonly #path: string;
  readonly #warn: (why: string) => void;
  #file: PidFile | undefined;

  constructor(path: string, warn: (why: string) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  /** `pid` absent: the child is gone. */
  set(pid: number | undefined): void {
    this.#file?.release();
    this.#file = undefined;
    if (pid === undefined) return;
    const acquired = acquire(this.#path, pid);
    if ("pidFile" in acquired) this.#file = acquired.pidFile;
    else this.#warn(acquired.why);
  }
}
