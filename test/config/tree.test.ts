// Statements and blocks: braces decide alone.
import { expect } from "chai";
import { Report } from "../../src/config/diagnostics.js";
import type { Statement } from "../../src/config/tree.js";
import { MAIN, read, statementsOf } from "./machine.js";

function parse(text: string) {
  const report = new Report();
  const statements = statementsOf(text, report);
  return {
    shape: statements.map(shapeOf),
    problems: report.inOrder([MAIN]).map(({ problem, place }) => `${place?.line.number ?? 0} ${problem}`),
  };
}

type Shape = string | readonly [string, readonly Shape[]];
const shapeOf = (statement: Statement): Shape => {
  const text = [statement.keyword, ...statement.args].map((word) => word.text).join(" ");
  return statement.block === undefined ? text : [text, statement.block.statements.map(shapeOf)];
};

describe("config: tree", () => {
  const expected = [["vrrp_instance A", ["interface eth0", ["virtual_ipaddress", ["10.0.0.1"]]]]];
  for (const [name, text] of [
    ["on many lines", "vrrp_instance A {\ninterface eth0\nvirtual_ipaddress {\n10.0.0.1\n}\n}"],
    ["with braces on lines of their own", "vrrp_instance A\n{\ninterface eth0\nvirtual_ipaddress\n{\n10.0.0.1\n}\n}"],
    ["with glued braces", "vrrp_instance A{\ninterface eth0\nvirtual_ipaddress{10.0.0.1}}"],
  ] as const) {
    it(`reads blocks ${name}`, () => {
      expect(parse(text)).to.deep.equal({ shape: expected, problems: [] });
    });
  }

  it("takes all words up to the brace into one statement", () => {
    expect(parse("a { interface eth0 virtual_router_id 5 }").shape).to.deep.equal([
      ["a", ["interface eth0 virtual_router_id 5"]],
    ]);
  });

  it("goes on after a closing brace too many", () => {
    expect(parse("a { b }\n}\nc")).to.deep.equal({ shape: [["a", ["b"]], "c"], problems: ["2 extraBrace"] });
  });

  it("names the brace that is never closed, each of them", () => {
    expect(parse("a {\nb {\nc\n")).to.deep.equal({
      shape: [["a", [["b", ["c"]]]]],
      problems: ["1 missingBrace", "2 missingBrace"],
    });
  });

  it("skips a block that belongs to nothing", () => {
    expect(parse("{ x }\na { } { y }\nb")).to.deep.equal({
      shape: [["a", []], "b"],
      problems: ["1 unexpectedBlock", "2 unexpectedBlock"],
    });
  });

  it("tells by the layout which block lacks its brace", () => {
    const hintFor = (text: string): string | undefined =>
      read(text).diagnostics.find(({ problem }) => problem === "missingBrace")?.hint;
    expect(hintFor("a {\n  b {\n    c\n  d {\n  }\n}\n")).to.equal("add a '}' where the block of line 2 ends: b {");
    expect(hintFor("a {\n  b {\n    c {\n      d\n  }\n}\n")).to.equal("add a '}' where the block of line 3 ends: c {");
    expect(hintFor("a {\n  b\n")).to.equal("add a '}' where the block of line 1 ends: a {");
    expect(hintFor("a {\nb {\nc\n}\n")).to.equal("add a '}' where the block of line 1 ends: a {");
  });

  it("says where a keyword belongs that has fallen out of its block", () => {
    const { diagnostics } = read("vrrp_instance A {\n}\n  notify_master x\n}\n");
    expect(diagnostics.find(({ problem }) => problem === "unknownKeyword")?.hint).to.equal(
      "notify_master belongs into vrrp_instance or vrrp_sync_group: is there a '}' too many above, or a '{' missing?",
    );
  });

  it("keeps the raw text of a statement for keywords that split it themselves", () => {
    const report = new Report();
    const [statement] = statementsOf("  notify \"/x 'a b'\"  root {", report);
    expect(statement?.raw).to.equal("notify \"/x 'a b'\"  root");
  });
});
