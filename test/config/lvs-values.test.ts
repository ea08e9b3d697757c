// Every keyword of virtual servers and checkers with good and bad values: the exit status, and the lines that are named.
import { expect } from "chai";
import { read } from "./machine.js";
import { readCases } from "./lvs-values.js";

describe("config: virtual servers, value by value", () => {
  for (const { name, text, status, lines } of readCases()) {
    it(`${name} (${status})`, () => {
      const { diagnostics, exitStatus } = read(text);
      const complaints = diagnostics.filter((diagnostic) => diagnostic.exitStatus > 0);
      const named = complaints.flatMap(({ stage, place }) =>
        stage === "completion" || place === undefined ? [] : [place.line.number],
      );
      expect(exitStatus, JSON.stringify(complaints.map(({ message }) => message))).to.equal(status);
      // A real server that is dropped leaves its virtual server empty, which is a complaint of its own.
      expect(named.slice(0, Math.max(1, lines.length))).to.deep.equal(lines);
    });
  }
});
