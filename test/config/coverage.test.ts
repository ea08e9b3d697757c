// The tables against the list of everything keepalived knows: no keyword and no option of an item line may be missing.
// The list is looked for in the folder `../shared` beside the checkout, or where VIPD_SHARED says.
import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ItemFacts } from "../../src/config/item-line.js";
import { root } from "../../src/config/keywords/root.js";
import type { TableFacts } from "../../src/config/table.js";

const SHARED = process.env["VIPD_SHARED"] ?? fileURLToPath(new URL("../../../../shared", import.meta.url));
const LIST = `${SHARED}/keepalived/keywords.tsv`;

/** keepalived as it is built today, for nftables, does not know these either. */
const NOT_BUILT: ReadonlySet<string> = new Set(["global_defs vrrp_ipsets"]);

/** What the preprocessor handles, which has tests of its own. */
const PARSER = "(parser)";
/** A header or a whole line, for which the table has a row but no option. */
const isWholeLine = (keyword: string): boolean => keyword.startsWith("<");

/** Every keyword and option of the tables, as `BLOCK KEYWORD`. */
function known(table: TableFacts, path: string, into = new Set<string>()): Set<string> {
  for (const row of table.rows) {
    for (const word of [row.keyword, ...row.aliases]) {
      into.add(`${path === "" ? "(root)" : path} ${word}`);
      const inner = path === "" ? word : `${path}/${word}`;
      if (row.inner !== undefined) known(row.inner, inner, into);
      if (row.items !== undefined) knownItems(row.items, inner, into);
    }
  }
  return into;
}

function knownItems(items: ItemFacts, path: string, into: Set<string>): void {
  if (items.first !== undefined) into.add(`${path} ${items.first.name}`);
  for (const option of items.options) {
    for (const word of [option.word, ...option.aliases]) into.add(`${path} ${word}`);
    for (const [name, inner] of Object.entries(option.inner ?? {})) knownItems(inner, `${path}/${name}`, into);
  }
}

describe("config: coverage of the language", () => {
  const tables = known(root, "");

  it("has rows for what is used everywhere", () => {
    for (const keyword of ["(root) vrrp_instance", "vrrp_instance virtual_router_id", "vrrp_script script"]) {
      expect(tables.has(keyword), keyword).to.equal(true);
    }
    expect(tables.has("vrrp_instance/virtual_routes nexthop")).to.equal(true);
    expect(tables.has("vrrp_instance/virtual_routes/(nexthop) weight")).to.equal(true);
    expect(tables.has("vrrp_instance no_such_keyword")).to.equal(false);
  });

  // The list of all keywords lies beside some checkouts only.
  if (!existsSync(LIST)) return;

  it("knows every keyword of keepalived's, and none that only its manual has", () => {
    const rows = readFileSync(LIST, "utf8")
      .split("\n")
      .slice(1)
      .flatMap((line) => {
        const [block, keyword, , range] = line.split("\t");
        return block === undefined || keyword === undefined || block === PARSER
          ? []
          : [{ name: `${block} ${keyword}`, keyword, manualOnly: range?.includes("(manual only)") === true }];
      });
    const expected = rows.filter(
      ({ name, manualOnly, keyword }) => !manualOnly && !isWholeLine(keyword) && !NOT_BUILT.has(name),
    );
    const missing = expected.filter(({ name }) => !tables.has(name)).map(({ name }) => name);
    const invented = rows.filter(({ name, manualOnly }) => manualOnly && tables.has(name)).map(({ name }) => name);
    const covered = expected.length - missing.length;
    expect(missing, `${covered} of ${expected.length} keywords are covered`).to.deep.equal([]);
    expect(invented).to.deep.equal([]);
  });

  it("describes every row", () => {
    const check = (table: TableFacts): void => {
      for (const row of table.rows) {
        expect(row.doc, `${table.section} ${row.keyword}`).to.match(/^\S.*[.:;)]$/);
        if (row.inner !== undefined) check(row.inner);
      }
    };
    check(root);
  });
});
