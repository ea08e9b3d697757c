// The notify FIFOs, in the supervisor: lines in the order of what happened, a queue while a pipe is full, and the programs that
// are to read them.
import type { Command, CommandOutcome } from "../base/command.js";
import { describeOutcome } from "../base/command.js";
import { type Fifo, openFifo } from "../host/fifo.js";
import type { RunningCommand } from "../host/scripts.js";
import { type FifoLine, type FifoQueue, enqueueLine, priorityLine, stateLine } from "../notify/fifo.js";
import { type HookTransition, hookState } from "../notify/notification.js";
import { type FifoParams, type Subject, subjectKey } from "../notify/params.js";
import type { Logger } from "./logging.js";

/** A reader that is away is looked for this often; a pipe of 64 KiB holds about a thousand lines meanwhile. */
const TRY_AGAIN_MILLIS = 100;
/** A reader program that ends is started again after so long: the first time, and at most. */
const RESTART_MILLIS = { first: 1_000, most: 60_000 } as const;
/** At the end a reader gets this long to read what is left. */
const READER_PATIENCE_MILLIS = 2_000;

type Run = (command: Command, onEnd: (outcome: CommandOutcome) => void) => RunningCommand;

/** All FIFOs of the configuration. */
export class Fifos {
  readonly #run: Run;
  readonly #log: Logger;
  readonly #open = new Map<string, OpenFifo>();
  /** The last state line of each subject: what a reader would have to know. */
  readonly #states = new Map<string, FifoLine>();
  #reportsDeletion: ReadonlySet<string> = new Set();

  constructor(run: Run, log: Logger) {
    this.#run = run;
    this.#log = log;
  }

  /**
   * At the start and at every reload. A FIFO that stays keeps its reader: unlike keepalived's it does not end.
   * `reportsDeletion` names the instances of `notify_deleted`; those that go now are still to be reported.
   */
  configure(fifos: readonly FifoParams[], reportsDeletion: readonly string[]): void {
    this.#reportsDeletion = new Set([...this.#reportsDeletion, ...reportsDeletion]);
    const wanted = new Map(fifos.map((params) => [JSON.stringify(params), params]));
    for (const [key, fifo] of this.#open) {
      if (wanted.has(key)) continue;
      void fifo.close();
      this.#open.delete(key);
    }
    for (const [key, params] of wanted) {
      if (this.#open.has(key)) continue;
      const opened = openFifo(params.path, params.owner);
      if ("fault" in opened) this.#log.error(`${opened.fault}. Nobody is notified through it`);
      else this.#open.set(key, new OpenFifo(params, opened, this.#run, this.#log));
    }
  }

  transition(transition: HookTransition): void {
    const { subject, reason, priority } = transition;
    const state = hookState(transition, this.#reportsDeletion.has(subject.name));
    if (state === undefined) return;
    const line = stateLine(subject, state, priority);
    const key = subjectKey(subject);
    if (reason.code === "resumed" && this.#states.get(key)?.text === line.text) return;
    if (reason.code === "removedByReload") this.#states.delete(key);
    else this.#states.set(key, line);
    this.#write(line);
  }

  lowerPriorityHeard(subject: Subject, priority: number): void {
    this.#write(stateLine(subject, "MASTER_RX_LOWER_PRI", priority));
  }

  /** Of an instance with `notify_priority_changes`. */
  priorityChanged(subject: Subject, role: "MASTER" | "BACKUP", priority: number): void {
    this.#write(priorityLine(subject, role, priority));
  }

  /** `fifo_write_vrrp_states_on_reload`: groups first, as keepalived. */
  writeStates(subjects: readonly Subject[]): void {
    const order = [...subjects].sort((a, b) => Number(b.kind === "GROUP") - Number(a.kind === "GROUP"));
    for (const subject of order) {
      const line = this.#states.get(subjectKey(subject));
      if (line !== undefined) this.#write(line);
    }
  }

  /** Resolves when all are closed and their readers have ended. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((fifo) => fifo.close()));
    this.#open.clear();
  }

  #write(line: FifoLine): void {
    for (const fifo of this.#open.values()) if (fifo.params.events !== "lvs") fifo.write(line);
  }
}

class OpenFifo {
  readonly params: FifoParams;
  readonly #fifo: Fifo;
  readonly #run: Run;
  readonly #log: Logger;
  #waiting: FifoQueue = [];
  #retry: NodeJS.Timeout | undefined;
  #reader: RunningCommand | undefined;
  #restart: NodeJS.Timeout | undefined;
  #restartAfterMillis: number = RESTART_MILLIS.first;
  #readerEnded: () => void = () => undefined;
  #isClosing = false;

  constructor(params: FifoParams, fifo: Fifo, run: Run, log: Logger) {
    this.params = params;
    this.#fifo = fifo;
    this.#run = run;
    this.#log = log;
    this.#startReader();
  }

  write(line: FifoLine): void {
    const { queue, overtaken } = enqueueLine(this.#waiting, line);
    this.#waiting = queue;
    if (overtaken > 0) {
      const what = `${overtaken} older lines are dropped, the latest state of everything is kept`;
      this.#log.warn(`nobody reads the FIFO ${this.params.path}: ${what}`);
    }
    this.#flush();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#restart);
    this.#flush();
    clearTimeout(this.#retry);
    this.#fifo.close();
    await this.#endReader();
  }

  /** Writes what waits, oldest first, until the pipe is full. */
  #flush(): void {
    clearTimeout(this.#retry);
    for (const [index, { text }] of this.#waiting.entries()) {
      const result = this.#fifo.write(text);
      if (result === "written") continue;
      if (result !== "full") this.#log.error(`${result.fault}: a line is lost`);
      this.#waiting = this.#waiting.slice(result === "full" ? index : index + 1);
      this.#retry = setTimeout(() => this.#flush(), TRY_AGAIN_MILLIS).unref();
      return;
    }
    this.#waiting = [];
  }

  #startReader(): void {
    const { reader, path } = this.params;
    if (reader === undefined) return;
    this.#reader = this.#run({ ...reader, argv: [...reader.argv, path] }, (outcome) => {
      this.#reader = undefined;
      this.#readerEnded();
      if (this.#isClosing) return;
      const after = `it is started again in ${this.#restartAfterMillis / 1_000} s`;
      this.#log.warn(`the reader ${reader.argv[0] ?? ""} of the FIFO ${path} ${describeOutcome(outcome)}; ${after}`);
      this.#restart = setTimeout(() => this.#startReader(), this.#restartAfterMillis).unref();
      this.#restartAfterMillis = Math.min(2 * this.#restartAfterMillis, RESTART_MILLIS.most);
    });
  }

  /** The pipe is closed: a reader that reads to the end ends by itself, and another is ended. */
  async #endReader(): Promise<void> {
    const reader = this.#reader;
    if (reader === undefined) return;
    const ended = new Promise<void>((resolve) => {
      this.#readerEnded = resolve;
    });
    const patience = setTimeout(() => void reader.kill("SIGTERM"), READER_PATIENCE_MILLIS);
    const end = setTimeout(() => void reader.kill("SIGKILL"), 2 * READER_PATIENCE_MILLIS);
    await ended;
    clearTimeout(patience);
    clearTimeout(end);
  }
}
