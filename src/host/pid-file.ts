// Pid files as keepalived keeps them: locked by an open file description lock (fcntl(2), F_OFD_SETLK) for as long as the
// daemon runs, so that a file left over by a dead daemon is never mistaken for a running one.
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { constants as osConstants } from "node:os";
import { lockFile } from "../native/index.js";
import { attempt, isSystemError, systemError, type SystemError } from "./system-error.js";

export interface PidFile {
  readonly path: string;
  /** Replaces the process id in the file: that of a child changes when the child is started anew. */
  write(pid: number): SystemError | undefined;
  /** Removes the file, unless somebody has put another one in its place, and unlocks it. */
  release(): SystemError | undefined;
}

export type PidFileOutcome =
  | { readonly kind: "locked"; readonly pidFile: PidFile }
  /** Another process holds it; `pid` is what it has written, if anything. */
  | { readonly kind: "held"; readonly path: string; readonly pid?: number }
  | { readonly kind: "refused"; readonly path: string; readonly error: SystemError };

const MODE = 0o644;
const LONGEST_PID = 20;
/** The predecessor may remove the file between our opening and our locking it; then there is a new one to open. */
const ATTEMPTS = 5;

/** Creates and locks `path` and writes `pid` into it. The directory has to exist. */
export function acquirePidFile(path: string, pid: number): PidFileOutcome {
  for (let i = 0; i < ATTEMPTS; i++) {
    const fd = attempt(() =>
      openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK, MODE),
    );
    if (isSystemError(fd)) return { kind: "refused", path, error: fd };
    const locked = lockFile(fd);
    if (isSystemError(locked)) {
      const outcome = lockRefused(path, fd, locked);
      closeSync(fd);
      return outcome;
    }
    if (isStillAt(path, fd)) {
      const pidFile = new LockedPidFile(path, fd);
      const error = pidFile.write(pid);
      if (error === undefined) return { kind: "locked", pidFile };
      closeSync(fd);
      return { kind: "refused", path, error };
    }
    closeSync(fd);
  }
  return { kind: "refused", path, error: systemError("open", osConstants.errno.EAGAIN) };
}

function lockRefused(path: string, fd: number, error: SystemError): PidFileOutcome {
  if (error.code !== "EAGAIN" && error.code !== "EACCES") return { kind: "refused", path, error };
  const pid = readPid(fd);
  return pid === undefined ? { kind: "held", path } : { kind: "held", path, pid };
}

function readPid(fd: number): number | undefined {
  const text = Buffer.alloc(LONGEST_PID);
  const length = attempt(() => readSync(fd, text, 0, LONGEST_PID, 0));
  if (isSystemError(length)) return undefined;
  const match = /^\s*([1-9][0-9]*)\s*$/.exec(text.toString("latin1", 0, length));
  return match === null ? undefined : Number(match[1]);
}

/** Whether `path` still names the open file. */
function isStillAt(path: string, fd: number): boolean {
  const named = attempt(() => statSync(path));
  if (isSystemError(named)) return false;
  const open = fstatSync(fd);
  return named.ino === open.ino && named.dev === open.dev;
}

class LockedPidFile implements PidFile {
  readonly path: string;
  #fd: number | undefined;

  constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
  }

  write(pid: number): SystemError | undefined {
    const fd = this.#fd;
    if (fd === undefined) return undefined;
    const written = attempt(() => {
      ftruncateSync(fd, 0);
      return writeSync(fd, `${pid}\n`, 0);
    });
    return isSystemError(written) ? written : undefined;
  }

  release(): SystemError | undefined {
    const fd = this.#fd;
    if (fd === undefined) return undefined;
    this.#fd = undefined;
    // Removed while it is still locked: afterwards it may be somebody else's.
    const removed = isStillAt(this.path, fd) ? attempt(() => unlinkSync(this.path)) : undefined;
    closeSync(fd);
    return isSystemError(removed) ? removed : undefined;
  }
}
