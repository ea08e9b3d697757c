// Every keyword with good values and bad ones: vipd ends with keepalived's exit status, and complains of the same lines.
import { expect } from "chai";
import { expectedOf, matrixDifferences } from "./differences.js";
import { formatVerdict, missingTries, readRecord } from "./record.js";
import { verdictOf } from "./verdict.js";

describe("config: matrix of keywords and values", function () {
  // Thousands of readings, on a machine that may be busy.
  this.timeout(60_000);
  const record = readRecord();

  it("has everything that the tables ask for", () => {
    expect(missingTries(record).map(({ block, setting }) => `[${block}] ${setting}`)).to.deep.equal([]);
  });

  it("has no difference that is none", () => {
    const idle = matrixDifferences.filter(
      (each) =>
        !record.some(
          ({ block, setting, verdict }) =>
            verdict !== undefined &&
            each.block.test(block) &&
            each.setting.test(setting) &&
            formatVerdict(verdict) !== formatVerdict(each.verdict),
        ),
    );
    expect(idle.map(({ what }) => what)).to.deep.equal([]);
  });

  for (const block of new Set(record.map((each) => each.block))) {
    it(`agrees in ${block}`, () => {
      const wrong = record
        .filter((each) => each.block === block)
        .flatMap((each) => {
          const judged = expectedOf(each);
          const expected = judged === undefined ? "?" : formatVerdict(judged);
          const ours = formatVerdict(verdictOf(each));
          return ours === expected ? [] : [`${each.setting}: ${ours}, keepalived: ${expected}`];
        });
      expect(wrong.join("\n")).to.equal("");
    });
  }
});
