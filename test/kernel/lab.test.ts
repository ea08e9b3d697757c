// The lab as a newcomer runs it, without a terminal: two real nodes, a real client, and nothing left behind.
import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { processTree } from "../../src/lab/processes.js";

const program = resolve(import.meta.dirname, "../../src/lab/main.js");

interface Run {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves when the output has `text`; the test's own time limit bounds it. */
  said(text: string): Promise<void>;
  readonly ended: Promise<unknown[]>;
}

function run(...argv: readonly string[]): Run {
  const child = spawn(process.execPath, [program, ...argv], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return {
    child,
    output: () => output,
    said: async (text) => {
      while (!output.includes(text)) await once(child.stdout, "data");
    },
    ended: once(child, "close"),
  };
}

/** Waits until none of the processes is there any more. */
async function gone(pids: readonly number[]): Promise<void> {
  const there = (): boolean => {
    const present = new Set(readdirSync("/proc"));
    return pids.some((pid) => present.has(String(pid)));
  };
  while (there()) await pause(20);
}

describe("kernel: the lab", function () {
  this.timeout(60_000);

  it("moves the virtual IP from node to node and sums up", async () => {
    const lab = run(
      "--limit",
      "30000",
      "--script",
      "until a master; until a answers; kill a; until b answers; start a; until a answers; stop a; until b master; until b answers",
    );
    const [status] = await lab.ended;
    expect(status, lab.output()).to.equal(0);
    // On a busy machine node b may start so late that it never heard node a.
    expect(lab.output()).to.match(/b +MASTER: no advertisement from (192\.0\.2\.1|any master)/);
    expect(lab.output()).to.match(/b +MASTER: 192\.0\.2\.1 gave up/);
    expect(lab.output()).to.match(/requests +\d+, \d+ answered/);
  });

  it("fails when the virtual IP is gone for longer than allowed", async () => {
    const lab = run("--limit", "300", "--script", "until a answers; stop a; stop b; until b down; wait 1");
    const [status] = await lab.ended;
    expect(status, lab.output()).to.equal(1);
    expect(lab.output()).to.include("FAILED: the virtual IP was gone for");
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
    it(`leaves no process behind after ${signal}`, async () => {
      const lab = run("--script", "until a answers; wait 60");
      await lab.said("answers");
      const pid = lab.child.pid ?? 0;
      const tree = processTree(pid);
      expect(tree.length).to.be.above(8);
      lab.child.kill(signal);
      await gone(tree.filter((member) => member !== pid));
      await lab.ended;
    });
  }

  it("says what is wrong with its command line, and with a missing terminal", async () => {
    const wrong = run("--script", "jump a");
    expect((await wrong.ended)[0]).to.equal(2);
    expect(wrong.output()).to.include('cannot read the step "jump a"');
    const blind = run();
    expect((await blind.ended)[0]).to.equal(2);
    expect(blind.output()).to.include("needs a terminal");
  });
});
