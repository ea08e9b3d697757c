import { expect } from "chai";
import { openSync } from "node:fs";
import { attempt, describeSystemError, isSystemError, systemError } from "../../src/host/system-error.js";

describe("host: system error", () => {
  it("is told from any other value", () => {
    expect(isSystemError(systemError("bind", 98))).to.be.true;
    for (const other of [0, -1, null, undefined, "bind", {}, { syscall: "bind" }]) {
      expect(isSystemError(other)).to.be.false;
    }
  });

  it("says the call, the code and what it means", () => {
    expect(systemError("bind", 98)).to.deep.equal({ syscall: "bind", errno: 98, code: "EADDRINUSE" });
    expect(describeSystemError(systemError("bind", 98))).to.equal("bind: EADDRINUSE (address already in use)");
    expect(describeSystemError(systemError("ioctl", 4_000))).to.equal("ioctl: errno 4000");
  });

  it("takes what Node throws for a refusal, and lets everything else through", () => {
    expect(attempt(() => 7)).to.equal(7);
    expect(attempt(() => openSync("/nowhere/at/all", "r"))).to.deep.equal(systemError("open", 2));
    expect(() =>
      attempt(() => {
        throw new TypeError("a defect");
      }),
    ).to.throw(TypeError);
  });
});
