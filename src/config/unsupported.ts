// Keywords of keepalived's that vipd does not act on yet: known by name, so that they are neither taken for spelling
// mistakes nor silently dropped. Each gives way to a row of its own.
import { reportMissingBlock, reportUnexpectedBlock, reportUnknown } from "./complaints.js";
import type { Report } from "./diagnostics.js";
import type { Row } from "./table.js";
import type { Statement } from "./tree.js";

/** The keywords of a block nothing is done with, and its inner blocks; "items": its lines are data. */
export type KnownBlock = "items" | KnownKeywords;

export interface KnownKeywords {
  readonly keywords: ReadonlySet<string>;
  readonly blocks: ReadonlyMap<string, KnownBlock>;
  /** Old keywords, and what to write instead. */
  readonly deprecated: ReadonlyMap<string, string>;
}

export const knownBlock = (
  keywords: string,
  blocks: Readonly<Record<string, KnownBlock>> = {},
  deprecated: Readonly<Record<string, string>> = {},
): KnownKeywords => ({
  keywords: new Set(splitNames(keywords)),
  blocks: new Map(Object.entries(blocks)),
  deprecated: new Map(Object.entries(deprecated)),
});

/** One such keyword; `consequence` says what differs from keepalived where that matters. */
export function unsupported<T>(keyword: string, known?: KnownBlock, consequence?: string): Row<T> {
  return {
    keyword,
    aliases: [],
    reload: "live",
    doc: "Not supported yet.",
    notYet: consequence ?? true,
    shape: "unsupported",
    arity: 0,
    absence: "missingParameter",
    grammar: known === undefined ? "" : "{ ... }",
    read(statement, into, { report }) {
      into.given.set(keyword, statement);
      if (known === undefined) reportUnexpectedBlock(statement, report);
      else if (statement.block === undefined) reportMissingBlock(statement, report);
      else checkSpelling(statement.block.statements, keyword, known, report);
    },
  };
}

/** A list of such keywords that take no block. */
export const unsupportedAll = <T>(keywords: string): readonly Row<T>[] =>
  splitNames(keywords).map((keyword) => unsupported<T>(keyword));

function checkSpelling(statements: readonly Statement[], inside: string, known: KnownBlock, report: Report): void {
  if (known === "items") return;
  for (const statement of statements) {
    const { text } = statement.keyword;
    const inner = known.blocks.get(text);
    const successor = known.deprecated.get(text);
    if (inner !== undefined) checkSpelling(statement.block?.statements ?? [], text, inner, report);
    else if (successor !== undefined) {
      report.add("deprecated", statement.keyword, `${text} is an old keyword`, `write ${successor} instead`);
    } else if (known.keywords.has(text)) reportUnexpectedBlock(statement, report);
    else reportUnknown(statement, inside, [...known.keywords, ...known.blocks.keys()], report);
  }
}

const splitNames = (text: string): readonly string[] => text.split(/\s+/).filter((name) => name !== "");
