// The reference of every keyword, from the rows that read it.
import { root } from "../../src/config/keywords/root.js";
import type { ItemFacts, OptionFacts } from "../../src/config/item-line.js";
import type { RowFacts, TableFacts } from "../../src/config/table.js";
import { cell, code, NOTE, table } from "./markdown.js";

interface Block {
  /** As it is nested, for example "virtual_server / real_server". */
  readonly path: string;
  readonly rows: readonly RowFacts[];
}

const TOP = "Top level";

export function keywordPage(): string {
  const pages = blocksIn(root, "").map(({ path, rows }) => `## ${path}\n\n${keywordTable(rows)}${itemTables(rows)}`);
  return `${NOTE}\n\n# Keywords of keepalived.conf\n\n${INTRODUCTION}\n${pages.join("\n")}`;
}

const INTRODUCTION = `What vipd reads, block by block. *Reload* says whether a reload changes it in the running daemon (live) or whether it waits for
a restart. *Default* is what holds where the keyword is not written, or where it comes from; nothing, where it is empty.
*Not yet* means that the keyword is read and checked, and that nothing acts on it in this version:
\`vipctl config unsupported FILE\` lists those that a file uses.
`;

/** A table and those in it; what is reached on several ways, such as checkers, is described once. */
function blocksIn(table: TableFacts, path: string, seen = new Set<TableFacts>()): readonly Block[] {
  if (seen.has(table)) return [];
  seen.add(table);
  return [
    { path: path === "" ? TOP : path, rows: table.rows },
    ...table.rows.flatMap(({ inner, keyword }) =>
      inner === undefined ? [] : blocksIn(inner, path === "" ? keyword : `${path} / ${keyword}`, seen),
    ),
  ];
}

const keywordTable = (rows: readonly RowFacts[]): string =>
  table(
    ["Keyword", "Takes", "Default", "Meaning", "Reload"],
    rows.map((row) => [
      [row.keyword, ...row.aliases].map(code).join(", "),
      cell(row.shape === "lines" ? "{ lines }" : row.grammar),
      defaultOf(row),
      cell(row.doc) + notYet(row),
      row.reload,
    ]),
  );

const defaultOf = ({ default: value }: Pick<RowFacts, "default">): string =>
  value === undefined ? "" : typeof value === "string" ? code(value) : `from ${cell(value.from)}`;

const notYet = ({ notYet: state }: RowFacts): string =>
  state === undefined ? "" : ` *Not yet${state === true ? "" : `: ${cell(state)}`}.*`;

const itemTables = (rows: readonly RowFacts[]): string =>
  rows
    .flatMap((row) =>
      row.shape === "lines" ? [`\nLines of \`${row.keyword}\`: ${code(row.grammar)}\n${words(row.items)}`] : [],
    )
    .join("");

function words(items: ItemFacts | undefined): string {
  if (items === undefined || items.options.length === 0) return "";
  return `\n${table(
    ["Word", "Takes", "Default", "Meaning"],
    items.options.flatMap((option) => optionRows(option)),
  )}`;
}

const optionRows = (option: OptionFacts, within = ""): readonly string[][] => {
  const { word, aliases, grammar, doc, inner = {} } = option;
  return [
    [[word, ...aliases].map((name) => code(within + name)).join(", "), cell(grammar), defaultOf(option), cell(doc)],
    ...Object.entries(inner).flatMap(([name, { options }]) =>
      options.flatMap((option) =>
        optionRows(option, `${within}${name.startsWith("(") ? `${word} ` : `${word} ${name} `}`),
      ),
    ),
  ];
};
