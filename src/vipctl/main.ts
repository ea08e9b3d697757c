#!/usr/bin/env node
// vipctl: the operator's command. It starts fast because it loads little: no system-call layer, no log.
import { DEFAULT_SETTINGS_FILE, readSettings } from "../process/settings.js";
import { socketPath } from "../process/socket-path.js";
import { parseCommandLine, usage } from "./command-line.js";
import { isConfigCommand, parseConfigCommandLine } from "./config-command-line.js";
import { run } from "./run.js";
import { chooseStyle, coloured } from "./style.js";

// Whoever reads has seen enough (vipctl events | head): that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

const argv = process.argv.slice(2);
void (isConfigCommand(argv) ? lookAtFiles() : askDaemon());

/** Loads the configuration room, which nothing else here needs. */
async function lookAtFiles(): Promise<void> {
  const command = parseConfigCommandLine(argv);
  if (!command.ok) {
    refuse(command.error);
    return;
  }
  const { runConfigCommand } = await import("../process/config-commands.js");
  const colours = chooseStyle(process.stdout.isTTY, process.env) === coloured;
  const { output, complaint, exitCode } = runConfigCommand(command.value, colours);
  process.stdout.write(output);
  if (complaint !== "") process.stderr.write(`vipctl: ${complaint}`);
  process.exitCode = exitCode;
}

async function askDaemon(): Promise<void> {
  const request = parseCommandLine(argv);
  if (!request.ok) {
    refuse(request.error);
    return;
  }
  if (request.value.command === "help") {
    process.stdout.write(usage);
    return;
  }
  const outcome = await run(request.value, {
    socket: request.value.socket ?? usualSocket(request.value.instance ?? ""),
    style: chooseStyle(process.stdout.isTTY, process.env),
    print: (text) => process.stdout.write(text),
  });
  if (!outcome.ok) process.stderr.write(`vipctl: ${outcome.error.text}\n`);
  process.exitCode = outcome.ok ? 0 : outcome.error.exitCode;
}

function usualSocket(instance: string): string {
  return socketPath(readSettings(DEFAULT_SETTINGS_FILE).settings.status.socket, instance);
}

function refuse(why: string): void {
  process.stderr.write(`vipctl: ${why}\n\n${usage}`);
  process.exitCode = 1;
}
