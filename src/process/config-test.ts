// --config-test: says what is wrong with a configuration, and ends with keepalived's exit status. Text goes where
// keepalived's goes; JSON and SARIF go to standard output or become the file.
import { appendFileSync, writeFileSync } from "node:fs";
import { meanings, reportJson, reportSarif } from "../config/index.js";
import { loadConfiguration } from "./config-file.js";
import type { Configuration } from "./configuration.js";
import { EXIT_FATAL } from "./exit-status.js";
import type { Options, ReportFormat } from "./options.js";
import { VERSION } from "./usage.js";

/**
 * `file` absent: what keepalived would complain about goes to standard error, remarks of vipd's own and the count to
 * standard output. Otherwise all is added to the file.
 */
export function testConfiguration(options: Options, file: string | undefined): number {
  const colours = (): boolean => file === undefined && process.stderr.isTTY && (process.env["NO_COLOR"] ?? "") === "";
  const configuration = loadConfiguration(options, { colours });
  const { complaints, remarks } = reportAs(options.reportFormat, configuration);
  if (file === undefined) {
    // A stream that is only asked for costs as much as a small configuration.
    if (complaints !== "") process.stderr.write(complaints);
    if (remarks !== "") process.stdout.write(remarks);
    return configuration.testStatus;
  }
  const report = complaints + remarks;
  if (report === "") return configuration.testStatus;
  try {
    const write = options.reportFormat === "text" ? appendFileSync : writeFileSync;
    write(file, report, { mode: 0o600 });
    return configuration.testStatus;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`vipd: cannot write the report of -t: ${why}; the report follows\n${report}`);
    return EXIT_FATAL;
  }
}

export interface TestReport {
  /** What keepalived would complain about as well. */
  readonly complaints: string;
  /** What only vipd has to say, and the count of everything. */
  readonly remarks: string;
}

/** A document for programs holds everything, and goes where the remarks go. */
export function reportAs(format: ReportFormat, configuration: Configuration): TestReport {
  const { findings, testStatus } = configuration;
  switch (format) {
    case "text":
      return reportOf(configuration);
    case "json":
      return { complaints: "", remarks: reportJson(findings, testStatus) };
    case "sarif":
      return { complaints: "", remarks: reportSarif(findings, { name: "vipd", version: VERSION, meanings }) };
  }
}

/** Every problem with its place, and how many there are; empty when there is none. */
export function reportOf({ problems, misread }: Configuration): TestReport {
  if (problems.length === 0) return { complaints: "", remarks: "" };
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const summary = `${count(errors, "error")}, ${count(problems.length - errors, "warning")}`;
  const texts = (remark: boolean): string =>
    problems.flatMap((problem) => (problem.remark === remark ? `${problem.text}\n\n` : [])).join("");
  return { complaints: texts(false) + misreadings(misread), remarks: `${texts(true)}${summary}\n` };
}

/** Last, so that they do not stand between what is wrong and the reader. */
const misreadings = (lines: readonly string[]): string =>
  lines.length === 0
    ? ""
    : `keepalived reads on inside a damaged block, and complains about these lines as well:\n${lines.join("\n")}\n`;

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
