// Words into statements: a keyword with its words, and the block that follows it. Braces decide alone, no keyword is
// looked up, so a misspelt word can never unbalance what comes after it.
import type { Report } from "./diagnostics.js";
import { lexLine, type LogicalLine, type Token } from "./lexer.js";
import { startOfLine, type Word } from "./source.js";

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
  args: Word[];
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

  const push = (line: LogicalLine, words: readonly Token[]): void => {
    const [keyword, ...args] = words;
    if (keyword === undefined) return;
    const last = words[words.length - 1] ?? keyword;
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
    let words: Token[] = [];
    for (const token of tokens) {
      if (token.kind === "word") {
        words.push(token);
        continue;
      }
      push(line, words);
      words = [];
      if (token.kind === "{") open(token);
      else close(token);
    }
    push(line, words);
  }
  for (const unclosed of stack.slice(1)) {
    if (unclosed.open === undefined) continue;
    const line = unclosed.open.line;
    report.add(
      "missingBrace",
      unclosed.open,
      "this '{' is not closed before the end of the configuration",
      `add a '}' where the block of line ${line.number} ends: ${line.text.slice(startOfLine(line).column - 1).trim()}`,
    );
  }
  return root.statements;
}
