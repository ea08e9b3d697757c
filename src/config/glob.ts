// File name patterns of include lines (glob(7), with the braces of csh), over directories that somebody else lists.
import type { ConfigEnvironment } from "./environment.js";
import { directoryOf } from "./paths.js";

/** What one brace alternative of a pattern matched. */
export interface GlobMatch {
  readonly pattern: string;
  readonly wildcard: boolean;
  /** True: the part before the first wildcard does not exist, so nothing could match. */
  readonly astray: boolean;
  /** Sorted. */
  readonly paths: readonly string[];
}

/** More alternatives than this are left out: a pattern is written by hand. */
const MAX_ALTERNATIVES = 1000;

/** Files that an absolute pattern names, one entry per brace alternative. */
export const glob = (pattern: string, environment: ConfigEnvironment): readonly GlobMatch[] =>
  expandBraces(pattern).map((alternative) => {
    const wildcard = /[*?[]/.test(alternative);
    const paths = wildcard
      ? expandWildcards(alternative, environment)
      : [alternative].filter((path) => environment.exists(path));
    const astray = wildcard && !environment.exists(directoryOf(alternative.replace(/[*?[].*$/s, "")));
    return { pattern: alternative, wildcard, astray, paths };
  });

/** Alternatives of `a{b,c}d`: `abd` and `acd`. Braces that do not balance stand for themselves. */
export function expandBraces(pattern: string): readonly string[] {
  let done: readonly string[] = [""];
  let rest = pattern;
  for (;;) {
    const group = firstGroup(rest);
    if (group === undefined || done.length > MAX_ALTERNATIVES) return done.map((head) => head + rest);
    const choices = group.choices.flatMap((choice) => expandBraces(choice));
    done = done.flatMap((head) => choices.map((choice) => head + group.before + choice)).slice(0, MAX_ALTERNATIVES + 1);
    rest = group.after;
  }
}

interface Group {
  readonly before: string;
  readonly choices: readonly string[];
  readonly after: string;
}

function firstGroup(pattern: string): Group | undefined {
  const open = pattern.indexOf("{");
  if (open < 0) return undefined;
  const choices: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let i = open; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    if (character === "{") depth++;
    else if (character === "}") depth--;
    if (depth === 0 || (depth === 1 && character === ",")) {
      choices.push(pattern.slice(from, i));
      from = i + 1;
    }
    if (depth === 0) return { before: pattern.slice(0, open), choices, after: pattern.slice(i + 1) };
  }
  return undefined;
}

/** Walks the directories of a pattern part by part. */
function expandWildcards(pattern: string, environment: ConfigEnvironment): readonly string[] {
  let found: readonly string[] = [""];
  for (const part of pattern.split("/").slice(1)) {
    if (!/[*?[]/.test(part)) {
      found = found.map((directory) => `${directory}/${part}`);
      continue;
    }
    const names = (directory: string): readonly string[] =>
      (environment.readDirectory(directory === "" ? "/" : directory) ?? [])
        .filter((name) => matches(part, name))
        .toSorted();
    found = found.flatMap((directory) => names(directory).map((name) => `${directory}/${name}`));
  }
  return found.filter((path) => environment.exists(path));
}

/** Whether a name fits a pattern of `*`, `?`, `[...]`; a leading dot must be written out. Never backtracks further than the last `*`. */
export function matches(pattern: string, name: string): boolean {
  if (name.startsWith(".") && !pattern.startsWith(".")) return false;
  let p = 0;
  let n = 0;
  let star = -1;
  let starAt = 0;
  while (n < name.length) {
    const element = elementAt(pattern, p);
    if (element?.text === "*") {
      star = p++;
      starAt = n;
    } else if (element?.accepts(name.charAt(n)) === true) {
      p += element.text.length;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++starAt;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(p));
}

interface Element {
  readonly text: string;
  readonly accepts: (character: string) => boolean;
}

function elementAt(pattern: string, at: number): Element | undefined {
  if (at >= pattern.length) return undefined;
  const text = pattern.charAt(at);
  if (text === "?" || text === "*") return { text, accepts: () => true };
  const set = text === "[" ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(pattern.slice(at)) : null;
  if (set === null) return { text, accepts: (character) => character === text };
  const [whole, negation, members = ""] = set;
  return { text: whole, accepts: (character) => isMember(members, character) !== (negation !== "") };
}

function isMember(members: string, character: string): boolean {
  for (let i = 0; i < members.length; i++) {
    if (members.charAt(i + 1) === "-" && i + 2 < members.length) {
      if (character >= members.charAt(i) && character <= members.charAt(i + 2)) return true;
      i += 2;
    } else if (members.charAt(i) === character) return true;
  }
  return false;
}
