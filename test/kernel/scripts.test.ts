// Scripts as other users: only root can start those.
import { expect } from "chai";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandOutcome, Identity } from "../../src/base/command.js";
import { runCommand } from "../../src/host/scripts.js";

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
