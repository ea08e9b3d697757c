// Reads the numbers in tracked files (track_file), in the supervisor: a file on a dead file server may block its reader.
import type { FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";
import { readStart, watchDirectory, writeInitially } from "../host/number-file.js";
import { LONGEST_NUMBER, readNumber } from "../track/file.js";
import type { FileParams } from "../track/params.js";
import type { Logger } from "./logging.js";

export interface FileVerdict {
  readonly file: string;
  readonly value: number;
  /** In words: where the number comes from. */
  readonly detail: string;
}

export interface TrackFiles {
  /** At start and at every reload: equal files keep their number. Only the first time files are written. */
  configure(files: readonly FileParams[]): void;
  current(): readonly FileVerdict[];
  stop(): void;
}

export interface TrackFilesOptions {
  readonly onVerdict: (verdict: FileVerdict) => void;
  readonly log: Logger;
}

/** A directory that cannot be watched is tried again so often, in milliseconds. */
const RETRY = 1_000;
/** `echo 1 >FILE` empties the file before it writes: an empty one counts when it still is after this time. */
const EMPTY_PATIENCE = 100;

export function createTrackFiles({ onVerdict, log }: TrackFilesOptions): TrackFiles {
  const files = new Map<string, WatchedFile>();
  let hasStarted = false;
  return {
    configure: (wanted) => {
      const before = new Map(files);
      files.clear();
      for (const params of wanted) {
        const known = before.get(params.name);
        const keeps = known?.params.path === params.path;
        files.set(params.name, keeps ? known : new WatchedFile(params, !hasStarted, onVerdict, log));
        if (keeps) before.delete(params.name);
      }
      for (const file of before.values()) file.stop();
      hasStarted = true;
    },
    current: () => [...files.values()].flatMap(({ verdict }) => (verdict === undefined ? [] : [verdict])),
    stop: () => {
      for (const file of files.values()) file.stop();
      files.clear();
    },
  };
}

class WatchedFile {
  readonly params: FileParams;
  readonly #onVerdict: (verdict: FileVerdict) => void;
  readonly #log: Logger;
  #verdict: FileVerdict | undefined;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** One read at a time: of a file that blocks no second thread is lost. */
  #isReading = false;
  #readAgain = false;
  #isStopped = false;
  /** What reading failed with last: said once. */
  #said: string | undefined;

  constructor(params: FileParams, mayWrite: boolean, onVerdict: (verdict: FileVerdict) => void, log: Logger) {
    this.params = params;
    this.#onVerdict = onVerdict;
    this.#log = log;
    void this.#begin(mayWrite);
  }

  get verdict(): FileVerdict | undefined {
    return this.#verdict;
  }

  stop(): void {
    this.#isStopped = true;
    this.#watcher?.close();
    clearTimeout(this.#timer);
  }

  async #begin(mayWrite: boolean): Promise<void> {
    const { path, initial } = this.params;
    if (mayWrite && initial !== undefined) {
      try {
        await writeInitially(path, `${initial.value}\n`, initial.overwrite);
      } catch (error) {
        this.#say(`cannot write ${initial.value} to it (init_file): ${textOf(error)}`);
      }
    }
    this.#watch();
  }

  #watch(): void {
    if (this.#isStopped) return;
    const { path } = this.params;
    this.#watcher?.close();
    const own = basename(path);
    this.#watcher = watchDirectory(dirname(path), {
      changed: (name) => {
        if (name === own) this.#read();
      },
      lost: () => {
        this.#watch();
      },
    });
    if (this.#watcher === undefined) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#watch();
      }, RETRY);
      this.#timer.unref();
    }
    // The watch is there first, so that no change falls between.
    this.#read();
  }

  #read(): void {
    if (this.#isStopped) return;
    if (this.#isReading) {
      this.#readAgain = true;
      return;
    }
    this.#isReading = true;
    this.#readAgain = false;
    void this.#readOnce().finally(() => {
      this.#isReading = false;
      if (this.#readAgain) this.#read();
    });
  }

  async #readOnce(): Promise<void> {
    const { path } = this.params;
    try {
      let text = await readStart(path, LONGEST_NUMBER);
      if (text?.trim() === "" && this.#verdict !== undefined) {
        await new Promise((resolve) => setTimeout(resolve, EMPTY_PATIENCE));
        text = await readStart(path, LONGEST_NUMBER);
      }
      if (text === undefined) this.#take(0, `${path} does not exist, which counts as 0`);
      else {
        const value = readNumber(text);
        if (value !== undefined) this.#take(value, `${path} says ${value}`);
        else this.#refuse("the number in it does not fit 32 bits");
      }
    } catch (error) {
      this.#refuse(`cannot read it: ${textOf(error)}`);
    }
  }

  /** What was known stays in force. */
  #refuse(why: string): void {
    const value = this.#verdict?.value ?? 0;
    this.#say(`${why}; ${value} goes on to count`);
    if (this.#verdict === undefined) this.#take(value, `${this.params.path} says nothing, which counts as 0`);
  }

  #take(value: number, detail: string): void {
    if (this.#isStopped) return;
    this.#said = undefined;
    if (this.#verdict?.value === value) return;
    this.#verdict = { file: this.params.name, value, detail };
    this.#onVerdict(this.#verdict);
  }

  #say(what: string): void {
    if (this.#said === what) return;
    this.#said = what;
    this.#log.error(`track_file ${this.params.name}, ${this.params.path}: ${what}`);
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
