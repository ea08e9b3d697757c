// The values of a virtual server, given to the keepalived of this machine: what the table says about them is so.
import { expect } from "chai";
import { readCases } from "../config/lvs-values.js";
import { keepalivedOpinion } from "./keepalived-opinion.js";

keepalivedOpinion("keepalived's opinion of every value of a virtual server", readCases(), ({ lines }, { stderr }) => {
  const named = [...stderr.matchAll(/^\((?:[^()]*: )?Line (\d+)\)/gm)].map(([, line]) => Number(line));
  expect([...new Set(named)].slice(0, Math.max(1, lines.length))).to.deep.equal(lines);
});
