// Dumps go where keepalived's go, and follow nobody's links.
import { expect } from "chai";
import { lstat, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dumpPaths, replaceFile } from "../../src/process/dump-files.js";

describe("dump files", () => {
  let directory = "";
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "vipd-dump-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("have keepalived's names", () => {
    const temporary = tmpdir();
    expect(dumpPaths(undefined)).to.deep.equal({
      parentData: join(temporary, "keepalived_parent.data"),
      bfdData: join(temporary, "keepalived_bfd.data"),
      vrrpData: join(temporary, "keepalived.data"),
      vrrpStatistics: join(temporary, "keepalived.stats"),
      vrrpJson: join(temporary, "keepalived.json"),
    });
    expect(dumpPaths("/var/k/")).to.include({
      parentData: "/var/k/keepalived_parent.data",
      vrrpData: "/var/k/keepalived.data",
    });
    expect(dumpPaths("/var/k/state.txt")).to.include({
      parentData: "/var/k/state_parent.txt",
      bfdData: "/var/k/state_bfd.txt",
      vrrpData: "/var/k/state.txt",
    });
  });

  it("are new files for their owner, whatever was there", async () => {
    const path = join(directory, "keepalived.data");
    await writeFile(path, "a stranger's, readable", { mode: 0o666 });
    await replaceFile(path, "secret");
    expect((await lstat(path)).mode & 0o777).to.equal(0o600);
    expect(await readFile(path, "utf8")).to.equal("secret");
    expect(await readdir(directory)).to.deep.equal(["keepalived.data"]);
  });

  it("replace a link and do not follow it", async () => {
    const path = join(directory, "keepalived.data");
    const target = join(directory, "shadow");
    await writeFile(target, "precious");
    await symlink(target, path);
    await replaceFile(path, "dump");
    expect(await readFile(target, "utf8")).to.equal("precious");
    expect((await lstat(path)).isSymbolicLink()).to.be.false;
  });

  it("leave nothing half done when they cannot be written", async () => {
    const path = join(directory, "keepalived.data");
    await mkdir(join(path, "full"), { recursive: true });
    const outcome = await replaceFile(path, "dump").catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(Error);
    expect(await readdir(directory)).to.deep.equal(["keepalived.data"]);
  });
});
