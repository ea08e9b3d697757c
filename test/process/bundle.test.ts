// The bundled programs, which is what an installation starts: they say what the modules say, and they start from what V8
// has compiled before, from nothing, or from rubbish alike.
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");

const CONF = `vrrp_instance VI_1 {
  interface lo
  virtual_router_id 999
  virtual_ipaddress {
    192.0.2.10/24
  }
}
`;

describe("bundled programs", function () {
  this.timeout(120_000);
  let directory = "";
  let conf = "";

  /** An installation of its own, which nobody else changes. */
  before(() => {
    const built = spawnSync(process.execPath, [join(root, ".ci", "bundle.js")], { encoding: "utf8" });
    expect(built.stderr).to.equal("");
    directory = mkdtempSync(join(tmpdir(), "vipd-bundle-"));
    for (const part of ["bin", "dist/bundle", "etc", "package.json"]) {
      cpSync(join(root, part), join(directory, part), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
    conf = join(directory, "keepalived.conf");
    writeFileSync(conf, CONF);
  });
  after(() => rmSync(directory, { recursive: true }));

  const run = (program: string, words: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: "utf8" });
    return { status, stdout, stderr };
  };
  const bundled = (name: string, ...words: readonly string[]) => run(join(directory, "bin", `${name}.cjs`), words);
  const fromModules = (path: string, ...words: readonly string[]) => run(join(root, "dist", "src", path), words);

  const cache = (): string => join(directory, "dist/bundle/vipd/program.cjs.cache");
  /** Whether V8 took what was written down; undefined when there was nothing to take. */
  const rejected = (): string => {
    const start = JSON.stringify(join(directory, "bin", "start.cjs"));
    const script = `process.argv.push("-v"); const { script } = require(${start}).start("vipd");
      process.on("exit", () => console.log(String(script.cachedDataRejected)));`;
    return spawnSync(process.execPath, ["-e", script], { encoding: "utf8" }).stdout.trim().split("\n").at(-1) ?? "";
  };

  it("say what the modules say", () => {
    const tested = bundled("vipd", "-t", "-f", conf);
    expect(tested.status).to.equal(5);
    expect(tested.stderr).to.contain("virtual_router_id 999");
    expect(tested).to.deep.equal(fromModules("main.js", "-t", "-f", conf));
    for (const words of [["-v"], ["-h"], ["--signum", "DATA"], ["--nonsense"]]) {
      expect(bundled("vipd", ...words)).to.deep.equal(fromModules("main.js", ...words));
    }
    for (const words of [["lint", conf], ["config", "print", conf], ["help"], ["nonsense"]]) {
      expect(bundled("vipctl", ...words)).to.deep.equal(fromModules("vipctl/main.js", ...words));
    }
  });

  it("are called what the link to them is called", () => {
    const link = join(directory, "keepalived");
    symlinkSync(join(directory, "bin", "vipd.cjs"), link);
    expect(run(link, ["-h"]).stderr).to.match(/^Usage: keepalived /);
  });

  it("start from what V8 has compiled", () => {
    expect(rejected()).to.equal("false");
  });

  it("start without it, or with what is none of theirs", () => {
    const good = readFileSync(cache());
    const expected = bundled("vipd", "-t", "-f", conf);
    const otherDigest = Buffer.concat([Buffer.alloc(64, "0"), good.subarray(64)]);
    const otherVersion = Buffer.concat([good.subarray(0, 64), Buffer.alloc(200, 7), good.subarray(264)]);
    for (const content of [Buffer.alloc(0), otherDigest, otherVersion, good.subarray(0, 5000)]) {
      writeFileSync(cache(), content);
      expect(rejected()).to.be.oneOf(["undefined", "true"]);
      expect(bundled("vipd", "-t", "-f", conf)).to.deep.equal(expected);
    }
    rmSync(cache());
    expect(rejected()).to.equal("undefined");
  });

  it("are compiled anew by bin/warm.cjs", () => {
    run(join(directory, "bin", "warm.cjs"), []);
    expect(rejected()).to.equal("false");
  });
});
