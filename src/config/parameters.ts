// `$NAME=VALUE` and its uses. A value is put in where it is used, as text, again and again until nothing changes.
import type { ConfigEnvironment } from "./environment.js";
import type { LogicalLine } from "./lexer.js";
import { MAX_LINE } from "./raw-line.js";

/** A definition of several lines, as written. */
export type MultiLine = readonly LogicalLine[];

export type Substitution =
  | { readonly kind: "text"; readonly text: string }
  /** The line ends with a parameter of several lines; `before` is what comes before it. */
  | { readonly kind: "multiLine"; readonly before: string; readonly lines: MultiLine }
  /** Values that contain themselves, or grow beyond a line. */
  | { readonly kind: "runaway"; readonly name: string };

const MAX_ROUNDS = 200;

const USE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)([^{}]*)\}|([A-Za-z_][A-Za-z0-9_]*)(?=[\s,)]|$))/g;

export class Parameters {
  readonly #values = new Map<string, string | MultiLine>();
  readonly #environment: ConfigEnvironment;
  /** Directory of the file that is being read: `${_PWD}`. */
  directory = "";

  constructor(environment: ConfigEnvironment) {
    this.#environment = environment;
  }

  set(name: string, value: string | MultiLine): void {
    this.#values.set(name, value);
  }

  /** Sets a value for as long as `use` runs, for the variables of ~SEQ and ~LST. */
  during(values: ReadonlyMap<string, string>, use: () => void): void {
    const before = new Map([...values.keys()].map((name) => [name, this.#values.get(name)]));
    for (const [name, value] of values) this.#values.set(name, value);
    use();
    for (const [name, value] of before) {
      if (value === undefined) this.#values.delete(name);
      else this.#values.set(name, value);
    }
  }

  substitute(line: string): Substitution {
    let text = line;
    if (!text.includes("$")) return { kind: "text", text };
    let last = "";
    for (let round = 0; round < MAX_ROUNDS; round++) {
      let multiLine: { readonly before: number; readonly lines: MultiLine } | undefined;
      const next = text.replace(
        USE,
        (use: string, braced: string | undefined, rest: string, bare: string | undefined, at: number) => {
          const name = braced ?? bare ?? "";
          const value = this.#values.get(name) ?? this.#builtIn(name, rest);
          if (value === undefined) return use;
          if (typeof value !== "string") {
            // Only the last thing on a line can stand for several lines.
            if (at + use.length === text.length) multiLine = { before: at, lines: value };
            return use;
          }
          last = name;
          return value;
        },
      );
      if (next === text) {
        if (multiLine === undefined) return { kind: "text", text };
        return { kind: "multiLine", before: text.slice(0, multiLine.before), lines: multiLine.lines };
      }
      if (next.length > 4 * MAX_LINE) break;
      text = next;
    }
    return { kind: "runaway", name: last };
  }

  #builtIn(name: string, rest = ""): string | undefined {
    const args = rest.trim().split(/\s+/);
    switch (name) {
      case "_PWD":
        return this.directory;
      case "_INSTANCE":
        return configIdOf(this.#environment);
      case "_HASH":
        return "#";
      case "_BANG":
        return "!";
      case "_ENV":
        return this.#environment.variable(args[0] ?? "") ?? "";
      case "_RANDOM":
        return this.#random(args);
      default:
        return undefined;
    }
  }

  #random([minText = "", maxText = ""]: readonly string[]): string {
    const min = /^[0-9]{1,9}$/.test(minText) ? Number(minText) : 0;
    const max = /^[0-9]{1,9}$/.test(maxText) ? Number(maxText) : 32767;
    return String(this.#environment.random(min, Math.max(min, max)));
  }
}

/** What `@ID` is compared with: the option, or the host name up to its first dot. */
export const configIdOf = ({ configId, hostName }: ConfigEnvironment): string =>
  configId ?? hostName.replace(/\..*$/s, "");
