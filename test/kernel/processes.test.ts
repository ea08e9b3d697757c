// Tracked processes as the kernel tells of them.
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { micros } from "../../src/base/time.js";
import { monotonicNow } from "../../src/host/clock.js";
import { listenToProcesses } from "../../src/host/process-connector.js";
import { describeProcess, listProcesses } from "../../src/host/process-list.js";
import { type TrackProcesses, createTrackProcesses } from "../../src/process/track-processes.js";
import type { ProcessParams } from "../../src/track/params.js";
import { rememberingLog } from "../support/log.js";

describe("tracked processes", function () {
  this.timeout(20_000);
  let directory = "";
  let program = "";
  let details: string[] = [];
  let processes: TrackProcesses;
  const log = rememberingLog();
  const started = new Set<ChildProcess>();
  const name = `vt${process.pid}`;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "vipd-processes-"));
    program = join(directory, name);
    copyFileSync("/bin/sleep", program);
  });
  beforeEach(() => {
    details = [];
    processes = createTrackProcesses({
      now: monotonicNow,
      listen: listenToProcesses,
      list: listProcesses,
      describe: describeProcess,
      onVerdict: ({ process: tracker, up, detail }) => details.push(`${tracker} ${up ? "up" : "down"}: ${detail}`),
      log,
    });
  });
  afterEach(() => {
    processes.stop();
    for (const child of started) child.kill("SIGKILL");
    started.clear();
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  const params = (changes: Partial<ProcessParams> = {}): ProcessParams => ({
    name: "web",
    command: [name],
    match: "none",
    fullCommand: false,
    quorum: 1,
    forkDelay: micros(0),
    terminateDelay: micros(0),
    ...changes,
  });
  const run = (...args: string[]): ChildProcess => {
    const child = spawn(program, args, { stdio: "ignore" });
    started.add(child);
    return child;
  };
  const said = async (...expected: string[]): Promise<void> => {
    const end = Date.now() + 10_000;
    while (details.length < expected.length && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(details).to.deep.equal(expected);
  };

  it("are seen when they begin and when they end", async () => {
    processes.configure([params()]);
    await said("web down: no processes run");
    const child = run("100");
    await said("web down: no processes run", "web up: 1 process runs");
    child.kill("SIGKILL");
    await said("web down: no processes run", "web up: 1 process runs", "web down: no processes run");
  });

  it("that run already are counted at the start", async () => {
    run("100");
    run("100");
    await new Promise((resolve) => setTimeout(resolve, 200));
    processes.configure([params({ quorum: 2 })]);
    await said("web up: 2 processes run");
  });

  it("are told apart by their arguments", async () => {
    processes.configure([params({ command: [program, "101"], match: "exact" })]);
    await said("web down: no processes run");
    run("102");
    run("101");
    await said("web down: no processes run", "web up: 1 process runs");
  });

  it("keep their count at a reload that asks for the same, and are counted anew for another name", async () => {
    run("100");
    processes.configure([params()]);
    await said("web up: 1 process runs");
    processes.configure([params({ quorum: 2 })]);
    await said("web up: 1 process runs", "web down: 1 process runs");
    processes.configure([params({ quorum: 2 }), params({ name: "other", command: [program], fullCommand: true })]);
    await said("web up: 1 process runs", "web down: 1 process runs", "other up: 1 process runs");
  });

  it("are counted right after the kernel has lost news in a storm of them", async () => {
    processes.configure([params()]);
    await said("web down: no processes run");
    const storm = spawn("sh", ["-c", "i=0; while [ $i -lt 3000 ]; do (:) ; i=$((i+1)); done"], { stdio: "ignore" });
    await new Promise((resolve) => storm.once("exit", resolve));
    run("100");
    await said("web down: no processes run", "web up: 1 process runs");
  });
});
