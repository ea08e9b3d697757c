// --config-test: says what is wrong with a configuration, to standard error or to a file, and ends with keepalived's
// exit status.
import { appendFileSync } from "node:fs";
import { loadConfiguration } from "./config-file.js";
import type { Configuration } from "./configuration.js";
import { EXIT_FATAL } from "./exit-status.js";
import type { Options } from "./options.js";

/** `file` absent: to standard error. The file is added to, as keepalived does. */
export function testConfiguration(options: Options, file: string | undefined): number {
  const colours = file === undefined && process.stderr.isTTY && process.env["NO_COLOR"] === undefined;
  const configuration = loadConfiguration(options, { colours });
  const text = reportText(configuration);
  if (text === "") return configuration.testStatus;
  if (file === undefined) {
    process.stderr.write(text);
    return configuration.testStatus;
  }
  try {
    appendFileSync(file, text, { mode: 0o600 });
    return configuration.testStatus;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`vipd: cannot write the report of -t: ${why}; the report follows\n${text}`);
    return EXIT_FATAL;
  }
}

/** Every problem with its place, and how many there are; empty when there is none. */
export function reportText({ problems }: Configuration): string {
  if (problems.length === 0) return "";
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const summary = `${count(errors, "error")}, ${count(problems.length - errors, "warning")}`;
  return `${problems.map(({ text }) => text).join("\n\n")}\n\n${summary}\n`;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
