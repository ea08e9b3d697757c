// One thing broken in a configuration, as people break things: what is said has to point there, and to say what to do.
import { prng } from "../../src/base/prng.js";
import type { Configuration, Diagnostic } from "../../src/config/index.js";

/** A broken line; undefined where the line has nothing to break in this way. */
type Break = (line: string, below: (bound: number) => number) => string | undefined;

const change = (line: string, pattern: RegExp, by: string): string | undefined =>
  pattern.test(line) ? line.replace(pattern, by) : undefined;

export const breaks: Readonly<Record<string, Break>> = {
  "a missing {": (line) => change(line, /\{/, ""),
  "a missing }": (line) => change(line, /^(\s*)\}(\s*)$/, "$1$2"),
  "a misspelt keyword": (line, below) => {
    const [, indent = "", word = "", rest = ""] = /^(\s*)([a-z_]{6,})(\s.*|)$/.exec(line) ?? [];
    const at = 1 + below(Math.max(1, word.length - 2));
    return word === "" ? undefined : `${indent}${word.slice(0, at)}${word.slice(at + 1)}${rest}`;
  },
  "a number with a letter": (line) =>
    change(line, /^(\s*(?:priority|virtual_router_id|advert_int|delay_loop|interval|fall|rise|quorum)\s+\d+)/, "$1x"),
  "a number out of range": (line) => change(line, /^(\s*(?:priority|virtual_router_id)\s+)\d+/, "$1300"),
  "a missing word": (line) =>
    change(
      line,
      /^(\s*(?:priority|virtual_router_id|interface|state|auth_pass|lb_algo|protocol|interval))\s+\S.*$/,
      "$1",
    ),
  "a wrong choice": (line) => change(line, /^(\s*(?:state|auth_type|lb_kind|lvs_method|protocol)\s+\w+)/, "$1x"),
  "an address that is none": (line) => change(line, /^(\s*\d+\.\d+\.\d+)\.\d+/, "$1"),
  "a quote that is not closed": (line) => change(line, /"(\s*)$/, "$1"),
};

export interface Broken {
  readonly text: string;
  /** The line that is broken. */
  readonly line: number;
  /** For a missing `}`: the line that opens the block. */
  readonly opener: number;
}

/** The text with one line of it broken; undefined where there is none that can be. */
export function broken(text: string, how: Break, seed: number): Broken | undefined {
  const generator = prng(seed);
  const below = (bound: number): number => generator.below(bound);
  const lines = text.split("\n").map((line) => line.replace(/[#!].*$/, ""));
  const candidates = lines.flatMap((line, index) => {
    const changed = how(line, below);
    return changed === undefined || changed === line ? [] : [{ index, changed }];
  });
  const chosen = candidates[below(Math.max(1, candidates.length))];
  if (chosen === undefined) return undefined;
  const { index, changed } = chosen;
  return { text: lines.with(index, changed).join("\n"), line: index + 1, opener: openerOf(lines, index) };
}

/** The line whose brace the last one of the line at `index` closes. */
function openerOf(lines: readonly string[], index: number): number {
  let depth = 0;
  for (let at = index; at >= 0; at--) {
    for (const character of (lines[at] ?? "").split("").reverse()) {
      if (character === "}") depth++;
      else if (character === "{" && --depth === 0) return at + 1;
    }
  }
  return 0;
}

const identity = ({ code, message }: Diagnostic): string => `${code} ${message}`;

/** Whether something that was not said of the sound text points at the broken line, and says what to do. */
export function isToldOf({ line, opener }: Broken, sound: Configuration, damaged: Configuration): boolean {
  const known = new Set(sound.diagnostics.map(identity));
  const fresh = damaged.diagnostics.filter((found) => found.exitStatus !== 0 && !known.has(identity(found)));
  return fresh.some(
    ({ place, hint }) =>
      hint !== undefined && (place?.line.number === line || hint.includes(`the block of line ${opener} ends`)),
  );
}
