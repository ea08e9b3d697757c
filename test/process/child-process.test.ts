// The supervisor's end of a child process: what it says, and how it ends.
import { expect } from "chai";
import { spawnChild } from "../../src/process/child-process.js";
import { ok } from "../../src/base/result.js";
import type { Exit } from "../../src/supervise/child.js";

describe("process: a child", () => {
  it("that is killed with messages it has not read ends like any other", async () => {
    const program = [process.execPath, "-e", "process.stderr.write('ready\\n'); setTimeout(() => {}, 60_000)"] as const;
    const end = await new Promise<Exit>((resolve, reject) => {
      const child = spawnChild<object, string>(program, ok, {
        message: () => undefined,
        complained: () => {
          child.send({ type: "something" });
          setImmediate(() => {
            child.kill();
          });
        },
        ended: resolve,
        notStarted: reject,
      });
    });
    expect(end).to.deep.equal({ signal: "SIGKILL" });
  });
});
