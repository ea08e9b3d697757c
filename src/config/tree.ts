// Words into statements: a keyword with its words, and the block that follows it. Braces decide alone, no keyword is
// looked up, so a misspelt word can never unbalance what comes after it.
import { assert } from "../base/assert.js";
import type { Report } from "./diagnostics.js";
import { missingBraceHint } from "./missing-brace.js";
import { lineOf, placeIn, wordIn, type LineForm, type Phrase } from "./lexer.js";
import type { SourceLine, Word } from "./source.js";

export interface Statement {
  /** Text of the keyword. */
  readonly name: string;
  /** The first word; in an item block it is data. */
  readonly keyword: Word;
  readonly args: readonly Word[];
  /** The statement as one text, quotes and all, for keywords that split it in their own way. */
  readonly raw: string;
  readonly block: Block | undefined;
  /** Reading order over all files: what stands "above" has a smaller number. */
  readonly order: number;
}

export interface Block {
  readonly statements: readonly Statement[];
  readonly open: Word;
  /** Undefined: the configuration ends before the block does. */
  readonly close: Word | undefined;
}

/** The statement that stands for the configuration as a whole. */
export function beginning(file: string): Statement {
  const keyword = { line: { file, number: 1, text: "" }, column: 1, length: 1, text: "" };
  return { name: "", keyword, args: [], raw: "", block: undefined, order: -1 };
}

/**
 * A configuration as the list of its phrases, one row each. A large one has millions of words, and few of them are ever
 * looked at one by one: statements, blocks and words are made from their rows when they are asked for.
 */
class Rows {
  readonly #phrases: Phrase[] = [];
  readonly #files: string[] = [];
  readonly #lines: number[] = [];
  /** Of an opening brace: the row of the one that closes it; 0 when there is none. */
  readonly #closing: number[] = [];

  get length(): number {
    return this.#phrases.length;
  }

  /** The row of what is added. */
  push(phrase: Phrase, file: string, line: number): number {
    this.#phrases.push(phrase);
    this.#files.push(file);
    this.#lines.push(line);
    return this.#closing.push(0) - 1;
  }

  phrase(row: number): Phrase {
    const phrase = this.#phrases[row];
    assert(phrase !== undefined, "a row of the configuration exists", { row });
    return phrase;
  }

  line(row: number): SourceLine {
    return lineOf(this.phrase(row).form, this.#files[row] ?? "", this.#lines[row] ?? 0);
  }

  word(row: number): Word {
    const { form, first } = this.phrase(row);
    return wordIn(this.line(row), form, first);
  }

  isStatement(row: number): boolean {
    return this.#phrases[row]?.first.kind === "word";
  }

  isOpening(row: number): boolean {
    return this.#phrases[row]?.first.kind === "{";
  }

  close(open: number, row: number): void {
    this.#closing[open] = row;
  }

  /** The row of the closing brace; undefined when there is none. */
  closing(open: number): number | undefined {
    return this.#closing[open] || undefined;
  }

  /** Statements from a row on, up to the closing brace of their block or to the end. */
  statements(from: number, end = this.length): readonly Statement[] {
    const statements: Statement[] = [];
    for (let row = from; row < end; row++) {
      // Behind a statement the brace of its block; elsewhere a brace that belongs to nothing, which is skipped alike.
      if (this.isOpening(row)) row = this.closing(row) ?? end;
      else statements.push(new Row(this, row));
    }
    return statements;
  }
}

class Row implements Statement {
  readonly #rows: Rows;
  readonly order: number;

  constructor(rows: Rows, row: number) {
    this.#rows = rows;
    this.order = row;
  }

  get name(): string {
    return this.#rows.phrase(this.order).first.text;
  }

  get keyword(): Word {
    return this.#rows.word(this.order);
  }

  get args(): readonly Word[] {
    const { form, rest } = this.#rows.phrase(this.order);
    const line = this.#rows.line(this.order);
    return rest.map((lexeme) => wordIn(line, form, lexeme));
  }

  get raw(): string {
    const { form, first, rest } = this.#rows.phrase(this.order);
    return form.text.slice(first.start, (rest.at(-1) ?? first).end);
  }

  get block(): Block | undefined {
    const brace = this.order + 1;
    return this.#rows.isOpening(brace) ? new RowBlock(this.#rows, brace) : undefined;
  }
}

class RowBlock implements Block {
  readonly #rows: Rows;
  /** The row of its opening brace. */
  readonly #brace: number;

  constructor(rows: Rows, brace: number) {
    this.#rows = rows;
    this.#brace = brace;
  }

  get statements(): readonly Statement[] {
    return this.#rows.statements(this.#brace + 1, this.#rows.closing(this.#brace));
  }

  get open(): Word {
    return this.#rows.word(this.#brace);
  }

  get close(): Word | undefined {
    const closing = this.#rows.closing(this.#brace);
    return closing === undefined ? undefined : this.#rows.word(closing);
  }
}

/** Lines into the statements of a configuration. Unbalanced braces are reported, and read as the nearest thing that balances. */
export class TreeBuilder {
  readonly #report: Report;
  readonly #rows = new Rows();
  /** Rows of the braces that are open, outermost first. */
  readonly #open: number[] = [];

  constructor(report: Report) {
    this.#report = report;
  }

  take(file: string, number: number, form: LineForm): void {
    if (form.unterminated !== undefined) {
      const quote = placeIn(lineOf(form, file, number), form, form.unterminated, form.text.length);
      this.#report.add("unterminatedQuote", quote, "the double quote is not closed", 'add a " on the same line');
    }
    for (const phrase of form.phrases) {
      const { kind } = phrase.first;
      if (kind === "word") this.#rows.push(phrase, file, number);
      else if (kind === "{") this.#openBlock(phrase, file, number);
      else this.#closeBlock(phrase, file, number);
    }
  }

  #openBlock(brace: Phrase, file: string, number: number): void {
    const hasOwner = this.#rows.isStatement(this.#rows.length - 1);
    const row = this.#rows.push(brace, file, number);
    this.#open.push(row);
    if (hasOwner) return;
    this.#report.add(
      "unexpectedBlock",
      this.#rows.word(row),
      "unexpected '{': there is no keyword before it",
      "remove the block, up to its '}'",
    );
  }

  #closeBlock(brace: Phrase, file: string, number: number): void {
    const open = this.#open.pop();
    if (open !== undefined) {
      this.#rows.close(open, this.#rows.push(brace, file, number));
      return;
    }
    this.#report.add(
      "extraBrace",
      wordIn(lineOf(brace.form, file, number), brace.form, brace.first),
      "unexpected '}': nothing is open here",
      "remove it, or look above for a missing '{'",
    );
  }

  /** All statements; blocks that are still open are reported. */
  finish(): readonly Statement[] {
    for (const row of this.#open) {
      const { open, statements } = new RowBlock(this.#rows, row);
      this.#report.add(
        "missingBrace",
        open,
        "this '{' is not closed before the end of the configuration",
        missingBraceHint(open, statements),
      );
    }
    return this.#rows.statements(0);
  }
}
