// The real machine, as a configuration asks about it.
import { expect } from "chai";
import { chmodSync, mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { configEnvironment } from "../../src/host/config-environment.js";
import type { Link } from "../../src/wire/link.js";

const link = (index: number, name: string): Link => ({
  index,
  name,
  enabled: true,
  up: true,
  loopback: name === "lo",
  arp: true,
  mtu: 1500,
});

describe("host: configuration environment", () => {
  const environment = configEnvironment({
    links: () => [link(1, "lo"), link(2, "eth0")],
    addresses: () => [
      { interfaceIndex: 2, prefix: { address: { family: 4, octets: [10, 0, 0, 1] }, length: 24 }, scope: 0, flags: 0 },
    ],
    configId: "main",
  });
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "vipd-config-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("reads plain files only, and says why not otherwise", () => {
    const file = join(directory, "a.conf");
    writeFileSync(file, "text\n");
    chmodSync(file, 0o600);
    expect(environment.readFile(file)).to.deep.equal({ kind: "text", text: "text\n", exposed: false });
    chmodSync(file, 0o640);
    expect(environment.readFile(file)).to.deep.equal({ kind: "text", text: "text\n", exposed: true });
    chmodSync(file, 0o744);
    expect(environment.readFile(file)).to.deep.equal({ kind: "notPlain" });
    expect(environment.readFile(directory)).to.deep.equal({ kind: "directory" });
    expect(environment.readFile(join(directory, "none"))).to.deep.equal({ kind: "missing" });
    symlinkSync("loop", join(directory, "loop"));
    expect(environment.readFile(join(directory, "loop"))).to.deep.equal({ kind: "unreadable", code: "ELOOP" });
  });

  it("lists directories", () => {
    mkdirSync(join(directory, "d"));
    writeFileSync(join(directory, "f"), "");
    expect(environment.readDirectory(directory)?.toSorted()).to.deep.equal(["d", "f"]);
    expect(environment.readDirectory(join(directory, "f"))).to.equal(undefined);
    expect(environment.exists(join(directory, "f"))).to.be.true;
    expect(environment.exists(join(directory, "f", "g"))).to.be.false;
  });

  it("knows interfaces, users and groups", () => {
    expect(environment.findInterface("eth0")).to.deep.equal({
      loopback: false,
      mtu: 1500,
      addresses: [{ family: 4, octets: [10, 0, 0, 1] }],
    });
    expect(environment.findInterface("lo")?.loopback).to.be.true;
    expect(environment.findInterface("eth9")).to.equal(undefined);
    expect(environment.findUser("root")).to.deep.include({ uid: 0, gid: 0 });
    expect(environment.findUser("no such user")).to.equal(undefined);
    expect(environment.findGroup("root")).to.equal(0);
    expect(environment.findGroup("")).to.equal(undefined);
    expect(environment.self.uid).to.equal(userInfo().uid);
    expect(environment.configId).to.equal("main");
  });

  it("finds programs, and says who else could change them", () => {
    const program = join(directory, "run");
    writeFileSync(program, "#!/bin/sh\n");
    expect(environment.findProgram(program)).to.deep.equal({ kind: "notExecutable", path: program });
    chmodSync(program, 0o777);
    expect(environment.findProgram(program)).to.deep.include({ kind: "found", path: program });
    expect(environment.findProgram(program)).to.have.property("insecure");
    expect(environment.findProgram("/bin/sh")).to.deep.include({ kind: "found", path: "/bin/sh" });
    expect(environment.findProgram("sh").kind).to.equal("found");
    expect(environment.findProgram("no-such-program")).to.deep.equal({ kind: "missing" });
  });

  it("draws whole numbers between both ends", () => {
    for (let i = 0; i < 50; i++) expect(environment.random(3, 5)).to.be.oneOf([3, 4, 5]);
  });
});
