// Every deliberate difference is as the documentation says.
import { expect } from "chai";
import { readConfiguration } from "../../src/config/index.js";
import { MAIN } from "../config/machine.js";
import { differences, environmentOf } from "./differences.js";

describe("deliberate differences from keepalived", () => {
  for (const difference of differences) {
    it(difference.what, () => {
      const reading = readConfiguration(MAIN, environmentOf(difference));
      const said = reading.diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n");
      expect(difference.holds(reading), `exit status ${reading.exitStatus}\n${said}`).to.be.true;
    });
  }
});
