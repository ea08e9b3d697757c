// Words into statements: a keyword with its words, and the block that follows it. Braces decide alone, no keyword is
// looked up, so a misspelt word can never unbalance what comes after it.
import type { Report } from "./diagnostics.js";
import { missingBraceHint } from "./missing-brace.js";
import { lexLine, type LogicalLine, type Token } from "./lexer.js";
import type { Word } from "./source.js";

export interface Statement {
  /** The first word; in an item block it is data. */
  readonly keyword: Word;
  readonly args: readonly Word[];
  /** The statement as one text, quotes and all, for keywords that split it in their own way. */
  readonly raw: string;
  readonly block?: Block;
  /** Reading order over all files: what stands "above" has a smaller number. */
  readonly order: number;
}

export interface Block {
  readonly statements: readonly Statement[];
  readonly open: Word;
  /** Absent: the configuration ends before the block does. */
  readonly close?: Word;
}

const NO_WORDS: readonly Word[] = [];

interface OpenBlock {
  readonly statements: Draft[];
  readonly open?: Token;
  /** What the block belongs to. */
  readonly owner?: DraftBlock;
}

interface DraftBlock {
  readonly statements: Draft[];
  readonly open: Word;
  close?: Word;
}

interface Draft {
  keyword: Word;
  args: readonly Word[];
  raw: string;
  order: number;
  block?: DraftBlock;
}

/** Statements of the whole configuration. Unbalanced braces are reported, and read as the nearest thing that balances. */
export function parseTree(lines: Iterable<LogicalLine>, report: Report): readonly Statement[] {
  const root: OpenBlock = { statements: [] };
  const stack: OpenBlock[] = [root];
  let current: OpenBlock = root;
  let order = 0;

  /** The words from `first` up to `end` are a statement. */
  const push = (line: LogicalLine, tokens: readonly Token[], first: number, end: number): void => {
    const keyword = tokens[first];
    const last = tokens[end - 1];
    if (keyword === undefined || last === undefined || end <= first) return;
    const args = end - first === 1 ? NO_WORDS : tokens.slice(first + 1, end);
    current.statements.push({ keyword, args, raw: line.text.slice(keyword.start, last.end), order: order++ });
  };
  const open = (brace: Token): void => {
    const owner = current.statements.at(-1);
    const block: DraftBlock = { statements: [], open: brace };
    if (owner !== undefined && owner.block === undefined) owner.block = block;
    else
      report.add(
        "unexpectedBlock",
        brace,
        "unexpected '{': there is no keyword before it",
        "remove the block, up to its '}'",
      );
    current = { statements: block.statements, open: brace, owner: block };
    stack.push(current);
  };
  const close = (brace: Token): void => {
    if (stack.length === 1) {
      report.add(
        "extraBrace",
        brace,
        "unexpected '}': nothing is open here",
        "remove it, or look above for a missing '{'",
      );
      return;
    }
    const closed = stack.pop();
    if (closed?.owner !== undefined) closed.owner.close = brace;
    current = stack.at(-1) ?? root;
  };

  for (const line of lines) {
    const { tokens, unterminated } = lexLine(line);
    if (unterminated !== undefined) {
      report.add("unterminatedQuote", unterminated, "the double quote is not closed", 'add a " on the same line');
    }
    let first = 0;
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (token === undefined || token.kind === "word") continue;
      push(line, tokens, first, i);
      first = i + 1;
      if (token.kind === "{") open(token);
      else close(token);
    }
    push(line, tokens, first, tokens.length);
  }
  for (const unclosed of stack.slice(1)) {
    if (unclosed.open === undefined) continue;
    report.add(
      "missingBrace",
      unclosed.open,
      "this '{' is not closed before the end of the configuration",
      missingBraceHint(unclosed.open, unclosed.statements),
    );
  }
  return root.statements;
}
