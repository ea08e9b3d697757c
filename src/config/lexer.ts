// Lines into words. The language is line based: `#` and `!` start a comment unless quoted or escaped, double quotes
// group, and unquoted braces stand for themselves wherever they are (keepalived.conf(5)).
import type { Place, SourceLine, Word } from "./source.js";

/** A line after comments, conditions and parameters have been dealt with. */
export interface LogicalLine {
  readonly source: SourceLine;
  readonly text: string;
  /** True: `text` is not what was written, so columns in it mean nothing in the file. */
  readonly expanded: boolean;
}

export interface Token extends Word {
  readonly kind: "word" | "{" | "}";
  /** Where it starts and ends in the text of the logical line. */
  readonly start: number;
  readonly end: number;
}

export interface LexedLine {
  readonly tokens: readonly Token[];
  /** A double quote that is not closed: the word it began is left out. */
  readonly unterminated?: Place;
}

const QUOTE = 0x22;
const HASH = 0x23;
const BANG = 0x21;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Lines of a file, their CR LF or LF removed. */
export const splitLines = (text: string): readonly string[] =>
  text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));

/** Cuts the comment and the white space at the end off; `\#` and `\!` become the bare character. */
export function withoutComment(text: string): string {
  if (!text.includes("#") && !text.includes("!")) return withoutTrailingSpace(text);
  let quoted = false;
  let kept = "";
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) quoted = !quoted;
    else if (!quoted && (code === HASH || code === BANG)) {
      if (i === 0 || text.charCodeAt(i - 1) !== BACKSLASH) return withoutTrailingSpace(kept + text.slice(from, i));
      kept += text.slice(from, i - 1);
      from = i;
    }
  }
  return withoutTrailingSpace(kept + text.slice(from));
}

/** A no-break space is no space here, but part of a word. */
function withoutTrailingSpace(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Words and braces of a line. */
export function lexLine(line: LogicalLine): LexedLine {
  const { text } = line;
  const tokens: Token[] = [];
  const { length } = text;
  let i = 0;
  while (i < length) {
    const code = text.charCodeAt(i);
    if (isSpace(code)) {
      i++;
    } else if (code === OPEN || code === CLOSE) {
      tokens.push(token(line, code === OPEN ? "{" : "}", i, i + 1, code === OPEN ? "{" : "}"));
      i++;
    } else {
      const start = i;
      let quotes = 0;
      for (; i < length; i++) {
        const next = text.charCodeAt(i);
        if (next === QUOTE) quotes++;
        else if ((quotes & 1) === 0 && (isSpace(next) || next === OPEN || next === CLOSE)) break;
      }
      if ((quotes & 1) === 1) return { tokens, unterminated: placeIn(line, start, length) };
      const written = text.slice(start, i);
      tokens.push(token(line, "word", start, i, quotes > 0 ? written.replaceAll('"', "") : written));
    }
  }
  return { tokens };
}

/** Where a stretch of the logical line is in the file. */
export function placeIn(line: LogicalLine, start: number, end: number): Place {
  if (!line.expanded) return { line: line.source, column: start + 1, length: Math.max(1, end - start) };
  const indent = Math.max(0, line.source.text.search(/\S/));
  const length = Math.max(1, line.source.text.trim().length);
  return { line: line.source, column: indent + 1, length, expansion: line.text };
}

function token(line: LogicalLine, kind: Token["kind"], start: number, end: number, text: string): Token {
  if (line.expanded) return { kind, text, start, end, ...placeIn(line, start, end) };
  // By far the most frequent object of a reading: made in one go.
  return { kind, text, start, end, line: line.source, column: start + 1, length: end - start };
}

const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);
