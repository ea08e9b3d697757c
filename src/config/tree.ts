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
  /** How many words `args` has. */
  readonly argCount: number;
  /** The keyword and the words behind it. */
  readonly words: readonly Word[];
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
  return { name: "", keyword, args: [], argCount: 0, words: [keyword], raw: "", block: undefined, order: -1 };
}

const NO_WORDS: readonly Word[] = [];

/** What is known of a row besides its phrase: numbers, so that the garbage collector need not look at them. */
const COLUMNS = 3;
/** Where in the list of files. */
const FILE = 0;
/** The number of the line in its file. */
const LINE = 1;
/** Of an opening brace: the row of the one that closes it; 0 when there is none. */
const CLOSING = 2;

/**
 * A configuration as the list of its phrases, one row each. A large one has millions of words, and few of them are ever
 * looked at one by one: statements, blocks and words are made from their rows when they are asked for.
 */
class Rows {
  readonly #phrases: Phrase[] = [];
  /** Of each row, {@link FILE}, {@link LINE} and {@link CLOSING}. */
  #numbers = new Int32Array(COLUMNS * 1024);
  /** Each file as often as its lines go on after those of another. */
  readonly #files: string[] = [];

  get length(): number {
    return this.#phrases.length;
  }

  /** The row of what is added. */
  push(phrase: Phrase, file: string, line: number): number {
    const row = this.#phrases.push(phrase) - 1;
    if (COLUMNS * row === this.#numbers.length) this.#grow();
    if (file !== this.#files.at(-1)) this.#files.push(file);
    this.#numbers[COLUMNS * row + FILE] = this.#files.length - 1;
    this.#numbers[COLUMNS * row + LINE] = line;
    return row;
  }

  #grow(): void {
    const numbers = new Int32Array(2 * this.#numbers.length);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }

  phrase(row: number): Phrase {
    const phrase = this.#phrases[row];
    assert(phrase !== undefined, "a row of the configuration exists");
    return phrase;
  }

  line(row: number): SourceLine {
    const file = this.#files[this.#numbers[COLUMNS * row + FILE] ?? 0] ?? "";
    return lineOf(this.phrase(row).form, file, this.#numbers[COLUMNS * row + LINE] ?? 0);
  }

  word(row: number): Word {
    const { form, first } = this.phrase(row);
    return wordIn(this.line(row), form, first);
  }

  /** Words of a statement, with its keyword or without. */
  words(row: number, withKeyword: boolean): readonly Word[] {
    const { form, first, rest } = this.phrase(row);
    if (rest.length === 0 && !withKeyword) return NO_WORDS;
    const line = this.line(row);
    const words = withKeyword ? [wordIn(line, form, first)] : [];
    for (const lexeme of rest) words.push(wordIn(line, form, lexeme));
    return words;
  }

  isStatement(row: number): boolean {
    return this.#phrases[row]?.first.kind === "word";
  }

  isOpening(row: number): boolean {
    return this.#phrases[row]?.first.kind === "{";
  }

  close(open: number, row: number): void {
    this.#numbers[COLUMNS * open + CLOSING] = row;
  }

  /** The row of the closing brace; undefined when there is none. */
  closing(open: number): number | undefined {
    return this.#numbers[COLUMNS * open + CLOSING] || undefined;
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
    return this.#rows.words(this.order, false);
  }

  get argCount(): number {
    return this.#rows.phrase(this.order).rest.length;
  }

  get words(): readonly Word[] {
    return this.#rows.words(this.order, true);
  }

  get raw(): string {
    const phrase = this.#rows.phrase(this.order);
    const { form, first, rest } = phrase;
    // A quote that is not closed belongs to the statement before it.
    const open = form.unterminated !== undefined && form.phrases.at(-1) === phrase;
    return form.text.slice(first.start, open ? form.text.length : (rest.at(-1) ?? first).end);
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
