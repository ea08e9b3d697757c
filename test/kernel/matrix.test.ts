// The record of what keepalived makes of every keyword, held against the keepalived of this machine. UPDATE_MATRIX=1
// tries what the tables ask for and the record does not have, and writes the record anew. Every fourth setting is tried,
// always the same ones; WHOLE_MATRIX=1 tries all of them, which takes minutes.
import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { place } from "../config/matrix/contexts.js";
import {
  formatRecord,
  formatVerdict,
  missingTries,
  readRecord,
  RECORD,
  type Try,
  type Verdict,
} from "../config/matrix/record.js";
import { askKeepalived, isOldKeepalived } from "./keepalived-opinion.js";

/** One of so many is tried. */
const SAMPLE = 4;

function verdictsOf(tries: readonly Try[]): readonly Verdict[] {
  const placed = tries.map(({ block, setting }) => place(block, setting));
  return askKeepalived(placed.map(({ text }) => text)).map(({ status, stderr }, index) => {
    const [first] = [...stderr.matchAll(/^\((?:[^()]*: )?Line (\d+)\)/gm)]
      .map(([, line]) => Number(line))
      .sort((a, b) => a - b);
    return { status, ...(first !== undefined && { line: first - (placed[index]?.line ?? 0) }) };
  });
}

describe("keepalived's opinion of every keyword", () => {
  // The record is of 2.2.7; what later ones say is in the table of differences.
  if (!isOldKeepalived()) return;

  if (process.env["UPDATE_MATRIX"] === "1") {
    it("is asked about what has not been tried", function () {
      this.timeout(600_000);
      const tries = [...readRecord(), ...missingTries(readRecord())];
      const verdicts = verdictsOf(tries.filter(({ verdict }) => verdict === undefined)).values();
      const judged = tries.map((each): Try => {
        const verdict = each.verdict ?? verdicts.next().value;
        return verdict === undefined ? each : { ...each, verdict };
      });
      const head = readFileSync(RECORD, "utf8").split("\n[")[0] ?? "";
      writeFileSync(RECORD, formatRecord(`${head.trimEnd()}\n`, judged));
    });
    return;
  }

  it("is what the record says", function () {
    this.timeout(600_000);
    const isWhole = process.env["WHOLE_MATRIX"] === "1";
    const tries = readRecord().filter((_, index) => isWhole || index % SAMPLE === 0);
    const verdicts = verdictsOf(tries);
    const changed = tries.flatMap(({ block, setting, verdict }, index) => {
      const now = verdicts[index];
      const [was, is] = [verdict, now].map((each) => (each === undefined ? "?" : formatVerdict(each)));
      return was === is ? [] : [`[${block}] ${setting}: ${is ?? "?"} instead of ${was ?? "?"}`];
    });
    expect(changed.join("\n")).to.equal("");
  });
});
