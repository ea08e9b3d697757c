// Lines into words. The language is line based: `#` and `!` start a comment unless quoted or escaped, double quotes
// group, and unquoted braces stand for themselves wherever they are (keepalived.conf(5)).
import type { Place, SourceLine, Word } from "./source.js";

/** A word or a brace, and where it stands in the text of its line. */
export interface Lexeme {
  readonly kind: "word" | "{" | "}";
  /** Without its double quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A brace, or the words up to the next brace or the end of the line. */
export interface Phrase {
  readonly form: LineForm;
  readonly first: Lexeme;
  readonly rest: readonly Lexeme[];
}

/** What a line says, wherever it stands: lines that are written alike share it. */
export interface LineForm {
  readonly written: Pick<SourceLine, "text" | "use">;
  /** What is to be read of it. */
  readonly text: string;
  /** True: `text` is not what was written, so columns in it mean nothing in the file. */
  readonly expanded: boolean;
  readonly phrases: readonly Phrase[];
  /** Where a double quote starts that is not closed: the word it began is left out. */
  readonly unterminated: number | undefined;
}

/** `${NAME}` or a template's `${NAME:-VALUE}`, where no parameter has been put in. */
export const LEFTOVER = /\$\{([A-Za-z_][A-Za-z0-9_]*)([^{}\s]*)\}/;

const NO_LEXEMES: readonly Lexeme[] = [];

const CR = 0x0d;
const QUOTE = 0x22;
const HASH = 0x23;
const BANG = 0x21;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Gives the lines of a file one by one, without their CR LF or LF, and counted from 1. */
export function eachLine(text: string, use: (line: string, number: number) => void): void {
  for (let start = 0, number = 1; start <= text.length; number++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    use(text.slice(start, end > start && text.charCodeAt(end - 1) === CR ? end - 1 : end), number);
    start = end + 1;
  }
}

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
export function withoutTrailingSpace(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Words and braces of a text; with `leftovers`, the braces of a `${NAME}` that is left in it are part of its word. */
export function lex(
  text: string,
  leftovers = false,
): Pick<LineForm, "unterminated"> & { readonly lexemes: readonly Lexeme[] } {
  const lexemes: Lexeme[] = [];
  const { length } = text;
  let i = 0;
  while (i < length) {
    const code = text.charCodeAt(i);
    if (isSpace(code)) {
      i++;
    } else if (code === OPEN || code === CLOSE) {
      const brace = code === OPEN ? "{" : "}";
      lexemes.push({ kind: brace, text: brace, start: i, end: i + 1 });
      i++;
    } else {
      const start = i;
      let quotes = 0;
      for (; i < length; i++) {
        const next = text.charCodeAt(i);
        if (next === QUOTE) quotes++;
        else if ((quotes & 1) === 0 && (isSpace(next) || next === OPEN || next === CLOSE)) {
          const within = leftovers && next === OPEN ? leftoverEnd(text, i) : i;
          if (within === i) break;
          i = within;
        }
      }
      if ((quotes & 1) === 1) return { lexemes, unterminated: start };
      const written = text.slice(start, i);
      lexemes.push({ kind: "word", text: quotes > 0 ? written.replaceAll('"', "") : written, start, end: i });
    }
  }
  return { lexemes, unterminated: undefined };
}

/** The closing brace of the `${NAME}` whose opening one stands at `open`; `open` where there is none. */
function leftoverEnd(text: string, open: number): number {
  const use = LEFTOVER.exec(text.slice(Math.max(0, open - 1)));
  return use?.index === 0 ? open - 2 + use[0].length : open;
}

export function formOf(written: LineForm["written"], text: string, expanded: boolean, leftovers = false): LineForm {
  const { lexemes, unterminated } = lex(text, leftovers);
  const phrases: Phrase[] = [];
  const form: { -readonly [K in keyof LineForm]: LineForm[K] } = { written, text, expanded, phrases, unterminated };
  for (let from = 0; from < lexemes.length;) {
    const first = lexemes[from];
    if (first === undefined) break;
    let end = from + 1;
    if (first.kind === "word") while (lexemes[end]?.kind === "word") end++;
    phrases.push({ form, first, rest: end === from + 1 ? NO_LEXEMES : lexemes.slice(from + 1, end) });
    from = end;
  }
  // A copy of the right size: an array that has been pushed to keeps room for many.
  form.phrases = phrases.slice();
  return form;
}

/** The line of a form that stands in `file`. */
export const lineOf = ({ written }: LineForm, file: string, number: number): SourceLine =>
  written.use === undefined
    ? { file, number, text: written.text }
    : { file, number, text: written.text, use: written.use };

/** Where a stretch of what a line became is in the file. */
export function placeIn(
  line: SourceLine,
  { text, expanded }: Pick<LineForm, "text" | "expanded">,
  start: number,
  end: number,
): Place {
  if (!expanded) return { line, column: start + 1, length: Math.max(1, end - start) };
  const indent = Math.max(0, line.text.search(/\S/));
  const length = Math.max(1, line.text.trim().length);
  return { line, column: indent + 1, length, expansion: text };
}

export function wordIn(line: SourceLine, form: LineForm, { text, start, end }: Lexeme): Word {
  if (form.expanded) return { text, ...placeIn(line, form, start, end) };
  // By far the most frequent object of a reading: made in one go.
  return { text, line, column: start + 1, length: end - start };
}

const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);
