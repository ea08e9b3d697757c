// Keywords around VRRP with good and bad values: the exit status of each.
import { expect } from "chai";
import { read } from "./machine.js";
import { readCases } from "./vrrp-values.js";

describe("config: VRRP, value by value", () => {
  for (const { name, text, status } of readCases()) {
    it(`${name} (${status})`, () => {
      const { diagnostics, exitStatus } = read(text, { programs: ["/usr/bin/true"] });
      expect(exitStatus, JSON.stringify(diagnostics.map(({ message }) => message))).to.equal(status);
    });
  }
});
