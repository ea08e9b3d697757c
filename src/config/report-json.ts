// What is wrong with a configuration, for programs: one JSON document. Every member of a finding is there whenever the
// text form shows it; members may be added, none is ever renamed.
import type { Finding } from "./diagnostics.js";

export interface FindingJson {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly hint?: string;
  readonly file?: string;
  /** Counted from 1, as `column`. */
  readonly line?: number;
  readonly column?: number;
  /** In characters. */
  readonly length?: number;
  /** The line as it stands in the file. */
  readonly source?: string;
  /** What the line became, where parameters changed it. */
  readonly expansion?: string;
}

export const findingJson = ({ code, severity, message, hint, place }: Finding): FindingJson => ({
  code,
  severity,
  message,
  ...(hint !== undefined && { hint }),
  ...(place !== undefined && {
    file: place.line.file,
    line: place.line.number,
    column: place.column,
    length: place.length,
    source: place.line.text,
    ...(place.expansion !== undefined && { expansion: place.expansion }),
  }),
});

/** The document that `--format json` prints; `exitStatus` is what the program ends with. */
export function reportJson(findings: readonly Finding[], exitStatus: number): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const report = { exitStatus, errors, warnings: findings.length - errors, diagnostics: findings.map(findingJson) };
  return `${JSON.stringify(report, null, 2)}\n`;
}
