// vipctl on configuration files: command line, output and exit status of the program itself, without a daemon.
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfigCommandLine } from "../../src/vipctl/config-command-line.js";

const program = new URL("../../src/vipctl/main.js", import.meta.url).pathname;

const GOOD = `vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  priority 150
  virtual_ipaddress {
    192.0.2.10/24
  }
}
`;

describe("vipctl on configuration files", function () {
  this.timeout(20_000);
  let directory = "";
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "vipctl-config-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  const run = (...argv: string[]): { readonly status: number | null; readonly out: string; readonly error: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv], { encoding: "utf8" });
    return { status, out: stdout, error: stderr };
  };

  it("lint is silent about a file without findings", () => {
    expect(run("lint", file("a.conf", GOOD))).to.deep.equal({ status: 0, out: "", error: "" });
  });

  it("lint shows findings with their lines, and ends with 4", () => {
    const path = file("a.conf", GOOD.replace("priority", "nopreempt\n  priority"));
    const { status, out } = run("lint", path);
    expect(status).to.equal(4);
    expect(out).to.contain(`${path}:4:3: warning VL0001:`).and.to.contain("\n 4 |   nopreempt\n   |   ^^^^^^^^^\n");
  });

  it("lint holds the files of several nodes against each other", () => {
    const { status, out } = run("lint", "--json", file("a.conf", GOOD), file("b.conf", GOOD));
    expect(status).to.equal(4);
    expect(JSON.parse(out)).to.have.nested.property("diagnostics[0].code", "VL0101");
    const sarif: unknown = JSON.parse(run("lint", "--format", "sarif", join(directory, "a.conf")).out);
    expect(sarif).to.have.nested.property("runs[0].tool.driver.name", "vipctl lint");
  });

  it("every command says which file it cannot read, and ends with 2", () => {
    const missing = join(directory, "missing.conf");
    const good = file("a.conf", GOOD);
    for (const words of [
      ["lint", good, missing],
      ["config", "print", missing],
      ["config", "diff", good, missing],
      ["config", "fmt", missing],
      ["config", "unsupported", missing],
    ]) {
      const { status, out, error } = run(...words);
      expect(status, words.join(" ")).to.equal(2);
      expect(out).to.equal("");
      expect(error).to.match(/^vipctl: .*missing\.conf.*(does not exist|cannot be read)/);
    }
  });

  it("print resolves conditions for the given ID", () => {
    const path = file("a.conf", GOOD.replace("priority 150", "@left priority 150\n  @right priority 100"));
    expect(run("config", "print", "--config-id", "right", path).out).to.contain("  priority 100\n");
    expect(run("config", "print", path, "--config-id=left").out).to.contain("  priority 150\n");
    expect(JSON.parse(run("config", "print", path, "--json").out)).to.have.property("statements");
  });

  it("print says where more is to be learnt about a file with problems", () => {
    const path = file("a.conf", GOOD.replace("priority", "prioirty"));
    expect(run("config", "print", path).error).to.equal(
      `vipctl: ${path} has a problem of its own: vipd -t -f ${path} shows where\n`,
    );
  });

  it("diff tells what a reload would do, and ends with 4 when it would be refused", () => {
    const before = file("a.conf", GOOD);
    const better = run("config", "diff", before, file("b.conf", GOOD.replace("150", "160")));
    expect(better.status).to.equal(0);
    expect(better.out).to.contain("~ priority 150 -> 160");
    const worse = run("config", "diff", before, file("c.conf", GOOD.replace("150", "1600")));
    expect(worse.status).to.equal(4);
    expect(worse.out).to.contain("would be refused");
    expect(JSON.parse(run("config", "diff", before, before, "--json").out)).to.deep.equal({
      refusedBecause: [],
      blocks: [],
    });
  });

  it("fmt prints, checks and rewrites", () => {
    const ugly = GOOD.replaceAll("  ", " ");
    const path = file("a.conf", ugly);
    expect(run("config", "fmt", path)).to.deep.equal({ status: 0, out: GOOD, error: "" });
    expect(run("config", "fmt", "--check", path)).to.deep.equal({ status: 4, out: `${path}\n`, error: "" });
    expect(readFileSync(path, "utf8")).to.equal(ugly);
    expect(run("config", "fmt", "--write", path).status).to.equal(0);
    expect(readFileSync(path, "utf8")).to.equal(GOOD);
    expect(run("config", "fmt", "--check", path)).to.deep.equal({ status: 0, out: "", error: "" });
  });

  it("unsupported says that everything is acted on, where it is", () => {
    const path = file("a.conf", GOOD);
    expect(run("config", "unsupported", path).out).to.equal(`vipd acts on everything in ${path}.\n`);
  });

  it("a wrong command line ends with 1 and says what is wrong", () => {
    const { status, error } = run("config", "pritn", "x");
    expect(status).to.equal(1);
    expect(error).to.match(/^vipctl: config cannot pritn; did you mean print\?\n\nUsage: vipctl/);
  });
});

describe("vipctl on configuration files: wrong command lines", () => {
  for (const [line, error] of [
    ["lint", /lint needs a configuration file/],
    ["lint a --check", /^lint does not take --check$/],
    ["lint a --format xml", /takes text, json or sarif/],
    ["lint a --formt json", /did you mean --format\?$/],
    ["config", /^config needs one of print, diff, fmt, unsupported$/],
    ["config print", /takes one file/],
    ["config print a b", /takes one file/],
    ["config diff a", /takes two files/],
    ["config fmt", /needs a file/],
    ["config fmt --check --write a", /exclude each other/],
    ["config fmt --json a", /^config fmt does not take --json$/],
    ["config print a --config-id", /needs the ID/],
  ] as const) {
    it(line, () =>
      expect(parseConfigCommandLine(line.split(" ")))
        .to.have.property("error")
        .that.matches(error),
    );
  }
});
