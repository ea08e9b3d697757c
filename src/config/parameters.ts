// `$NAME=VALUE` and its uses. A value is put in where it is used, as text, again and again until nothing changes.
import type { ConfigEnvironment } from "./environment.js";
import type { LogicalLine } from "./preprocess.js";
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
    let name = "";
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const next = this.#substituteOnce(text);
      if (next.replaced === undefined) {
        return next.lines === undefined
          ? { kind: "text", text }
          : { kind: "multiLine", before: next.text, lines: next.lines };
      }
      name = next.replaced;
      if (next.text === text || next.text.length > 4 * MAX_LINE) break;
      text = next.text;
    }
    return { kind: "runaway", name };
  }

  /** Every use replaced once. A parameter of several lines counts only at the end of the line, and is cut off there. */
  #substituteOnce(text: string): { readonly text: string; readonly replaced?: string; readonly lines?: MultiLine } {
    const names: string[] = [];
    const ends: { readonly before: number; readonly lines: MultiLine }[] = [];
    const replaced = text.replace(
      USE,
      (use: string, braced: string | undefined, rest: string, bare: string | undefined, at: number) => {
        const name = braced ?? bare ?? "";
        const value = this.#values.get(name) ?? this.#builtIn(name, rest);
        if (typeof value === "string") {
          names.push(name);
          return value;
        }
        if (value !== undefined && at + use.length === text.length) ends.push({ before: at, lines: value });
        return use;
      },
    );
    const [name] = names;
    if (name !== undefined) return { text: replaced, replaced: name };
    const [end] = ends;
    return end === undefined ? { text } : { text: text.slice(0, end.before), lines: end.lines };
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
