// Commands and the identities they run under: `"CMD ARGS" [USER [:][GROUP]]`.
import type { Identity } from "../base/command.js";
import type { ScriptConf } from "./conf.js";
import { shellWords } from "./shell-words.js";
import type { Place, Word } from "./source.js";
import type { Argument, Scope } from "./table.js";

/** The identity that `USER [:][GROUP]` names; undefined after a report. */
export function readIdentity(
  words: readonly string[],
  at: Place,
  absence: "unknownUser" | "unknownScriptUser",
  { environment, report }: Scope,
): Identity | undefined {
  const [name, ...rest] = words;
  if (name === undefined) return undefined;
  const user = environment.findUser(name);
  if (user === undefined) {
    report.add(absence, at, `there is no user '${name}'`, `create it, for example with useradd --system ${name}`);
    return undefined;
  }
  // ":" and "GROUP", ":GROUP" or "GROUP": a colon asks for the supplementary groups of the user as well.
  const group = rest.join("");
  const groups = group.startsWith(":") ? user.supplementaryGroups : [];
  const groupName = group.replace(/^:/, "");
  if (groupName === "") return { user: name, uid: user.uid, gid: user.gid, groups };
  const gid = environment.findGroup(groupName);
  if (gid === undefined) {
    report.add(
      absence,
      at,
      `there is no group '${groupName}'`,
      `create it, for example with groupadd --system ${groupName}`,
    );
    return undefined;
  }
  return { user: name, uid: user.uid, gid, groups };
}

/** `USER [:][GROUP]`. */
export const identity: Argument<Identity> = {
  grammar: "USER [:][GROUP]",
  takes: { kind: "identity" },
  parse(words, scope) {
    const [user] = words;
    return user === undefined
      ? undefined
      : readIdentity(
          words.slice(0, 3).map((word) => word.text),
          user,
          "unknownScriptUser",
          scope,
        );
  },
};

/** A command, with the identity that may follow it; `absence`: what it means that there is no such user. */
const scriptOf = (absence: "unknownUser" | "unknownScriptUser"): Argument<ScriptConf> => ({
  grammar: '"COMMAND ARGUMENTS" [USER [:][GROUP]]',
  takes: { kind: "command", identity: true },
  parse(words, scope, statement) {
    const at = words[0] ?? statement.keyword;
    const split = splitCommand(statement.raw, at, scope);
    if (split === undefined) return undefined;
    const { argv, rest } = split;
    if (rest.length === 0) return { argv, at };
    const runAs = readIdentity(rest.slice(0, 3), words[1] ?? at, absence, scope);
    return runAs === undefined ? undefined : { argv, identity: runAs, at };
  },
});

/** A notify script: keepalived does without it when there is no such user. */
export const script: Argument<ScriptConf> = scriptOf("unknownUser");

/** A script of the daemon itself. */
export const startScript: Argument<ScriptConf> = scriptOf("unknownScriptUser");

/** A command alone: words after it do not count. */
export const command: Argument<ScriptConf> = {
  grammar: '"COMMAND ARGUMENTS"',
  takes: { kind: "command", identity: false },
  parse(words, scope, statement) {
    const at = words[0] ?? statement.keyword;
    const split = splitCommand(statement.raw, at, scope);
    return split === undefined ? undefined : { argv: split.argv, at };
  },
};

/** `</dev/tcp/192.0.2.1/80` and the like, an idiom of keepalived.conf(5): no program, so a shell is to make sense of it. */
export const SHELL = "/bin/sh";

const isRedirection = (command: string): boolean => command.startsWith("</");

interface SplitCommand {
  readonly argv: readonly string[];
  /** The words of the line that follow the command. */
  readonly rest: readonly string[];
}

function splitCommand(raw: string, at: Word, { report }: Scope): SplitCommand | undefined {
  const words = shellWords(raw);
  const argv = words === undefined ? undefined : shellWords(words[1] ?? "");
  if (words === undefined || argv === undefined) {
    report.add(
      "unterminatedQuote",
      at,
      "a quote in the command is not closed",
      "close it, or escape it with a backslash",
    );
    return undefined;
  }
  if (argv.length === 0) {
    report.add("invalidName", at, "the command is empty", "write the path of a program");
    return undefined;
  }
  return { argv: isRedirection(words[1] ?? "") ? [SHELL, "-c", words[1] ?? ""] : argv, rest: words.slice(2) };
}
