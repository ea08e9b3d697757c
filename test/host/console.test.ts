import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { openConsole, openLogFile } from "../../src/host/console.js";

describe("console", function () {
  this.timeout(20_000);

  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "vipd-console-"));
  });
  /** Ends what a test that failed has left. */
  const leftovers: (() => void)[] = [];
  afterEach(() => {
    for (const end of leftovers.splice(0)) end();
    rmSync(directory, { recursive: true });
  });

  /** A program that writes many lines to its stdout, says on its stderr that it could go on meanwhile, and ends. */
  const flood = (lines: number): string => {
    const module = new URL("../../src/host/console.js", import.meta.url).pathname;
    const program = join(directory, "flood.mjs");
    writeFileSync(
      program,
      `import { openConsole } from ${JSON.stringify(module)};
       const writer = openConsole(1, { limit: 100_000 });
       for (let i = 0; i < ${lines}; i++) writer.write("line " + i);
       await new Promise((resolve) => setTimeout(resolve, 20));
       process.stderr.write("not blocked ");
       await writer.flush(100);
       process.exit(0);`,
    );
    return program;
  };

  it("writes lines in order", async () => {
    const child = spawn(process.execPath, [flood(2_000)], { stdio: ["ignore", "pipe", "pipe"] });
    const [written] = await Promise.all([text(child.stdout), once(child, "exit")]);
    expect(written.split("\n").slice(0, -1)).to.deep.equal(Array.from({ length: 2_000 }, (_, i) => `line ${i}`));
  });

  it("neither blocks nor keeps the process from exiting when nobody reads a socket", async () => {
    // What Node calls a pipe to a child is a pair of sockets.
    const child = spawn(process.execPath, [flood(100_000)], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.pause();
    const [said] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect(said).to.equal("not blocked ");
    expect(child.exitCode).to.equal(0);
  });

  it("neither blocks nor keeps the process from exiting when nobody reads a pipe", async () => {
    const line = `{ "$0" "$1"; echo "status $?" >&2; } | sleep 600`;
    const argv = ["-c", line, process.execPath, flood(100_000)];
    const shell = spawn("/bin/sh", argv, { stdio: ["ignore", "ignore", "pipe"], detached: true });
    leftovers.push(() => process.kill(-(shell.pid ?? 0), "SIGKILL"));
    let said = "";
    for await (const chunk of shell.stderr) {
      said += String(chunk);
      if (said.includes("status")) break;
    }
    expect(said).to.equal("not blocked status 0\n");
  });

  it("counts what it has to drop, and says how much once there is room", async () => {
    const path = join(directory, "log");
    const fd = openSync(path, "w");
    const writer = openConsole(fd, { limit: 30 });
    for (const line of ["first line", "second line", "third line", "fourth line"]) writer.write(line);
    await writer.flush(1_000);
    writer.write("fifth");
    await writer.flush(1_000);
    closeSync(fd);
    const lines = readFileSync(path, "utf8").split("\n");
    expect(lines[0]).to.equal("first line");
    expect(lines.find((line) => line.includes("missing"))).to.match(/^1 log lines are missing here/);
    expect(lines).to.include("fifth");
  });

  it("appends to a file, and makes it again when it was rotated away", async () => {
    const path = join(directory, "log");
    const writer = openLogFile(path);
    writer.write("one");
    await writer.flush(1_000);
    renameSync(path, `${path}.1`);
    writer.write("two");
    await writer.flush(1_000);
    expect(readFileSync(`${path}.1`, "utf8")).to.equal("one\n");
    expect(readFileSync(path, "utf8")).to.equal("two\n");
  });

  it("reports a file that cannot be written once, and how many lines it lacks", async () => {
    const troubles: string[] = [];
    const writer = openLogFile(join(directory, "no", "log"), { onTrouble: (trouble) => troubles.push(trouble) });
    for (const line of ["one", "two"]) {
      writer.write(line);
      await writer.flush(1_000);
    }
    expect(troubles).to.have.length(1);
    expect(troubles[0]).to.include("ENOENT");
  });
});
