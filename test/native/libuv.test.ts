// Signals and descriptors that Node cannot watch, by libuv itself. In a process of their own: a signal without a handler ends it.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const native = fileURLToPath(new URL("../../src/native/index.js", import.meta.url));

/** Runs a module text, sends it what `onLine` decides upon each line, and resolves with its lines and exit status. */
function run(text: string, onLine: (line: string, send: (signal: number) => void) => void): Promise<readonly string[]> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", `import * as native from "${native}";\n${text}`]);
  const lines: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (data: string) => {
    for (const line of data.split("\n").filter((part) => part !== "")) {
      lines.push(line);
      onLine(line, (signal) => process.kill(child.pid ?? 0, signal));
    }
  });
  return new Promise((resolve) => child.on("close", (code) => resolve([...lines, `exit ${String(code)}`])));
}

describe("native: watchSignal", () => {
  it("is called for real-time signals, again and again", async () => {
    const text = `
      const hold = setInterval(() => undefined, 1000);
      let seen = 0;
      for (const signal of [36, 63]) {
        const refused = native.watchSignal(signal, () => {
          console.log("signal " + signal);
          if (++seen === 3) clearInterval(hold);
        });
        if (refused) throw new Error(refused.code);
      }
      console.log("ready");`;
    const next: Readonly<Record<string, number>> = { ready: 36, "signal 36": 63 };
    let sent = 0;
    const lines = await run(text, (line, send) => {
      const signal = sent === 2 ? 36 : next[line];
      if (signal !== undefined && sent++ < 3) send(signal);
    });
    expect(lines).to.deep.equal(["ready", "signal 36", "signal 63", "signal 36", "exit 0"]);
  });

  it("does not keep the process, and refuses a number that is no signal", async () => {
    const text = `native.watchSignal(36, () => undefined); console.log(native.watchSignal(999, () => undefined).code);`;
    expect(await run(text, () => undefined)).to.deep.equal(["EINVAL", "exit 0"]);
  });
});

describe("native: watchReadable", () => {
  it("is called while there is something to read", async () => {
    const text = `
      console.log(native.watchReadable(12345, () => undefined).code);
      const timer = native.timerfdCreate();
      let calls = 0;
      const hold = setInterval(() => undefined, 1000);
      const refused = native.watchReadable(timer, () => {
        console.log("readable");
        if (++calls === 2) { clearInterval(hold); process.exit(0); }
      });
      if (refused) throw new Error(refused.code);
      native.timerfdSettime(timer, 1);`;
    expect(await run(text, () => undefined)).to.deep.equal(["EBADF", "readable", "readable", "exit 0"]);
  });
});
