// Scripts as other users: only root can start those.
import { expect } from "chai";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandOutcome, type Identity, describeOutcome } from "../../src/base/command.js";
import { runCommand } from "../../src/host/scripts.js";

describe("scripts under enable_script_security", function () {
  this.timeout(20_000);

  const run = (program: string): Promise<CommandOutcome> => {
    const identity = { user: "root", uid: 0, gid: 0, groups: [] };
    return new Promise((resolve) => runCommand({ argv: [program], identity, security: true }, resolve));
  };
  const changes: readonly (readonly [what: string, change: (directory: string) => void, words: RegExp])[] = [
    [
      "made writable for its group",
      (directory) => chmodSync(join(directory, "bin/script"), 0o775),
      /bin\/script can be written by others than root \(owner 0, mode 0775\); let every part .*chmod go-w/,
    ],
    [
      "given to another user",
      (directory) => chownSync(join(directory, "bin/script"), 65534, 0),
      /bin\/script does not belong to root \(owner 65534, mode 0755\)/,
    ],
    [
      "in a directory that everybody may write to",
      (directory) => chmodSync(join(directory, "bin"), 0o777),
      /\/bin can be written by others than root \(owner 0, mode 0777\)/,
    ],
    [
      "made a link into another's directory",
      (directory) => {
        mkdirSync(join(directory, "home"));
        copyFileSync(join(directory, "bin/script"), join(directory, "home/script"));
        chownSync(join(directory, "home"), 65534, 0);
        rmSync(join(directory, "bin/script"));
        symlinkSync(join(directory, "home/script"), join(directory, "bin/script"));
      },
      /\/home does not belong to root \(owner 65534/,
    ],
  ];
  for (const [what, change, words] of changes) {
    it(`run as long as they are safe, and not after one was ${what}`, async () => {
      const directory = mkdtempSync(join(tmpdir(), "vipd-scripts-"));
      try {
        const program = join(directory, "bin/script");
        mkdirSync(join(directory, "bin"), { mode: 0o755 });
        writeFileSync(program, "#!/bin/sh\nexit 7\n", { mode: 0o755 });
        chmodSync(program, 0o755);
        expect(await run(program)).to.deep.equal({ kind: "exited", status: 7 });
        change(directory);
        const outcome = await run(program);
        expect(outcome).to.deep.include({ kind: "notStarted", program, code: "EACCES" });
        expect(describeOutcome(outcome)).to.match(words).and.to.contain(`enable_script_security forbids ${program}`);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  }
});

describe("scripts as another user", function () {
  this.timeout(20_000);

  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "vipd-scripts-"));
    chmodSync(directory, 0o777);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const statusOf = async (identity: Identity): Promise<string> => {
    const out = join(directory, "status");
    const argv = ["/bin/sh", "-c", `cat /proc/self/status >${out}`];
    const outcome = await new Promise<CommandOutcome>((resolve) => runCommand({ argv, identity }, resolve));
    expect(outcome).to.deep.equal({ kind: "exited", status: 0 });
    return readFileSync(out, "utf8");
  };
  const field = (status: string, name: string): string =>
    new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(status)?.[1]?.trim() ?? "?";

  it("has that user's ids, no supplementary group and no capability", async () => {
    const before = process.getgroups?.() ?? [];
    process.setgroups?.([4, 27]);
    try {
      const status = await statusOf({ user: "nobody", uid: 65534, gid: 65534, groups: [] });
      expect(field(status, "Uid")).to.equal("65534\t65534\t65534\t65534");
      expect(field(status, "Gid")).to.equal("65534\t65534\t65534\t65534");
      expect(field(status, "Groups")).to.equal("");
      expect(field(status, "CapEff")).to.equal("0000000000000000");
      expect(field(status, "CapPrm")).to.equal("0000000000000000");
    } finally {
      process.setgroups?.(before);
    }
  });

  it("has the supplementary groups that were asked for, and only those", async () => {
    const status = await statusOf({ user: "nobody", uid: 65534, gid: 65534, groups: [4, 27] });
    expect(field(status, "Uid")).to.equal("65534\t65534\t65534\t65534");
    expect(field(status, "Groups")).to.equal("4 27");
    expect(field(status, "CapEff")).to.equal("0000000000000000");
  });

  it("as root, runs without the daemon's supplementary groups", async () => {
    const before = process.getgroups?.() ?? [];
    process.setgroups?.([4]);
    try {
      expect(field(await statusOf({ user: "root", uid: 0, gid: 0, groups: [] }), "Groups")).to.equal("");
    } finally {
      process.setgroups?.(before);
    }
  });
});
