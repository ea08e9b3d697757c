// Log lines to a terminal, a pipe, a socket or a file, without ever waiting for whoever reads them.
//
// A write to a pipe that nobody drains, or to a terminal stopped with Ctrl-S, blocks; Node's own stdout and stderr would
// block the whole process with it. So pipes and terminals are opened a second time, non-blocking: setting the flag on the
// inherited descriptor would change it for everybody who shares it. A socket (journald) cannot be opened a second time and
// is left to libuv. Writing in libuv's thread pool is no way out: a thread that hangs in write(2) keeps the process from
// exiting.
import { appendFile, constants, fstatSync, openSync, write } from "node:fs";
import { Socket } from "node:net";

export interface LineWriter {
  /** `line` without its newline. Dropped and counted where too much is waiting. */
  write(line: string): void;
  /** Resolves when all is written, or after `patienceMilliseconds`. */
  flush(patienceMilliseconds: number): Promise<void>;
}

export interface LineWriterOptions {
  /** How much may wait, in characters. */
  readonly limit?: number;
  /** Said once when writing fails, and again only after it has worked. */
  readonly onTrouble?: (text: string) => void;
}

/** Writes what it can of `bytes`; `done` hears how much, or the errno code. Never blocks. */
type WriteSome = (bytes: Buffer, done: (error: NodeJS.ErrnoException | null, written: number) => void) => void;

const DEFAULT_LIMIT = 1 << 20;
const BATCH = 1 << 16;
const RETRY_MILLISECONDS = 50;

/** A writer for an inherited descriptor: 1 or 2. */
export const openConsole = (fd: number, options: LineWriterOptions = {}): LineWriter =>
  createLineWriter(writeToDescriptor(fd), options);

/** A writer that appends to a file. Each batch opens it anew, so a file that was rotated away is created again. */
export const openLogFile = (path: string, options: LineWriterOptions = {}): LineWriter =>
  createLineWriter((bytes, done) => {
    appendFile(path, bytes, { mode: 0o640 }, (error) => done(error, bytes.length));
  }, options);

function writeToDescriptor(fd: number): WriteSome {
  const stat = fstatSync(fd);
  if (stat.isSocket()) {
    const socket = new Socket({ fd, readable: false, writable: true });
    // Each failed write is reported through its own callback.
    socket.on("error", () => undefined);
    socket.unref();
    return (bytes, done) => socket.write(bytes, (error) => done(error ?? null, bytes.length));
  }
  const target = stat.isFile() ? fd : (openAgain(fd) ?? fd);
  return (bytes, done) => write(target, bytes, (error, written) => done(error, written));
}

function openAgain(fd: number): number | undefined {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    // No /proc, or a terminal that belongs to somebody else: the inherited descriptor will have to do.
    return undefined;
  }
}

function createLineWriter(writeSome: WriteSome, { limit = DEFAULT_LIMIT, onTrouble }: LineWriterOptions): LineWriter {
  let queue: string[] = [];
  let queued = 0;
  let lost = 0;
  let inFlight: Buffer | undefined;
  let troubled = false;
  const whenIdle: (() => void)[] = [];

  const write = (line: string): void => {
    if (queued + line.length > limit) {
      lost++;
      return;
    }
    if (lost > 0) {
      push(`${lost} log lines are missing here: they came faster than they could be written`);
      lost = 0;
    }
    push(line);
    pump();
  };

  const push = (line: string): void => {
    queue.push(`${line}\n`);
    queued += line.length + 1;
  };

  const pump = (): void => {
    if (inFlight !== undefined) return;
    inFlight = takeBatch();
    if (inFlight === undefined) for (const resolve of whenIdle.splice(0)) resolve();
    else writeSome(inFlight, settle);
  };

  const takeBatch = (): Buffer | undefined => {
    if (queue.length === 0) return undefined;
    let length = 0;
    const count = queue.findIndex((line) => (length += line.length) >= BATCH) + 1;
    const batch = queue.slice(0, count === 0 ? queue.length : count).join("");
    queue = count === 0 ? [] : queue.slice(count);
    queued -= batch.length;
    return Buffer.from(batch);
  };

  const settle = (error: NodeJS.ErrnoException | null, written: number): void => {
    const bytes = inFlight ?? Buffer.alloc(0);
    if (error?.code === "EAGAIN") {
      setTimeout(() => writeSome(bytes, settle), RETRY_MILLISECONDS).unref();
      return;
    }
    if (error === null && written < bytes.length) {
      inFlight = bytes.subarray(written);
      writeSome(inFlight, settle);
      return;
    }
    inFlight = undefined;
    if (error === null) troubled = false;
    else fail(error, bytes);
    pump();
  };

  const fail = (error: NodeJS.ErrnoException, bytes: Buffer): void => {
    lost += bytes.toString().split("\n").length - 1;
    if (troubled) return;
    troubled = true;
    onTrouble?.(error.message);
  };

  return {
    write,
    flush: (patienceMilliseconds) =>
      new Promise((resolve) => {
        if (inFlight === undefined) {
          resolve();
          return;
        }
        const timer = setTimeout(resolve, patienceMilliseconds);
        whenIdle.push(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
