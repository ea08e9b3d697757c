// The tables themselves: what cannot be written in them, and what every row must say.
import { expect } from "chai";
import * as arg from "../../src/config/arguments.js";
import type { Row } from "../../src/config/table.js";
import { rowsFor, section, table, readStatements } from "../../src/config/table.js";
import { Report } from "../../src/config/diagnostics.js";
import type { Statement } from "../../src/config/tree.js";
import { root } from "../../src/config/keywords/root.js";
import { globalDefs } from "../../src/config/keywords/global-defs.js";
import { vrrpInstance } from "../../src/config/keywords/vrrp-instance.js";
import { vrrpScript } from "../../src/config/keywords/vrrp-script.js";
import { machine, MAIN, statementsOf } from "./machine.js";

interface Conf {
  size: number;
  name?: string;
  items: string[];
}

const { leaf, lines } = rowsFor<Conf>();

/** Never called: the compiler reads it. */
export const mistakes = (): readonly unknown[] => [
  // @ts-expect-error -- there is no such field
  leaf("size", "sise", arg.integer(0, 9), { doc: "" }),
  // @ts-expect-error -- the field is a number, the argument a text
  leaf("size", "size", arg.text, { doc: "" }),
  // @ts-expect-error -- a list of strings takes no numbers
  lines("items", (conf) => conf.items, { grammar: "", parse: () => [1] }, { doc: "" }),
  // @ts-expect-error -- every row has a line of documentation
  leaf("size", "size", arg.integer(0, 9), {}),
];

function parse(text: string): { readonly statements: readonly Statement[]; readonly report: Report } {
  const report = new Report();
  return { statements: statementsOf(text, report), report };
}

describe("config: tables", () => {
  const rows = table<Conf>("conf", [
    leaf("size", "size", arg.integer(0, 9), { aliases: ["length"], doc: "How large." }),
    leaf("name", "name", arg.text, { once: true, absence: "missingWord", doc: "What it is called." }),
    lines(
      "items",
      (conf) => conf.items,
      { grammar: "WORD...", parse: (words) => words.map(({ text }) => text) },
      { doc: "Things." },
    ),
  ]);

  function dispatch(text: string) {
    const { statements, report } = parse(text);
    const [header] = statements;
    if (header === undefined) throw new Error("a statement was expected");
    const into = section<Conf>({ size: 1, items: [] }, header);
    readStatements(statements, rows, into, { report, environment: machine(), homes: () => [] });
    return { conf: into.conf, problems: report.inOrder([MAIN]).map(({ problem }) => problem) };
  }

  for (const [text, conf, problems] of [
    ["size 3", { size: 3, items: [] }, []],
    ["length 4", { size: 4, items: [] }, []],
    ["size 3\nsize 10", { size: 3, items: [] }, ["outOfRange"]],
    ["size", { size: 1, items: [] }, ["missingParameter"]],
    ["name", { size: 1, items: [] }, ["missingWord"]],
    ["name a\nname b", { size: 1, name: "a", items: [] }, ["alreadyGiven"]],
    ["items { a b\nc }\nitems { d }", { size: 1, items: ["a", "b", "c", "d"] }, []],
    ["items a", { size: 1, items: [] }, ["missingBlock"]],
    ["items x { a }", { size: 1, items: ["a"] }, ["extraWords"]],
    ["items { a { b } }", { size: 1, items: ["a"] }, ["unexpectedBlock"]],
    ["size 3 { x }", { size: 3, items: [] }, ["unexpectedBlock"]],
    ["Size 3", { size: 1, items: [] }, ["unknownKeyword"]],
  ] as const) {
    it(`read ${JSON.stringify(text)}`, () => {
      expect(dispatch(text)).to.deep.equal({ conf, problems });
    });
  }

  const all: readonly (readonly [string, readonly Row<never>[]])[] = [
    ["top level", root.rows],
    ["global_defs", globalDefs.rows],
    ["vrrp_instance", vrrpInstance.rows],
    ["vrrp_script", vrrpScript.rows],
  ];
  for (const [name, block] of all) {
    it(`document every keyword of ${name}, each once`, () => {
      const spellings = block.flatMap(({ keyword, aliases }) => [keyword, ...aliases]);
      expect(new Set(spellings).size).to.equal(spellings.length);
      for (const { keyword, doc } of block) expect(doc, keyword).to.match(/^[A-Z].*\.$/);
    });
  }
});
