// What a line of a file must not be: these lines never reach the lexer.
import type { Report } from "./diagnostics.js";
import { startOfLine, type SourceLine } from "./source.js";
import { isLongerThan } from "./utf8.js";

/** Longest line that keepalived reads, in bytes. */
export const MAX_LINE = 1023;

const BYTE_ORDER_MARK = "\ufeff";
const REPLACEMENT_CHARACTER = "\ufffd";

/** The text without a byte order mark, which would be read as part of the first keyword. */
export function withoutMark(file: string, text: string, report: Report): string {
  if (!text.startsWith(BYTE_ORDER_MARK)) return text;
  const rest = text.slice(1);
  const line: SourceLine = { file, number: 1, text: rest.split(/\r?\n/, 1)[0] ?? "" };
  report.add(
    "byteOrderMark",
    { line, column: 1, length: 1 },
    "the file starts with a byte order mark",
    "save it as UTF-8 without one: keepalived misreads the first line",
  );
  return rest;
}

/** Too short for its length to matter, whatever its characters are. */
export const isShort = (text: string): boolean => text.length * 3 <= MAX_LINE;

/** False for a line that has to be left out. */
export function isReadable(source: SourceLine, report: Report): boolean {
  const { text } = source;
  if (text.includes("\0")) {
    report.add(
      "nulByte",
      startOfLine(source),
      "the line contains a NUL byte and is ignored",
      "save the file as plain text",
    );
    return false;
  }
  if (isLongerThan(text, MAX_LINE)) {
    report.add(
      "lineTooLong",
      startOfLine(source),
      `the line has more than ${MAX_LINE} bytes and is ignored`,
      "break it up; comments count as well",
    );
    return false;
  }
  if (text.includes(REPLACEMENT_CHARACTER)) {
    report.add("notUtf8", startOfLine(source), "the line is not valid UTF-8", "save the file as UTF-8");
  }
  return true;
}
