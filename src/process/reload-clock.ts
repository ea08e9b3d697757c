// Watches `reload_time_file` and asks for a reload when the time in it has come.
import { type FSWatcher, readFileSync, unlinkSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { attempt, describeSystemError, isSystemError } from "../host/system-error.js";
import type { ReloadParams } from "../supervise/params.js";
import { readReloadTime } from "../supervise/reload-time.js";
import type { Logger } from "./logging.js";

/** Whoever writes the file may do so in several pieces. */
const SETTLE_MILLIS = 100;
/** A clock that is set does not hurry a timer: the time is looked at again this often. */
const LONGEST_SLEEP_MILLIS = 60_000;

export class ReloadClock {
  readonly #request: () => void;
  readonly #log: Logger;
  #file: string | undefined;
  #repeats = false;
  #watcher: FSWatcher | undefined;
  #settling: NodeJS.Timeout | undefined;
  #alarm: NodeJS.Timeout | undefined;

  constructor(request: () => void, log: Logger) {
    this.#request = request;
    this.#log = log;
  }

  /** At the start and at every reload; the directory of the file may have been made since the last one. */
  configure({ timeFile, repeats }: ReloadParams): void {
    this.#repeats = repeats;
    if (timeFile === this.#file && (timeFile === undefined || this.#watcher !== undefined)) return;
    this.close();
    this.#file = timeFile;
    if (timeFile === undefined) return;
    const name = basename(timeFile);
    const watcher = attempt(() =>
      watch(dirname(timeFile), { persistent: false }, (_event, changed) => {
        if (changed === name) this.#changed(timeFile);
      }),
    );
    if (isSystemError(watcher)) {
      this.#log.error(
        `reload_time_file ${timeFile} cannot be watched: ${describeSystemError(watcher)}; make its directory, then reload`,
      );
      return;
    }
    watcher.on("error", (error) => {
      this.#log.error(`reload_time_file ${timeFile} is not watched any more: ${error.message}; reload to try again`);
      this.close();
    });
    this.#watcher = watcher;
    this.#plan(timeFile);
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    clearTimeout(this.#settling);
    clearTimeout(this.#alarm);
  }

  #changed(file: string): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#plan(file), SETTLE_MILLIS);
  }

  /** Reads the file; one that is not there asks for nothing. */
  #plan(file: string): void {
    clearTimeout(this.#alarm);
    const text = attempt(() => readFileSync(file, "utf8"));
    if (isSystemError(text)) {
      if (text.code !== "ENOENT") {
        this.#log.warn(`reload_time_file ${file} cannot be read: ${describeSystemError(text)}; no reload is planned`);
      }
      return;
    }
    const time = readReloadTime(text, Date.now());
    if (time.kind === "at") {
      this.#log.info(`a reload is planned for ${new Date(time.wallMillis).toISOString()} (reload_time_file ${file})`);
      this.#sleep(file, time.wallMillis);
      return;
    }
    const why = time.kind === "past" ? "that time is past" : "write [YY[YY]-MM-DD ]HH:MM:SS[Z] into its first line";
    this.#log.warn(`reload_time_file ${file} plans no reload: ${why}`);
  }

  #sleep(file: string, wallMillis: number): void {
    const left = wallMillis - Date.now();
    this.#alarm = setTimeout(
      () => {
        if (Date.now() < wallMillis) this.#sleep(file, wallMillis);
        else this.#fire(file);
      },
      Math.min(Math.max(left, 0), LONGEST_SLEEP_MILLIS),
    );
  }

  #fire(file: string): void {
    if (this.#repeats) this.#plan(file);
    else {
      const refused = attempt(() => unlinkSync(file));
      if (isSystemError(refused)) {
        this.#log.warn(`reload_time_file ${file} cannot be removed after its time: ${describeSystemError(refused)}`);
      }
    }
    this.#request();
  }
}
