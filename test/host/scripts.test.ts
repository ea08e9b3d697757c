import { expect } from "chai";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command, CommandOutcome, Identity } from "../../src/base/command.js";
import { runCommand, type RunningCommand } from "../../src/host/scripts.js";

const me: Identity = { user: "me", uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, groups: [] };

describe("scripts", function () {
  this.timeout(20_000);

  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "vipd-scripts-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const script = (text: string, mode = 0o755): string => {
    const path = join(directory, "script");
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  };
  const command = (...argv: string[]): Command => ({ argv, identity: me });
  const outcome = (...argv: string[]): Promise<CommandOutcome> =>
    new Promise((resolve) => runCommand(command(...argv), resolve));
  const output = (name: string): string => readFileSync(join(directory, name), "utf8");

  it("tells exit status and signal", async () => {
    expect(await outcome("true")).to.deep.equal({ kind: "exited", status: 0 });
    expect(await outcome(script("#!/bin/sh\nexit 7\n"))).to.deep.equal({ kind: "exited", status: 7 });
    expect(await outcome(script("#!/bin/sh\nkill -SEGV $$\n"))).to.deep.equal({ kind: "signalled", signal: "SIGSEGV" });
  });

  it("passes arguments as they are: no shell sees them", async () => {
    const out = join(directory, "out");
    await outcome(script(`#!/bin/sh\nprintf '%s\\n' "$@" >${out}\n`), "a b", "$HOME", "*", "");
    expect(output("out")).to.equal("a b\n$HOME\n*\n\n");
  });

  it("runs a script without #! by the shell", async () => {
    expect(await outcome(script("exit 3\n"))).to.deep.equal({ kind: "exited", status: 3 });
  });

  it("withholds what could turn a program against its user, and its stdin is empty", async () => {
    const names = { IFS: "x", LD_LIBRARY_PATH: "/x", NOTIFY_SOCKET: "/x", VIPD_TEST: "kept" };
    Object.assign(process.env, names);
    try {
      await outcome(script(`#!/bin/sh\nenv >${join(directory, "env")}\ncat >${join(directory, "stdin")}\n`));
    } finally {
      for (const name of Object.keys(names)) Reflect.deleteProperty(process.env, name);
    }
    expect(output("env")).to.include("VIPD_TEST=kept\n");
    expect(output("env")).not.to.match(/^(IFS=x|LD_LIBRARY_PATH|LD_PRELOAD|NOTIFY_SOCKET)/m);
    expect(output("stdin")).to.equal("");
  });

  for (const [what, path, code, words] of [
    ["does not exist", () => join(directory, "nothing"), "ENOENT", "does not exist: check the path"],
    ["is not executable", () => script("#!/bin/sh\n", 0o644), "EACCES", "not an executable file for user me"],
    ["is a directory", () => directory, "EACCES", "not an executable file"],
    ["has an interpreter that does not exist", () => script("#!/no/such/shell\n"), "ENOENT", "interpreter"],
  ] as const) {
    it(`says so when the program ${what}`, async () => {
      const program = path();
      const ended = await outcome(program);
      expect(ended).to.include({ kind: "notStarted", program, code });
      expect(ended).to.have.property("reason").that.includes(words).and.includes(program);
    });
  }

  it("ends the whole process group, and knows when there is none any more", async () => {
    const started = join(directory, "started");
    let running: RunningCommand | undefined;
    const ended = new Promise<CommandOutcome>((resolve) => {
      running = runCommand(command(script(`#!/bin/sh\nsleep 60 &\necho $! >${started}\nwait\n`)), resolve);
    });
    while (!existsSync(started) || output("started") === "") await new Promise((resolve) => setTimeout(resolve, 5));
    expect(running?.kill("SIGTERM")).to.equal(undefined);
    expect(await ended).to.deep.equal({ kind: "signalled", signal: "SIGTERM" });
    expect(await hasEnded(Number(output("started")))).to.equal(true);
    expect(running?.kill("SIGKILL")).to.equal(undefined);
  });
});

/** A zombie has ended as well: its parent has only not looked yet. */
async function hasEnded(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "";
    if (stat === "" || / Z /.test(stat)) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}
