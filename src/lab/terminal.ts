// The terminal: alternate screen, keys, and frames that are written at once, so that nothing flickers.
import { render, type Line } from "./paint.js";
import type { Size } from "./screen.js";

// Escape sequences of xterm and everything that follows it (ctlseqs).
const enter = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
const leave = "\x1b[?7h\x1b[?25h\x1b[?1049l";
// Synchronised output: terminals that know it show the frame whole, others ignore it.
const beginFrame = "\x1b[?2026h";
const endFrame = "\x1b[?2026l";

/** An arrow, or one character: keys that are pressed quickly come together. */
const oneKey = /\x1b\[[A-D]|[^]/g;

export class Terminal {
  readonly colours = process.env["NO_COLOR"] === undefined || process.env["NO_COLOR"] === "";
  #shown: readonly string[] = [];
  #open = false;

  /** Takes the screen; `onKey` is given what one key sends. */
  open(onKey: (key: string) => void, onResize: () => void): void {
    this.#open = true;
    process.stdin.setRawMode(true);
    process.stdin.setEncoding("utf8");
    process.stdin.on("data", (keys: string) => {
      for (const [key] of keys.matchAll(oneKey)) onKey(key);
    });
    process.stdout.on("resize", () => {
      process.stdout.write("\x1b[2J");
      this.#shown = [];
      onResize();
    });
    process.stdout.write(enter);
    // Whatever ends the program, the terminal is given back.
    process.on("exit", () => this.close());
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    process.stdin.setRawMode(false);
    process.stdin.pause();
    process.stdout.write(leave);
  }

  get size(): Size {
    return { columns: process.stdout.columns, rows: process.stdout.rows };
  }

  /** Shows a frame: only the lines that changed are written, in one write. */
  show(lines: readonly Line[]): void {
    const frame = lines.map((line) => render(line, this.colours));
    const changed = frame.flatMap((line, row) => (line === this.#shown[row] ? [] : [`\x1b[${row + 1};1H${line}`]));
    this.#shown = frame;
    if (changed.length > 0) process.stdout.write(`${beginFrame}${changed.join("")}${endFrame}`);
  }
}
