#!/usr/bin/env node
// vipctl: the operator's command. It starts fast because it loads little: no system-call layer, no log.
import { DEFAULT_SETTINGS_FILE, readSettings } from "../process/settings.js";
import { parseCommandLine, usage } from "./command-line.js";
import { run } from "./run.js";
import { chooseStyle } from "./style.js";

// Whoever reads has seen enough (vipctl events | head): that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

const request = parseCommandLine(process.argv.slice(2));
if (!request.ok) {
  process.stderr.write(`vipctl: ${request.error}\n\n${usage}`);
  process.exitCode = 1;
} else if (request.value.command === "help") {
  process.stdout.write(usage);
} else {
  const outcome = await run(request.value, {
    socket: request.value.socket ?? readSettings(DEFAULT_SETTINGS_FILE).settings.status.socket,
    style: chooseStyle(process.stdout.isTTY, process.env),
    print: (text) => process.stdout.write(text),
  });
  if (!outcome.ok) process.stderr.write(`vipctl: ${outcome.error.text}\n`);
  process.exitCode = outcome.ok ? 0 : outcome.error.exitCode;
}
