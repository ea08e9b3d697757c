// The command line of keepalived(8), and vipd's own additions to it: argument vector in, one plain value out.
//
// Words are read as getopt_long(3) reads them: short options in clusters (`-nlD`), their values attached or following,
// long options by any unambiguous beginning, optional values only attached (`-tFILE`, `--config-test=FILE`), options
// and other words in any order, `--` ends the options.
import { type Result, err, ok } from "../base/result.js";
import { optionRows } from "./option-rows.js";
import type { Draft, OptionRow } from "./option-table.js";
import { type Action, type Options, type Role, defaultOptions } from "./options.js";

export interface CommandLine {
  readonly role: Role;
  readonly action: Action;
  readonly options: Options;
  /** Words that belong to no option: keepalived names them and goes on. */
  readonly stray: readonly string[];
}

/** Reads the words after the program's name; the error is a sentence for standard error, with exit status 1. */
export function parseCommandLine(words: readonly string[]): Result<CommandLine, string> {
  const draft: Draft = { role: "supervisor", action: { kind: "run" }, options: { ...defaultOptions }, only: new Set() };
  const stray: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      stray.push(...rest);
      break;
    }
    if (word.startsWith("-") && word !== "-") {
      const problem = word.startsWith("--") ? readLong(word.slice(2), rest, draft) : readCluster(word, rest, draft);
      if (problem !== undefined) return err(problem);
    } else {
      stray.push(word);
    }
  }
  return ok({ role: draft.role, action: draft.action, options: withSelection(draft), stray });
}

/** `-P` and `-C` each name a half that is wanted; without them every half is. */
function withSelection({ options, only }: Draft): Options {
  if (only.size === 0) return options;
  return { ...options, vrrp: only.has("vrrp"), checkers: only.has("checkers") };
}

function readLong(text: string, rest: string[], draft: Draft): string | undefined {
  const equals = text.indexOf("=");
  const name = equals === -1 ? text : text.slice(0, equals);
  const attached = equals === -1 ? undefined : text.slice(equals + 1);
  const row = findLong(name);
  if (typeof row === "string") return row;
  if (row.argument === "none") {
    return attached === undefined
      ? row.apply(draft, "")
      : `Option --${row.long} takes no value, but "${attached}" was given`;
  }
  return applyWithArgument(row, `--${row.long}`, attached, rest, draft);
}

function findLong(name: string): OptionRow | string {
  const exact = optionRows.find((row) => row.long === name);
  if (exact !== undefined) return exact;
  const candidates = name === "" ? [] : optionRows.filter((row) => row.long.startsWith(name) && !row.hidden);
  const [only] = candidates;
  if (only === undefined) return `Unknown option --${name}`;
  if (candidates.length === 1) return only;
  return `Option --${name} is ambiguous: it may mean ${candidates.map((row) => `--${row.long}`).join(" or ")}`;
}

function readCluster(word: string, rest: string[], draft: Draft): string | undefined {
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at);
    const row = optionRows.find((candidate) => candidate.short === letter);
    if (row === undefined) return `Unknown option -${letter}`;
    if (row.argument !== "none") {
      const attached = word.slice(at + 1);
      return applyWithArgument(row, `-${letter}`, attached === "" ? undefined : attached, rest, draft);
    }
    const problem = row.apply(draft, "");
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function applyWithArgument(
  row: OptionRow,
  spelling: string,
  attached: string | undefined,
  rest: string[],
  draft: Draft,
): string | undefined {
  const value = attached ?? (row.argument === "required" ? rest.shift() : "");
  if (value === undefined) return `Option ${spelling} needs a value: ${row.valueName ?? "VALUE"}`;
  return row.apply(draft, value);
}
