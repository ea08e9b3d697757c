// Statements as lint looks at them: the last value of a keyword, the lines of an item block, and where they stand. It
// reads words, not parsed settings, so that a rule can speak about what was written.
import type { Place, Word } from "../source.js";
import type { Statement } from "../tree.js";

const FALSE = new Set(["off", "no", "false"]);

export class Block {
  readonly header: Statement;
  readonly statements: readonly Statement[];

  constructor(header: Statement) {
    this.header = header;
    this.statements = header.block?.statements ?? [];
  }

  /** The words between the keyword and the block. */
  get name(): string {
    return this.header.args.map(({ text }) => text).join(" ");
  }

  has(keyword: string): boolean {
    return this.last(keyword) !== undefined;
  }

  /** The last one counts, as everywhere in the language. */
  last(...keywords: readonly string[]): Statement | undefined {
    return this.statements.findLast(({ name }) => keywords.includes(name));
  }

  word(...keywords: readonly string[]): Word | undefined {
    return this.last(...keywords)?.args[0];
  }

  /** Undefined when it is not given, or is no number. */
  number(...keywords: readonly string[]): number | undefined {
    const value = Number(this.word(...keywords)?.text);
    return Number.isNaN(value) ? undefined : value;
  }

  /** `KEYWORD [BOOL]`; undefined when it is not given. */
  switch(keyword: string): boolean | undefined {
    const statement = this.last(keyword);
    return statement === undefined ? undefined : !FALSE.has(statement.args[0]?.text ?? "on");
  }

  blocks(keyword: string): readonly Block[] {
    return blocksOf(this.statements, keyword);
  }

  /** Lines of all item blocks of a keyword. */
  lines(keyword: string): readonly (readonly [Word, ...Word[]])[] {
    return this.blocks(keyword).flatMap(({ statements }) =>
      statements.map(({ keyword: first, args }): readonly [Word, ...Word[]] => [first, ...args]),
    );
  }

  /** Where a keyword stands, or the head of the block. */
  place(...keywords: readonly string[]): Place {
    return (this.last(...keywords) ?? this.header).keyword;
  }
}

export const blocksOf = (statements: readonly Statement[], keyword: string): readonly Block[] =>
  statements.filter(({ name }) => name === keyword).map((statement) => new Block(statement));

/** Every statement, those in blocks included. */
export function* walk(statements: readonly Statement[]): Generator<Statement> {
  for (const statement of statements) {
    yield statement;
    if (statement.block !== undefined) yield* walk(statement.block.statements);
  }
}

/** `FILE:LINE`, to speak of one place in a message about another. */
export const reference = ({ line }: Place): string => `${line.file}:${line.number}`;
