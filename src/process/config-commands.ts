// What vipctl does with configuration files: lint, print, diff, fmt, unsupported. They need no running daemon.
import { readFileSync, writeFileSync } from "node:fs";
import type { Configuration, Diagnostic, Finding } from "../config/index.js";
import { diffConfigurations, renderDifference } from "../config/diff.js";
import { formatText } from "../config/format.js";
import { lint, lintMeanings, type Node } from "../config/lint/index.js";
import { printConfiguration, printJson } from "../config/print.js";
import { reportJson, reportSarif, renderDiagnostic } from "../config/index.js";
import { isSameText } from "../config/same.js";
import { offlineEnvironment, readOffline } from "./offline-configuration.js";
import type { ReportFormat } from "./options.js";
import { VERSION } from "./usage.js";

export type ConfigCommand = { readonly configId?: string } & (
  | { readonly kind: "lint"; readonly files: readonly string[]; readonly format: ReportFormat }
  | { readonly kind: "print"; readonly file: string; readonly json: boolean }
  | { readonly kind: "diff"; readonly before: string; readonly after: string; readonly json: boolean }
  | { readonly kind: "fmt"; readonly files: readonly string[]; readonly mode: "print" | "check" | "write" }
  | { readonly kind: "unsupported"; readonly file: string; readonly json: boolean }
);

export interface CommandResult {
  /** For standard output. */
  readonly output: string;
  /** For standard error. */
  readonly complaint: string;
  readonly exitCode: 0 | 2 | 4;
}

/** A file cannot be read or written. */
const UNREADABLE = 2;
/** There is something to be said: lint has findings, a file has another layout, a reload would be refused. */
const FOUND = 4;

export function runConfigCommand(command: ConfigCommand, colours: boolean): CommandResult {
  switch (command.kind) {
    case "lint":
      return runLint(command.files, command.format, command.configId, colours);
    case "print":
      return withReading(command.file, command.configId, (reading) => ({
        output: command.json ? printJson(reading) : printConfiguration(reading),
        complaint: problemNote(command.file, reading),
        exitCode: 0,
      }));
    case "diff":
      return runDiff(command);
    case "fmt":
      return command.files.map((file) => formatFile(file, command.mode, command.configId)).reduce(both);
    case "unsupported":
      return withReading(command.file, command.configId, (reading) => unsupported(command.file, reading, command.json));
  }
}

const both = (a: CommandResult, b: CommandResult): CommandResult => ({
  output: a.output + b.output,
  complaint: a.complaint + b.complaint,
  exitCode: a.exitCode === UNREADABLE || b.exitCode === 0 ? a.exitCode : b.exitCode,
});

const unreadable = (complaint: string): CommandResult => ({ output: "", complaint, exitCode: UNREADABLE });

function withReading(
  file: string,
  configId: string | undefined,
  use: (reading: Configuration) => CommandResult,
): CommandResult {
  const reading = readOffline(file, configId);
  const missing = missingFile(reading);
  return missing === undefined ? use(reading) : unreadable(`${missing.message}\n`);
}

const missingFile = ({ diagnostics }: Configuration): Diagnostic | undefined =>
  diagnostics.find(({ problem }) => problem === "mainFileUnreadable");

/** These commands speak about what was understood; what was not is the business of -t. */
function problemNote(file: string, { diagnostics }: Configuration): string {
  const errors = diagnostics.filter(({ exitStatus }) => exitStatus !== 0).length;
  if (errors === 0) return "";
  const those = errors === 1 ? "a problem" : `${errors} problems`;
  return `${file} has ${those} of its own: vipd -t -f ${file} shows where\n`;
}

function runLint(
  files: readonly string[],
  format: ReportFormat,
  configId: string | undefined,
  colours: boolean,
): CommandResult {
  const environment = offlineEnvironment(configId);
  const readings = files.map((file) => readOffline(file, configId));
  const missing = readings.map(missingFile).filter((found) => found !== undefined);
  if (missing.length > 0) return unreadable(missing.map(({ message }) => `${message}\n`).join(""));
  const nodes = readings.map(({ statements }, index): Node => ({ file: files[index] ?? "", statements, environment }));
  const findings = lint(nodes);
  const exitCode = findings.length === 0 ? 0 : FOUND;
  const complaint = readings.map((reading, index) => problemNote(files[index] ?? "", reading)).join("");
  return { output: lintReport(findings, format, exitCode, colours), complaint, exitCode };
}

function lintReport(findings: readonly Finding[], format: ReportFormat, exitCode: number, colours: boolean): string {
  switch (format) {
    case "text":
      return findings.map((finding) => `${renderDiagnostic(finding, { colours })}\n\n`).join("");
    case "json":
      return reportJson(findings, exitCode);
    case "sarif":
      return reportSarif(findings, { name: "vipctl lint", version: VERSION, meanings: lintMeanings });
  }
}

function runDiff({ before, after, json, configId }: Extract<ConfigCommand, { kind: "diff" }>): CommandResult {
  return withReading(before, configId, (old) =>
    withReading(after, configId, (wanted) => {
      const difference = diffConfigurations(old, wanted);
      return {
        output: json ? `${JSON.stringify(difference, null, 2)}\n` : renderDifference(difference),
        complaint: "",
        exitCode: difference.refusedBecause.length === 0 ? 0 : FOUND,
      };
    }),
  );
}

/** `print` shows the file in the usual layout, `check` names it when it has another, `write` rewrites it. */
function formatFile(file: string, mode: "print" | "check" | "write", configId: string | undefined): CommandResult {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return unreadable(`${file} cannot be read: ${reasonOf(error)}\n`);
  }
  const formatted = formatText(text);
  if (!isSameText(file, text, formatted, offlineEnvironment(configId))) {
    const complaint = `${file} is left as it is: in another layout it would mean something else; vipd -t -f ${file} may tell why\n`;
    return { output: mode === "print" ? text : "", complaint, exitCode: FOUND };
  }
  if (mode === "print") return { output: formatted, complaint: "", exitCode: 0 };
  if (formatted === text) return { output: "", complaint: "", exitCode: 0 };
  if (mode === "check") return { output: `${file}\n`, complaint: "", exitCode: FOUND };
  try {
    writeFileSync(file, formatted);
    return { output: `${file}\n`, complaint: "", exitCode: 0 };
  } catch (error) {
    return unreadable(`${file} cannot be written: ${reasonOf(error)}\n`);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const NOT_YET: ReadonlySet<string> = new Set(["notSupported", "notSupportedLoud"]);

function unsupported(file: string, { diagnostics }: Configuration, json: boolean): CommandResult {
  const found = diagnostics.filter(({ problem }) => NOT_YET.has(problem));
  if (json) return { output: reportJson(found, 0), complaint: "", exitCode: 0 };
  if (found.length === 0) return { output: `vipd acts on everything in ${file}.\n`, complaint: "", exitCode: 0 };
  const lines = found.map(({ place, message }) =>
    place === undefined ? message : `${place.line.file}:${place.line.number}:${place.column}: ${message}`,
  );
  return { output: `${lines.join("\n")}\n`, complaint: "", exitCode: 0 };
}
