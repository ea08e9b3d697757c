#!/usr/bin/env node
// vipd: reads the command line and becomes what it asks for. The only file that knows every role.
import { realpathSync } from "node:fs";
import { parse } from "node:path";
import { type CommandLine, parseCommandLine } from "./process/command-line.js";
import { EXIT_FATAL, EXIT_OK, EXIT_SOFTWARE } from "./process/exit-status.js";
import { helpText, signalNames, signalNumber, versionText } from "./process/usage.js";

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** The command line that starts this program once more, in another role. */
const programAs = (role: string, ...words: readonly string[]): readonly [string, ...string[]] => [
  process.execPath,
  ...process.execArgv,
  realpathSync(process.argv[1] ?? ""),
  `--role=${role}`,
  ...words,
];

async function main(words: readonly string[]): Promise<number | "running"> {
  const parsed = parseCommandLine(words);
  if (!parsed.ok) {
    say(parsed.error);
    say(`Try ${programName()} --help`);
    return EXIT_FATAL;
  }
  const commandLine = parsed.value;
  if (commandLine.stray.length > 0) say(`Unexpected argument(s): ${commandLine.stray.join(" ")}`);
  const { action } = commandLine;
  switch (action.kind) {
    case "help":
      say(helpText(programName()));
      return EXIT_OK;
    case "version":
      say(versionText());
      return EXIT_OK;
    case "signalNumber":
      return printSignalNumber(action.name);
    case "genhash":
      say("genhash is not part of this version of vipd; use the genhash of keepalived");
      return EXIT_FATAL;
    case "configTest": {
      const { testConfiguration } = await import("./process/config-test.js");
      return testConfiguration(commandLine.options, action.file);
    }
    case "run":
      return run(commandLine, words);
  }
}

async function run({ role, options }: CommandLine, words: readonly string[]): Promise<number | "running"> {
  switch (role) {
    case "vrrp": {
      process.title = "vipd: vrrp";
      const { runVrrpProcess } = await import("./process/vrrp-process.js");
      runVrrpProcess({ journal: options.journal });
      return "running";
    }
    case "bfd": {
      process.title = "vipd: bfd";
      const { runBfdProcess } = await import("./process/bfd-process.js");
      runBfdProcess();
      return "running";
    }
    case "supervisor": {
      if (options.foreground) return supervise(options, { say, ready: () => undefined });
      const { startDaemon } = await import("./process/daemonize.js");
      return startDaemon({ program: programAs("daemon", ...words), keepsConsole: options.logConsole, say });
    }
    case "daemon": {
      const { StartPipe } = await import("./process/daemonize.js");
      const pipe = new StartPipe();
      const teller = { say: (line: string) => pipe.say(line), ready: () => pipe.finish(EXIT_OK) };
      const exitCode = await supervise(options, teller);
      pipe.finish(exitCode);
      return exitCode;
    }
  }
}

async function supervise(
  options: CommandLine["options"],
  teller: { say(line: string): void; ready(): void },
): Promise<number> {
  process.title = "vipd";
  const { startSupervisor } = await import("./process/start.js");
  return startSupervisor(options, { vrrpProgram: programAs("vrrp"), bfdProgram: programAs("bfd") }, teller);
}

function printSignalNumber(name: string): number {
  const number = signalNumber(name);
  if (number === undefined) {
    say(`Unknown sigfunc ${name}; there are ${signalNames.join(" ")}`);
    return EXIT_FATAL;
  }
  process.stdout.write(`${number}\n`);
  return EXIT_OK;
}

/** What it was called by: a link may be named keepalived. */
function programName(): string {
  const name = parse(process.argv[1] ?? "").name;
  return name === "main" ? "vipd" : name;
}

main(process.argv.slice(2)).then(
  (outcome) => {
    if (outcome !== "running") process.exit(outcome);
  },
  (error: unknown) => {
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say(`vipd: internal error, please report it: ${trace}`);
    process.exit(EXIT_SOFTWARE);
  },
);
