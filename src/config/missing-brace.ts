// Where a closing brace is missing. The braces themselves only say that one is: the block that stays open at the end is
// an outer one, whose brace an inner one has taken. The layout tells which: a brace that stands further left than the
// line that opened its block was meant for another. A block inside one that can never hold it tells more.
import { TOP_LEVEL } from "./homes.js";
import { type Place, type SourceLine, startOfLine } from "./source.js";

/** The language nests no deeper, and a text with very many open braces must not take very long. */
const MAX_DEPTH = 8;

/** As much of a statement as there is while the tree is made. */
interface Shape {
  readonly name: string;
  readonly keyword: Place;
  readonly block:
    { readonly statements: readonly Shape[]; readonly open: Place; readonly close: Place | undefined } | undefined;
}

/** What to do about the block of `open`, which holds `statements` and is not closed. */
export function missingBraceHint(open: Place, statements: readonly Shape[]): string {
  const swollen = withForeigner({ name: "", open, statements }, MAX_DEPTH) ?? { open, statements };
  const line = (robbed(swollen.statements, MAX_DEPTH) ?? swollen.open).line;
  const text = line.text.slice(startOfLine(line).column - 1).trim();
  return `add a '}' where the block of line ${line.number} ends: ${text}`;
}

interface Swollen {
  readonly open: Place;
  /** What was meant to be in it: everything before the first block that cannot be. */
  readonly statements: readonly Shape[];
}

/** The block that holds one which stands at the top level, or one of its own kind. */
function withForeigner(block: Swollen & { readonly name: string }, depth: number): Swollen | undefined {
  if (depth === 0) return undefined;
  for (const [index, { name, block: inner }] of block.statements.entries()) {
    if (inner === undefined) continue;
    if (TOP_LEVEL.has(name) || name === block.name)
      return { open: block.open, statements: block.statements.slice(0, index) };
    const within = withForeigner({ name, open: inner.open, statements: inner.statements }, depth - 1);
    if (within !== undefined) return within;
  }
  return undefined;
}

/** Where the innermost block opens whose closing brace looks like that of a block around it. */
function robbed(statements: readonly Shape[], depth: number): Place | undefined {
  if (depth === 0) return undefined;
  for (const { keyword, block } of statements) {
    if (block === undefined) continue;
    const { close, open } = block;
    const isForeign =
      close !== undefined &&
      !isSameLine(close.line, open.line) &&
      close.column < keyword.column &&
      isFirst(close) &&
      isFirst(keyword);
    const within = robbed(block.statements, depth - 1);
    if (within !== undefined) return within;
    if (isForeign) return open;
  }
  return undefined;
}

const isSameLine = (a: SourceLine, b: SourceLine): boolean => a.number === b.number && a.file === b.file;

const isFirst = ({ line, column }: Place): boolean => startOfLine(line).column === column;
