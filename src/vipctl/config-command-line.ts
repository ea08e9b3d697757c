// The commands of vipctl that look at configuration files and need no daemon.
import { err, ok, type Result } from "../base/result.js";
import { nearestWord } from "../base/spelling.js";
import type { ConfigCommand } from "../process/config-commands.js";

const actions = ["print", "diff", "fmt", "unsupported"];
const options = ["--json", "--format", "--check", "--write", "--config-id"];

export const configUsage = `  lint FILE...            what is allowed and still goes wrong, also between the files of several nodes
  config print FILE       the configuration as it is understood: includes, parameters, defaults put in;
                          --json has units in names: advertisementIntervalMicros
  config diff OLD NEW     what a reload from one file to the other would do
  config fmt FILE...      the usual layout; --check names files that have another one, --write rewrites
  config unsupported FILE what the file asks for and vipd does not act on yet
`;

/** True for a command line that is to be read here. */
export const isConfigCommand = (argv: readonly string[]): boolean => {
  const command = argv.find((word) => !word.startsWith("-"));
  return command === "lint" || command === "config";
};

interface Draft {
  readonly words: string[];
  readonly given: Set<string>;
  format: "text" | "json" | "sarif";
  configId?: string;
}

/** The error is a sentence for the operator. */
export function parseConfigCommandLine(argv: readonly string[]): Result<ConfigCommand, string> {
  const draft: Draft = { words: [], given: new Set(), format: "text" };
  const rest = argv.flatMap((word) => {
    const equals = word.indexOf("=");
    return word.startsWith("--") && equals > 0 ? [word.slice(0, equals), word.slice(equals + 1)] : [word];
  });
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const wrong = takeWord(word, rest, draft);
    if (wrong !== undefined) return err(wrong);
  }
  const [command, ...operands] = draft.words;
  return command === "lint" ? lintCommand(operands, draft) : configCommand(operands, draft);
}

function takeWord(word: string, rest: string[], draft: Draft): string | undefined {
  if (!word.startsWith("-")) {
    draft.words.push(word);
    return undefined;
  }
  if (!options.includes(word)) {
    const nearest = nearestWord(word, options);
    return `unknown option ${word}${nearest === undefined ? "" : `; did you mean ${nearest}?`}`;
  }
  draft.given.add(word);
  if (word === "--json") draft.format = "json";
  if (word === "--format") {
    const format = rest.shift();
    if (format !== "text" && format !== "json" && format !== "sarif") return "--format takes text, json or sarif";
    draft.format = format;
  }
  if (word === "--config-id") {
    const configId = rest.shift();
    if (configId === undefined || configId === "") return "--config-id needs the ID whose @ID lines are to be kept";
    draft.configId = configId;
  }
  return undefined;
}

const common = ({ configId }: Draft): { readonly configId?: string } => (configId === undefined ? {} : { configId });

function lintCommand(files: readonly string[], draft: Draft): Result<ConfigCommand, string> {
  if (files.length === 0) return err("lint needs a configuration file, or one of each node");
  const wrong = unfit(draft, "lint", "--json", "--format");
  return wrong === undefined ? ok({ ...common(draft), kind: "lint", files, format: draft.format }) : err(wrong);
}

function configCommand([action, ...files]: readonly string[], draft: Draft): Result<ConfigCommand, string> {
  const json = draft.format === "json";
  const [file, second, ...extra] = files;
  const takes = (...fitting: readonly string[]): string | undefined =>
    unfit(draft, `config ${action ?? ""}`, ...fitting);
  switch (action) {
    case undefined:
      return err(`config needs one of ${actions.join(", ")}`);
    case "print":
    case "unsupported": {
      if (file === undefined || second !== undefined) return err(`config ${action} takes one file`);
      const wrong = takes("--json");
      return wrong === undefined ? ok({ ...common(draft), kind: action, file, json }) : err(wrong);
    }
    case "diff": {
      if (file === undefined || second === undefined || extra.length > 0) return err("config diff takes two files");
      const wrong = takes("--json");
      return wrong === undefined
        ? ok({ ...common(draft), kind: "diff", before: file, after: second, json })
        : err(wrong);
    }
    case "fmt": {
      if (file === undefined) return err("config fmt needs a file");
      if (draft.given.has("--check") && draft.given.has("--write"))
        return err("--check and --write exclude each other");
      const mode = draft.given.has("--check") ? "check" : draft.given.has("--write") ? "write" : "print";
      const wrong = takes("--check", "--write");
      return wrong === undefined ? ok({ ...common(draft), kind: "fmt", files, mode }) : err(wrong);
    }
    default: {
      const nearest = nearestWord(action, actions);
      return err(`config cannot ${action}${nearest === undefined ? "" : `; did you mean ${nearest}?`}`);
    }
  }
}

/** An option that the command does not take, in a sentence. */
function unfit({ given }: Draft, command: string, ...fitting: readonly string[]): string | undefined {
  const wrong = [...given].find((option) => option !== "--config-id" && !fitting.includes(option));
  return wrong === undefined ? undefined : `${command.trim()} does not take ${wrong}`;
}
