// Rules about lines that are accepted and do less than they seem to: the keyword tables say what belongs where.
import { root } from "../keywords/root.js";
import { rowOf, type RowFacts, type TableFacts } from "../table.js";
import type { Statement } from "../tree.js";
import { reference } from "./block.js";
import { instance } from "./examples.js";
import type { LintRule, Node, Say } from "./node.js";

/** Calls `visit` with the content of every block whose keywords are known. */
function eachBlock(nodes: readonly Node[], visit: (statements: readonly Statement[], table: TableFacts) => void): void {
  const walk = (statements: readonly Statement[], table: TableFacts): void => {
    visit(statements, table);
    for (const { keyword, block } of statements) {
      const inner = rowOf(table, keyword.text)?.inner;
      if (block !== undefined && inner !== undefined) walk(block.statements, inner);
    }
  };
  for (const { statements } of nodes) walk(statements, root);
}

function twoKeywords(statements: readonly Statement[], table: TableFacts, say: Say): void {
  for (const { keyword, args } of statements) {
    const row = rowOf(table, keyword.text);
    if (row?.shape !== "leaf") continue;
    const second = args.slice(row.arity).find(({ text }) => rowOf(table, text) !== undefined);
    if (second === undefined) continue;
    say(
      second,
      `${second.text} stands behind ${keyword.text} on one line and is ignored, with all that follows it`,
      `write ${second.text} on a line of its own`,
    );
  }
}

function twoValues(statements: readonly Statement[], table: TableFacts, say: Say): void {
  const first = new Map<RowFacts, Statement>();
  for (const statement of statements) {
    const row = rowOf(table, statement.keyword.text);
    if (row?.shape !== "leaf" || row.arity === 0 || row.once === true) continue;
    const before = first.get(row);
    first.set(row, statement);
    if (before === undefined || wordsOf(before, row) === wordsOf(statement, row)) continue;
    say(
      statement.keyword,
      `${statement.keyword.text} is given twice: this ${wordsOf(statement, row)} counts, not the ${wordsOf(before, row)} of ${reference(before.keyword)}`,
      "remove one of the two lines",
    );
  }
}

const wordsOf = ({ args }: Statement, { arity }: RowFacts): string =>
  args
    .slice(0, arity)
    .map(({ text }) => text)
    .join(" ");

export const lineRules: readonly LintRule[] = [
  {
    code: "VL0401",
    severity: "error",
    title: "a line has one keyword",
    why: "Words behind those that a keyword takes are ignored without a message, so the second setting of a line does not hold.",
    bad: [instance("priority 150 advert_int 3")],
    good: [instance("priority 150\nadvert_int 3")],
    check: (nodes, say) => eachBlock(nodes, (statements, table) => twoKeywords(statements, table, say)),
  },
  {
    code: "VL0402",
    severity: "warning",
    title: "a setting is written once",
    why: "The last of several lines counts, without a message: whoever changes the first one wonders why nothing happens.",
    bad: [instance("advert_int 1\nadvert_int 3")],
    good: [instance("advert_int 3")],
    check: (nodes, say) => eachBlock(nodes, (statements, table) => twoValues(statements, table, say)),
  },
];
