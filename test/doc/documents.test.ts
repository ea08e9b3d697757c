// The pages of etc/doc are what the tables say. UPDATE_DOCS=1 rewrites them.
import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { problems } from "../../src/config/index.js";
import { diagnosticExamples } from "./diagnostic-examples.js";
import { diagnosticPage, messagesOf } from "./diagnostic-page.js";
import { differencePage } from "./difference-page.js";
import { keywordPage } from "./keyword-page.js";
import { lintPage } from "./lint-page.js";

const DIRECTORY = new URL("../../../etc/doc/", import.meta.url);

describe("etc/doc", () => {
  for (const [name, page] of [
    ["keywords.md", keywordPage],
    ["diagnostics.md", diagnosticPage],
    ["lint.md", lintPage],
    ["differences.md", differencePage],
  ] as const) {
    it(`${name} is up to date`, () => {
      const path = new URL(name, DIRECTORY);
      if (process.env["UPDATE_DOCS"] === "1") writeFileSync(path, page());
      expect(readFileSync(path, "utf8")).to.equal(page(), "UPDATE_DOCS=1 rewrites it");
    });
  }

  for (const [problem, { code }] of Object.entries(problems)) {
    it(`${code} has an example that has the problem`, () => {
      const example = diagnosticExamples[problem];
      if (example === undefined) expect.fail(`there is no example for ${problem}`);
      if (!("why" in example)) expect(messagesOf(example, problem)).not.to.be.empty;
    });
  }
});
