// A diagnostic as text: where, what, the line with a caret, what to do.
import type { Diagnostic, Finding } from "./diagnostics.js";
import type { Misreading } from "./keepalived-view.js";
import { shownLine, type SourceLine } from "./source.js";

export interface RenderOptions {
  /** ANSI colours (ECMA-48 SGR), for terminals. */
  readonly colours: boolean;
}

const SGR = { bold: "1", red: "31", yellow: "33", cyan: "36" } as const;

/** One diagnostic, several lines, without a line end after the last one. */
export function renderDiagnostic(diagnostic: Finding, options: RenderOptions = { colours: false }): string {
  const paint = (style: keyof typeof SGR, text: string): string =>
    options.colours ? `\u001b[${SGR[style]}m${text}\u001b[0m` : text;
  const { place } = diagnostic;
  const label = paint(diagnostic.severity === "error" ? "red" : "yellow", diagnostic.severity);
  const heading = `${label} ${diagnostic.code}: ${paint("bold", diagnostic.message)}`;
  const lines: string[] = [];
  if (place === undefined) {
    lines.push(heading);
  } else {
    const margin = String(place.line.number);
    const empty = " ".repeat(margin.length);
    const text = visible(place.line.text);
    lines.push(`${place.line.file}:${place.line.number}:${place.column}: ${heading}`);
    lines.push(` ${margin} | ${text}`);
    lines.push(` ${empty} | ${paint("cyan", " ".repeat(place.column - 1) + caret(place.column, place.length, text))}`);
    if (place.expansion !== undefined) lines.push(` ${empty} = expands to: ${visible(place.expansion.trim())}`);
  }
  if (diagnostic.hint !== undefined) lines.push(`   help: ${diagnostic.hint}`);
  return lines.join("\n");
}

/**
 * One diagnostic as `--config-test` shows it. A problem of a line starts with the words in which keepalived names one,
 * `(Line N)` or, of several files, `(FILE: Line N)`, so that what reads keepalived's output reads this; the missing
 * script security is keepalived's words in one line, which scripts around `-t` look for.
 */
export function renderFinding(
  diagnostic: Diagnostic,
  options: RenderOptions & { readonly severalFiles: boolean },
): string {
  const { place, stage, problem, code, hint } = diagnostic;
  if (problem === "scriptSecurityOff") {
    const where = place === undefined ? "" : ` (first in ${place.line.file}:${place.line.number}:${place.column})`;
    return `SECURITY VIOLATION - scripts are being executed but script_security not enabled${where}: ${hint ?? ""} [${code}]`;
  }
  const text = renderDiagnostic(diagnostic, options);
  if (place === undefined || stage === "completion") return text;
  return `${lineMark(shownLine(place), options)} ${text}`;
}

/** A line that keepalived alone complains about, in one line. */
export function renderMisreading({ line, cause }: Misreading, options: { readonly severalFiles: boolean }): string {
  const because = `${cause.line.file === line.file ? "" : `${cause.line.file}:`}${cause.line.number}`;
  return `${lineMark(line, options)} ${line.file}:${line.number}: misread by keepalived, because of line ${because}`;
}

const lineMark = ({ file, number }: SourceLine, { severalFiles }: { readonly severalFiles: boolean }): string =>
  severalFiles ? `(${file}: Line ${number})` : `(Line ${number})`;

/** Control characters would disturb the terminal and the caret's column: each becomes one space or a dot. */
const visible = (text: string): string =>
  text.replace(/\p{Cc}/gu, (character) => (character === "\t" ? " " : "\u00b7"));

const caret = (column: number, length: number, text: string): string =>
  "^".repeat(Math.max(1, Math.min(length, text.length - column + 1)));
