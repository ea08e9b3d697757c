// Keeps the journal that the vrrp process sends, where the settings ask for one. A slow disk loses lines, and says so;
// it holds up nobody.
import { type WriteStream, createWriteStream } from "node:fs";
import type { Logger } from "./logging.js";

const MAX_WAITING_BYTES = 8 * 1024 * 1024;

export class JournalFile {
  readonly #stream: WriteStream | undefined;
  #lost = 0;

  private constructor(stream: WriteStream | undefined) {
    this.#stream = stream;
  }

  /** Without a path nothing is kept. */
  static open(path: string | undefined, log: Logger): JournalFile {
    if (path === undefined) return new JournalFile(undefined);
    const stream = createWriteStream(path, { flags: "a", mode: 0o600 });
    stream.on("error", (error) => {
      log.error(`the journal ${path} of [journal] file cannot be written: ${error.message}`);
    });
    return new JournalFile(stream);
  }

  append(line: string): void {
    if (this.#stream === undefined || this.#stream.destroyed) return;
    if (this.#stream.writableLength > MAX_WAITING_BYTES) {
      this.#lost += 1;
      return;
    }
    // A gap must show: a journal with lines missing does not replay.
    if (this.#lost > 0) this.#stream.write(`${JSON.stringify({ lost: this.#lost })}\n`);
    this.#lost = 0;
    this.#stream.write(`${line}\n`);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stream === undefined || this.#stream.destroyed) resolve();
      else this.#stream.end(resolve);
    });
  }
}
