// Configurations with damaged blocks, given to the keepalived of this machine: it complains about the lines that vipd -t
// names, and ends with the same status.
import { expect } from "chai";
import type { Diagnostic } from "../../src/config/index.js";
import { damaged, linesIn, linesOf } from "../config/damage.js";
import { read } from "../config/machine.js";
import { keepalivedOpinion } from "./keepalived-opinion.js";

const CASES = 150;

/** keepalived 2.2 names no line for these, or does not see them. */
const isSince24 = ({ problem }: Diagnostic): boolean => ["duplicateAddress", "noRealServer"].includes(problem);

const cases = Array.from({ length: CASES }, (_, seed) => {
  const { name, text } = damaged(seed);
  const reading = read(text, { users: { root: 0 }, programs: ["/usr/bin/true"] });
  return {
    name,
    text,
    status: reading.exitStatus,
    since24: reading.diagnostics.some(isSince24),
    lines: linesOf(reading),
  };
});

keepalivedOpinion("keepalived's opinion of damaged blocks", cases, ({ text, lines }, { stderr }) => {
  expect(linesIn(stderr), text).to.deep.equal(lines);
});
