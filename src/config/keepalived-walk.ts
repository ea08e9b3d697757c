// Words into statements as keepalived makes them: it looks every word up at the place where it believes to be, so an
// unknown keyword opens no block, and the brace that was to close that block closes the one around it. `tree.ts` reads
// what was meant instead; this reading tells what keepalived says about the same text.
import type { Report } from "./diagnostics.js";
import { lineOf, placeIn, wordIn, type LineForm, type Phrase } from "./lexer.js";
import type { Word } from "./source.js";
import type { RowFacts, TableFacts } from "./table.js";
import type { Block, Statement } from "./tree.js";

/** What a process of keepalived does with a block of the top level: it skips what others read. */
export type Care = "reads" | "walks" | "skips";

/** A brace or some words, and where they stand: what keepalived looks at in one go. */
interface Piece {
  readonly phrase: Phrase;
  readonly file: string;
  readonly number: number;
}

export type Pieces = readonly Piece[];

const DEPTH = { "{": 1, "}": -1, word: 0 } as const;

/** Collects the pieces of a text. */
export class PieceCollector {
  readonly #pieces: Piece[] = [];
  readonly #report: Report;
  #open = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  take(file: string, number: number, form: LineForm): void {
    if (form.unterminated !== undefined) {
      const quote = placeIn(lineOf(form, file, number), form, form.unterminated, form.text.length);
      this.#report.add("unterminatedQuote", quote, "the double quote is not closed", 'add a " on the same line');
    }
    for (const phrase of form.phrases) {
      this.#pieces.push({ phrase, file, number });
      this.#open = Math.max(0, this.#open + DEPTH[phrase.first.kind]);
    }
  }

  finish(): Pieces {
    if (this.#open > 0)
      this.#report.add("missingBrace", undefined, `there are ${this.#open} '}' missing, or '{' too many`);
    return this.#pieces;
  }
}

/** The statements of the top level that one process reads. */
export function walk(
  pieces: Pieces,
  root: TableFacts,
  careOf: (row: RowFacts) => Care,
  report: Report,
): readonly Statement[] {
  return new Walker(pieces, careOf, report).statements(root, true);
}

class Walker {
  readonly #pieces: Pieces;
  readonly #careOf: (row: RowFacts) => Care;
  readonly #report: Report;
  #next = 0;

  constructor(pieces: Pieces, careOf: (row: RowFacts) => Care, report: Report) {
    this.#pieces = pieces;
    this.#careOf = careOf;
    this.#report = report;
  }

  /** Statements of a block, up to its closing brace, which is left for the caller. */
  statements(table: TableFacts, top = false): readonly Statement[] {
    const found: Statement[] = [];
    for (let piece = this.#peek(); piece !== undefined; piece = this.#peek()) {
      const { kind, text } = piece.phrase.first;
      if (kind === "}" && !top) break;
      this.#next++;
      if (kind !== "word") {
        this.#report.add(kind === "{" ? "unexpectedBlock" : "extraBrace", firstWord(piece), `unexpected '${kind}'`);
        continue;
      }
      const row = table.byKeyword.get(text);
      const care = row !== undefined && top ? this.#careOf(row) : "reads";
      if (care === "skips") {
        this.#skipBlock();
        continue;
      }
      const statement = this.#statement(piece, row);
      if (care === "reads") found.push(statement);
    }
    return found;
  }

  #statement(piece: Piece, row: RowFacts | undefined): Statement {
    const { form, first, rest } = piece.phrase;
    const line = lineOf(form, piece.file, piece.number);
    const keyword = wordIn(line, form, first);
    const args = rest.map((lexeme) => wordIn(line, form, lexeme));
    return {
      name: first.text,
      keyword,
      args,
      argCount: args.length,
      words: [keyword, ...args],
      raw: form.text.slice(first.start, (rest.at(-1) ?? first).end),
      order: this.#next,
      block: row === undefined || row.shape === "leaf" ? undefined : this.#block(row, keyword),
    };
  }

  #block(row: RowFacts, keyword: Word): Block {
    const after = this.#peek();
    const opened = after?.phrase.first.kind === "{";
    if (opened) this.#next++;
    else if (after !== undefined && row.shape === "section")
      this.#report.add("missingBlock", firstWord(after), `there is no '{' after ${keyword.text}`);
    const open = opened ? firstWord(after) : keyword;
    const statements = row.inner === undefined ? this.#items() : this.statements(row.inner);
    const end = this.#peek();
    if (end === undefined) return { statements, open, close: undefined };
    this.#next++;
    return { statements, open, close: firstWord(end) };
  }

  /** Lines of data: everything up to the next closing brace, opening ones included. */
  #items(): readonly Statement[] {
    const found: Statement[] = [];
    for (let piece = this.#peek(); piece !== undefined && piece.phrase.first.kind !== "}"; piece = this.#peek()) {
      this.#next++;
      found.push(this.#statement(piece, undefined));
    }
    return found;
  }

  /** A block of another process: only its braces count. */
  #skipBlock(): void {
    if (this.#peek()?.phrase.first.kind !== "{") return;
    let depth = 0;
    for (let piece = this.#peek(); piece !== undefined; piece = this.#peek()) {
      this.#next++;
      depth += DEPTH[piece.phrase.first.kind];
      if (depth === 0) return;
    }
  }

  #peek(): Piece | undefined {
    return this.#pieces[this.#next];
  }
}

const firstWord = ({ phrase: { form, first }, file, number }: Piece): Word =>
  wordIn(lineOf(form, file, number), form, first);
