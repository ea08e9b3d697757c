// A child process with its channel: JSON lines over a socket pair that is the child's descriptor 3, and its stderr.
import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Exit } from "../supervise/child.js";
import type { Result } from "../base/result.js";

/** A child that is told messages of the type `To`. */
export interface ChildProcess<To> {
  /** Absent when it could not be started. */
  readonly pid?: number;
  send(message: To): void;
  kill(): void;
}

/** Who hears a child that says messages of the type `From`. */
export interface ChildListener<From> {
  message(message: From): void;
  /** A line of its stderr: what Node says when it dies of an error. */
  complained(line: string): void;
  /** The last call, after its last message. */
  ended(exit: Exit): void;
  /** The last call, when there was no process. */
  notStarted(detail: string): void;
}

export type SpawnChild<To, From> = (listener: ChildListener<From>) => ChildProcess<To>;

/** Reads a line of a child; the error says what is wrong with it. */
export type ParseMessage<From> = (line: string) => Result<From, string>;

/** After a process has ended, what it has written is read for at most this long. */
const LAST_WORDS_MILLIS = 200;
const MAX_COMPLAINT = 2_000;

/** Starts `program`, which is to speak src/supervise/messages.ts; `parse` knows the messages of its kind. */
export function spawnChild<To extends object, From>(
  program: readonly [string, ...string[]],
  parse: ParseMessage<From>,
  listener: ChildListener<From>,
): ChildProcess<To> {
  const [file, ...args] = program;
  const child = spawn(file, args, {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    // A process group of its own: Ctrl-C in a terminal is the supervisor's business, which stops its children in order.
    detached: true,
    env: environmentOfChild(),
  });
  const channel = child.stdio[3];
  if (!(channel instanceof Socket)) {
    child.once("error", (error) => {
      listener.notStarted(error.message);
    });
    return { send: () => undefined, kill: () => undefined };
  }

  // A child that has gone cannot be written to: its end is told by the exit.
  channel.on("error", () => undefined);
  const lines = createInterface({ input: channel, crlfDelay: Infinity }).on("line", (line) => {
    const message = parse(line);
    if (message.ok) listener.message(message.value);
    else listener.complained(message.error);
  });
  // The reader of lines passes errors of its input on: a child that dies with unread messages resets the channel.
  lines.on("error", () => undefined);
  if (child.stderr !== null) {
    createInterface({ input: child.stderr, crlfDelay: Infinity }).on("line", (line) => {
      listener.complained(line.slice(0, MAX_COMPLAINT));
    });
  }
  reportEnd(child, channel, listener);

  return {
    ...(child.pid !== undefined && { pid: child.pid }),
    send: (message) => void channel.write(`${JSON.stringify(message)}\n`),
    kill: () => void child.kill("SIGKILL"),
  };
}

function reportEnd(
  child: ReturnType<typeof spawn>,
  channel: Socket,
  listener: Pick<ChildListener<never>, "ended" | "notStarted">,
): void {
  let told = false;
  const tell = (report: () => void): void => {
    if (told) return;
    told = true;
    report();
  };
  child.once("error", (error) => {
    if (child.pid === undefined) {
      tell(() => {
        listener.notStarted(error.message);
      });
    }
  });
  // "close" comes when its streams are read to the end as well; should somebody else hold them open, "exit" has to do.
  child.once("exit", (code, signal) => {
    const report = (): void => {
      listener.ended({ ...(code !== null && { code }), ...(signal !== null && { signal }) });
    };
    const patience = setTimeout(() => {
      channel.destroy();
      tell(report);
    }, LAST_WORDS_MILLIS);
    child.once("close", () => {
      clearTimeout(patience);
      tell(report);
    });
  });
}

/** systemd's own variables are for the supervisor alone. */
function environmentOfChild(): NodeJS.ProcessEnv {
  const { NOTIFY_SOCKET: _socket, WATCHDOG_USEC: _usec, WATCHDOG_PID: _pid, ...rest } = process.env;
  return rest;
}
