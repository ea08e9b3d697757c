// A named pipe that others read (fifo(7), mkfifo(3)). It is held open for reading and writing, so that it needs no reader and no
// reader ever sees the end of it; nothing here waits.
import { chownSync, closeSync, constants, lstatSync, openSync, unlinkSync, writeSync } from "node:fs";
import { isSystemError, makeFifo } from "../native/index.js";

export interface Fifo {
  /** One line of at most PIPE_BUF octets is written whole or not at all. */
  write(line: string): "written" | "full" | FifoFault;
  /** Removes the pipe as well where `open` has made it. */
  close(): void;
}

export interface FifoFault {
  /** In words, with what to do. */
  readonly fault: string;
}

/** The umask of the daemon takes away what others have no business with: 0600 with keepalived's default. */
const MODE = 0o644;

/** Makes the pipe, or takes one that is there and belongs to us or to `owner`. */
export function openFifo(
  path: string,
  owner: { readonly uid: number; readonly gid: number } | undefined,
): Fifo | FifoFault {
  const made = makeFifo(path, MODE);
  const isNew = !isSystemError(made);
  if (isSystemError(made) && made.code !== "EEXIST") {
    return { fault: `the FIFO ${path} cannot be made: ${made.code}; check its directory` };
  }
  try {
    if (isNew && owner !== undefined) chownSync(path, owner.uid, owner.gid);
    const stranger = isNew ? undefined : whyForeign(path, owner);
    if (stranger !== undefined) return { fault: stranger };
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    return { write: (line) => write(fd, path, line), close: () => close(fd, path, isNew) };
  } catch (error) {
    return { fault: `the FIFO ${path} cannot be opened: ${codeOf(error)}` };
  }
}

/** Whoever owns the pipe could feed its reader; a file or a link of that name is somebody else's. */
function whyForeign(path: string, owner: { readonly uid: number } | undefined): string | undefined {
  const found = lstatSync(path);
  if (!found.isFIFO()) return `${path} exists and is no FIFO: remove it, or name another path`;
  if (found.uid === process.geteuid?.() || found.uid === owner?.uid) return undefined;
  return `the FIFO ${path} belongs to user ${found.uid}: remove it, or name that user behind the path`;
}

function write(fd: number, path: string, line: string): "written" | "full" | FifoFault {
  try {
    writeSync(fd, line);
    return "written";
  } catch (error) {
    const code = codeOf(error);
    return code === "EAGAIN" ? "full" : { fault: `the FIFO ${path} cannot be written: ${code}` };
  }
}

function close(fd: number, path: string, remove: boolean): void {
  closeSync(fd);
  if (!remove) return;
  try {
    unlinkSync(path);
  } catch {
    // Somebody has removed it before us: it is gone, which is all that was wanted.
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error);
