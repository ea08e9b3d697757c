import { expect } from "chai";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acquirePidFile, type PidFile } from "../../src/host/pid-file.js";

const modulePath = join(import.meta.dirname, "../../src/host/pid-file.js");

/** A program that takes the lock and says so, then holds it until its standard input ends. */
const holder = `
  import { acquirePidFile } from ${JSON.stringify(modulePath)};
  const outcome = acquirePidFile(process.argv[1], process.pid);
  console.log(outcome.kind);
  process.stdin.resume();
`;

describe("host: pid file", () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "vipd-pid-"));
    path = join(directory, "vipd.pid");
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  const acquire = (pid = process.pid): PidFile => {
    const outcome = acquirePidFile(path, pid);
    if (outcome.kind !== "locked") throw new Error(JSON.stringify(outcome));
    return outcome.pidFile;
  };

  it("holds the process id, and is removed on release", () => {
    const pidFile = acquire(4711);
    expect(readFileSync(path, "utf8")).to.equal("4711\n");
    pidFile.write(12);
    expect(readFileSync(path, "utf8")).to.equal("12\n");
    expect(pidFile.release()).to.equal(undefined);
    expect(existsSync(path)).to.be.false;
    expect(pidFile.release()).to.equal(undefined);
  });

  it("a second one is told who holds it", () => {
    const pidFile = acquire(4711);
    expect(acquirePidFile(path, 1)).to.deep.equal({ kind: "held", path, pid: 4711 });
    expect(readFileSync(path, "utf8")).to.equal("4711\n");
    pidFile.release();
    acquire().release();
  });

  it("a process that runs keeps it, and a killed one leaves a file that holds nobody up", async () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", holder, path], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const said: unknown = (await once(child.stdout, "data"))[0];
    expect(String(said)).to.equal("locked\n");
    expect(acquirePidFile(path, process.pid)).to.deep.equal({ kind: "held", path, pid: child.pid });

    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    expect(readFileSync(path, "utf8")).to.equal(`${child.pid}\n`);
    acquire(7).release();
  });

  it("a program that is started meanwhile does not inherit the lock", () => {
    const pidFile = acquire();
    const open = execFileSync("ls", ["-l", "/proc/self/fd"], { encoding: "utf8" });
    expect(open).not.to.include(path);
    pidFile.release();
  });

  it("a left-over with a longer text is replaced wholly", () => {
    writeFileSync(path, "123456789 and more\n");
    const pidFile = acquire(5);
    expect(readFileSync(path, "utf8")).to.equal("5\n");
    pidFile.release();
  });

  it("somebody else's file in its place is not removed", () => {
    const pidFile = acquire();
    rmSync(path);
    writeFileSync(path, "somebody else\n");
    expect(pidFile.release()).to.equal(undefined);
    expect(readFileSync(path, "utf8")).to.equal("somebody else\n");
  });

  it("a link is not followed", () => {
    const target = join(directory, "target");
    writeFileSync(target, "precious\n");
    symlinkSync(target, path);
    const outcome = acquirePidFile(path, 1);
    expect(outcome).to.deep.include({ kind: "refused", path });
    expect(outcome).to.have.nested.property("error.code", "ELOOP");
    expect(readFileSync(target, "utf8")).to.equal("precious\n");
  });

  it("a missing directory, or a directory in its place, is a refusal with its errno", () => {
    const missing = acquirePidFile(join(directory, "missing", "vipd.pid"), 1);
    expect(missing).to.have.property("error").that.deep.equals({ syscall: "open", errno: 2, code: "ENOENT" });
    mkdirSync(path);
    expect(acquirePidFile(path, 1)).to.have.nested.property("error.code", "EISDIR");
  });
});
