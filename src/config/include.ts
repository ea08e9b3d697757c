// Include lines: which files they name, and which of them have to be there.
import type { Report } from "./diagnostics.js";
import type { ConfigEnvironment } from "./environment.js";
import { glob, type GlobMatch } from "./glob.js";
import { resolvePath } from "./paths.js";
import type { Place } from "./source.js";

/** What an include line insists on (`include_check` in global_defs, and the letter behind `include`). */
export type IncludeCheck = "read" | "match" | "wildcard_match" | "brace_match";

export type IncludeChecks = ReadonlySet<IncludeCheck>;

const ALL: readonly IncludeCheck[] = ["read", "match", "wildcard_match", "brace_match"];

const BY_LETTER: Readonly<Record<string, readonly IncludeCheck[]>> = {
  "": [],
  r: ["read"],
  m: ["read", "match"],
  w: ["read", "match", "wildcard_match"],
  b: ["read", "brace_match"],
  a: ALL,
};

export interface IncludeLine {
  /** Text before the keyword, which ends with a brace. */
  readonly before: string;
  readonly keyword: string;
  readonly checks: readonly IncludeCheck[];
  readonly pattern: string;
}

/** An include line taken apart; undefined for any other line. */
export function parseInclude(text: string): IncludeLine | undefined {
  if (!text.includes("include")) return undefined;
  const [, before = "", letter, pattern] = /^(.*[{}])?\s*include([rmwba]?)\s+(\S.*)$/.exec(text) ?? [];
  if (letter === undefined || pattern === undefined) return undefined;
  return { before, keyword: `include${letter}`, checks: BY_LETTER[letter] ?? [], pattern: pattern.trim() };
}

/** What is in force after an `include_check` line. */
export function changeChecks(current: IncludeChecks, words: readonly string[]): IncludeChecks {
  if (words.length === 0) return new Set(ALL);
  const signed = words.some((word) => /^[+-]/.test(word));
  const checks = new Set(signed ? current : []);
  for (const word of words) {
    const check = ALL.find((name) => name === word.replace(/^[+-]/, ""));
    if (check === undefined) continue;
    if (word.startsWith("-")) checks.delete(check);
    else checks.add(check);
  }
  return checks;
}

export const isIncludeCheck = (word: string): boolean => ALL.some((name) => name === word.replace(/^[+-]/, ""));

/** Paths that the line names, in order; what is missing is reported. */
export function findIncluded(
  line: IncludeLine,
  directory: string,
  inForce: IncludeChecks,
  at: Place,
  environment: ConfigEnvironment,
  report: Report,
): readonly string[] {
  const checks = new Set([...inForce, ...line.checks]);
  const matches = glob(resolvePath(directory, line.pattern), environment);
  const braces = matches.length > 1;
  for (const match of matches) {
    if (match.paths.length > 0) continue;
    // A pattern that could match and does not is usual, such as a directory that is still empty.
    const expected = match.wildcard && !match.astray ? "includeEmpty" : "includeMissing";
    const problem = checks.has(demandOf(match, braces)) ? "includeCheckFailed" : expected;
    const what = match.wildcard ? `no file matches ${match.pattern}` : `there is no file ${match.pattern}`;
    report.add(problem, at, what, "check the name; relative names start at the directory of the file they are in");
  }
  return matches.flatMap(({ paths }) => paths);
}

function demandOf({ wildcard }: GlobMatch, braces: boolean): IncludeCheck {
  if (wildcard) return "wildcard_match";
  return braces ? "brace_match" : "match";
}
