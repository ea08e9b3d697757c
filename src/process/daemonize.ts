// Going into the background: the program starts itself once more, detached, and waits on a pipe until that daemon works
// or has failed. So the exit status of the command line is the daemon's verdict, and its words reach the terminal.
import { spawn } from "node:child_process";
import { closeSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { createInterface } from "node:readline";

/** The descriptor on which the daemon tells how its start goes: JSON lines of {@link Tale}. */
const PIPE = 3;
/** A daemon that is still trying after this long is left to it. */
const PATIENCE_MILLIS = 30_000;

type Tale = { readonly text: string } | { readonly exitCode: number };

export interface DaemonStart {
  readonly program: readonly [string, ...string[]];
  /** The daemon logs to the console (`-l`), so it keeps that of its command line. */
  readonly keepsConsole: boolean;
  readonly say: (line: string) => void;
}

/** Starts the daemon and resolves with the exit status of the command line. `say` gets its lines. */
export function startDaemon({ program, keepsConsole, say }: DaemonStart): Promise<number> {
  const [file, ...args] = program;
  const console = keepsConsole ? "inherit" : "ignore";
  const daemon = spawn(file, args, { stdio: ["ignore", console, console, "pipe"], detached: true });
  return new Promise((resolve) => {
    const patience = setTimeout(() => {
      say(
        `vipd (pid ${daemon.pid ?? "unknown"}) is not ready after ${PATIENCE_MILLIS / 1_000} s and goes on trying; see its log`,
      );
      resolve(0);
    }, PATIENCE_MILLIS);
    const end = (exitCode: number): void => {
      clearTimeout(patience);
      resolve(exitCode);
    };
    daemon.once("error", (error) => {
      say(`vipd cannot start its background process ${file}: ${error.message}`);
      end(1);
    });
    daemon.once("exit", (code, signal) => {
      if (signal !== null) say(`vipd was ended by ${signal} while it started`);
      end(code ?? 1);
    });
    const pipe = daemon.stdio[PIPE];
    if (!(pipe instanceof Socket)) return;
    createInterface({ input: pipe, crlfDelay: Infinity }).on("line", (line) => {
      const tale = parseTale(line);
      if ("text" in tale) say(tale.text);
      else end(tale.exitCode);
    });
  });
}

/** The daemon's end of the pipe. */
export class StartPipe {
  #open = true;

  say(text: string): void {
    this.#write({ text });
  }

  /** The last word: the waiting command line ends with `exitCode`. */
  finish(exitCode: number): void {
    this.#write({ exitCode });
    if (!this.#open) return;
    this.#open = false;
    closeSync(PIPE);
  }

  #write(tale: Tale): void {
    if (!this.#open) return;
    try {
      writeSync(PIPE, `${JSON.stringify(tale)}\n`);
    } catch {
      // Nobody waits any more: the command line was interrupted, and the daemon goes on.
      this.#open = false;
    }
  }
}

function parseTale(line: string): Tale {
  const value: unknown = JSON.parse(line);
  if (typeof value === "object" && value !== null && "exitCode" in value && typeof value.exitCode === "number") {
    return { exitCode: value.exitCode };
  }
  const text = typeof value === "object" && value !== null && "text" in value ? String(value.text) : line;
  return { text };
}
