// Reports for programs: JSON and SARIF say what the text says.
import { expect } from "chai";
import { meanings, reportJson, reportSarif } from "../../src/config/index.js";
import { MAIN, read } from "./machine.js";

const BROKEN = "vrrp_instance A {\n  interfce eth0\n  priority 300\n  virtual_router_id 5\n}\n";
const { diagnostics, exitStatus } = read(BROKEN);

/** What the document holds at a path of members and indexes. */
function at(document: string, ...path: readonly (string | number)[]): unknown {
  let value: unknown = JSON.parse(document);
  for (const step of path) value = typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined;
  return value;
}

describe("config: reports for programs", () => {
  it("JSON gives every problem with its place and its line, and the exit status", () => {
    const report = reportJson(diagnostics, exitStatus);
    expect(at(report, "exitStatus")).to.equal(5);
    expect(at(report, "errors")).to.equal(diagnostics.filter(({ severity }) => severity === "error").length);
    expect(at(report, "diagnostics")).to.have.length(diagnostics.length);
    const misspelt = diagnostics.findIndex(({ problem }) => problem === "unknownKeyword");
    expect(at(report, "diagnostics", misspelt)).to.deep.equal({
      code: "VC0301",
      severity: "warning",
      message: "unknown keyword 'interfce' in vrrp_instance; the line is ignored",
      hint: "did you mean interface?",
      file: MAIN,
      line: 2,
      column: 3,
      length: 8,
      source: "  interfce eth0",
    });
  });

  it("JSON of nothing wrong is a document, too", () => {
    expect(JSON.parse(reportJson([], 0))).to.deep.equal({ exitStatus: 0, errors: 0, warnings: 0, diagnostics: [] });
  });

  it("SARIF names the tool, the rules with their meanings, and a region for each result", () => {
    const report = reportSarif(diagnostics, { name: "vipd", version: "1.2.3", meanings });
    expect(at(report, "version")).to.equal("2.1.0");
    expect(at(report, "runs", 0, "tool", "driver", "version")).to.equal("1.2.3");
    const misspelt = diagnostics.findIndex(({ problem }) => problem === "unknownKeyword");
    const index = at(report, "runs", 0, "results", misspelt, "ruleIndex");
    expect(at(report, "runs", 0, "tool", "driver", "rules", Number(index))).to.deep.equal({
      id: "VC0301",
      shortDescription: { text: "The keyword does not exist in this block." },
    });
    expect(at(report, "runs", 0, "results", misspelt, "level")).to.equal("warning");
    expect(at(report, "runs", 0, "results", misspelt, "locations", 0, "physicalLocation")).to.deep.equal({
      artifactLocation: { uri: `file://${MAIN}` },
      region: { startLine: 2, startColumn: 3, endColumn: 11, snippet: { text: "  interfce eth0" } },
    });
  });

  it("SARIF escapes what cannot stand in a URI", () => {
    const place = { line: { file: "a dir/ö%.conf", number: 1, text: "x" }, column: 1, length: 1 };
    const report = reportSarif([{ code: "VC0301", severity: "error", message: "m", place }], {
      name: "vipd",
      version: "1",
      meanings,
    });
    expect(at(report, "runs", 0, "results", 0, "locations", 0, "physicalLocation", "artifactLocation", "uri")).to.equal(
      "a%20dir/%C3%B6%25.conf",
    );
  });
});
