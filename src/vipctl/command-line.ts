// What the operator asks of vipctl.
import { err, ok, type Result } from "../base/result.js";
import { nearestWord } from "../base/spelling.js";
import { configUsage } from "./config-command-line.js";

export type Request = { readonly socket?: string; readonly instance?: string; readonly json: boolean } & (
  | { readonly command: "status" | "version" | "help" }
  | { readonly command: "instance"; readonly name: string }
  | { readonly command: "bfd"; readonly name?: string }
  | { readonly command: "events"; readonly follow: boolean; readonly since?: number }
);

const commands = ["status", "instance", "bfd", "events", "lint", "config", "version", "help"];
const options = ["--socket", "--instance", "--json", "--follow", "--since", "--help", "--version"];

export const usage = `Usage: vipctl [--socket PATH] [--json] COMMAND

Asks the running vipd what it does, and why. Looks at configuration files without one.

  status                  every instance: its state, since when and why, its addresses, what is wrong
  instance NAME           everything about one instance: timers, trackers, counters, rejected packets
  bfd [NAME]              BFD sessions: their state and why, intervals, counters, ignored packets
  events                  what has happened so far: transitions, complaints, scripts, hooks, reloads
  events --follow         the last ten events, and then what happens, until Ctrl-C
  events --since N        only events after number N (with or without --follow)
${configUsage}  version                 versions of vipctl and of the daemon
  help                    this text

Options:
  --json                  the daemon's own answer, for programs: one JSON document (events: one a line)
  --format FORMAT         of lint: text, json or sarif
  --config-id ID          of configuration files: keep the @ID lines of this ID (default: host name)
  --instance NAME         which vipd of several: its instance, net_namespace, or NAMESPACE_INSTANCE
  --socket PATH           the daemon's status socket, where it is not the usual one

Colours are for terminals only, and NO_COLOR=1 turns them off.
Exit status: 0 done, 1 wrong usage, 2 the daemon or a file cannot be reached, 3 the daemon
answered with an error, 4 lint found something, fmt --check would change a file, or a reload would
be refused.
`;

interface Draft {
  readonly words: string[];
  json: boolean;
  follow: boolean;
  socket?: string;
  instance?: string;
  since?: number;
}

/** `argv` without the interpreter and the program. The error is a sentence for the operator. */
export function parseCommandLine(argv: readonly string[]): Result<Request, string> {
  const draft: Draft = { words: [], json: false, follow: false };
  const rest = argv.flatMap(splitValue);
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const wrong = takeWord(word, rest, draft);
    if (wrong !== undefined) return err(wrong);
  }
  return toRequest(draft);
}

/** `--socket=PATH` is `--socket PATH`. */
function splitValue(word: string): readonly string[] {
  const equals = word.indexOf("=");
  return word.startsWith("--") && equals > 0 ? [word.slice(0, equals), word.slice(equals + 1)] : [word];
}

function takeWord(word: string, rest: string[], draft: Draft): string | undefined {
  switch (word) {
    case "--json":
      draft.json = true;
      return undefined;
    case "-f":
    case "--follow":
      draft.follow = true;
      return undefined;
    case "-h":
    case "--help":
      draft.words.unshift("help");
      return undefined;
    case "-v":
    case "--version":
      draft.words.unshift("version");
      return undefined;
    case "-s":
    case "--socket": {
      const path = rest.shift();
      if (path === undefined || path === "") return "--socket needs the path of the daemon's status socket";
      draft.socket = path;
      return undefined;
    }
    case "--instance": {
      const name = rest.shift();
      if (name === undefined || !/^[^/]+$/.test(name))
        return "--instance needs the name of a vipd, as its instance says";
      draft.instance = name;
      return undefined;
    }
    case "--since": {
      const text = rest.shift() ?? "";
      if (!/^[0-9]{1,15}$/.test(text)) return "--since needs the number of an event, for example --since 42";
      draft.since = Number(text);
      return undefined;
    }
    default:
      if (word.startsWith("-")) return `unknown option ${word}${suggestion(word, options)}`;
      draft.words.push(word);
      return undefined;
  }
}

function toRequest({ words, json, follow, socket, instance, since }: Draft): Result<Request, string> {
  const [command, ...operands] = words;
  if (socket !== undefined && instance !== undefined)
    return err("--socket and --instance both name a daemon: give one");
  const common = { json, ...(socket !== undefined && { socket }), ...(instance !== undefined && { instance }) };
  if (command !== "events" && command !== "help" && (follow || since !== undefined)) {
    return err("--follow and --since belong to the command events");
  }
  switch (command) {
    case undefined:
      return err("a command is missing");
    case "help":
      return ok({ ...common, command });
    case "status":
    case "version":
      return operands.length === 0
        ? ok({ ...common, command })
        : err(`${command} takes no argument: ${operands.join(" ")}`);
    case "instance": {
      const [name, ...extra] = operands;
      if (name === undefined) return err("instance needs the name of a vrrp_instance; vipctl status lists them");
      return extra.length === 0
        ? ok({ ...common, command, name })
        : err("instance takes one name; quote it if it has blanks");
    }
    case "bfd": {
      const [name, ...extra] = operands;
      if (extra.length > 0) return err("bfd takes one name at most; quote it if it has blanks");
      return ok({ ...common, command, ...(name !== undefined && { name }) });
    }
    case "events":
      if (operands.length > 0) return err(`events takes no argument: ${operands.join(" ")}`);
      return ok({ ...common, command, follow, ...(since !== undefined && { since }) });
    default:
      return err(`unknown command ${command}${suggestion(command, commands)}`);
  }
}

function suggestion(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? "" : `; did you mean ${nearest}?`;
}
