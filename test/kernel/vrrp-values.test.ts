// The values of keywords around VRRP, given to the keepalived of this machine: what the table says about them is so.
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCases } from "../config/vrrp-values.js";

/** In one namespace with eth0 and eth1, one file after another. */
const RUN = `
ip link set lo up && ip link add eth0 type veth peer name eth1 && ip link set eth0 up && ip link set eth1 up || exit 1
ip addr add 10.9.9.1/24 dev eth0 || exit 1
for conf in *.conf; do keepalived -t -f "$conf" 2>"$conf.stderr"; echo $? >"$conf.status"; done`;

/** Versions that "2.4" in the table is about. */
const OLD = /v2\.[0-3]\./;

describe("keepalived's opinion of every value around VRRP", () => {
  const cases = readCases();
  let directory = "";
  let isOld = false;

  before(function () {
    this.timeout(300_000);
    const version = spawnSync("keepalived", ["--version"], { encoding: "utf8" });
    if (version.status !== 0) this.skip();
    isOld = OLD.test(version.stderr);
    directory = mkdtempSync(join(tmpdir(), "vipd-values-"));
    for (const [index, { text }] of cases.entries()) writeFileSync(join(directory, `${index}.conf`), text);
    const { status, stderr } = spawnSync("unshare", ["-n", "sh", "-c", RUN], { cwd: directory, encoding: "utf8" });
    expect(status, stderr).to.equal(0);
  });

  after(() => {
    if (directory !== "") rmSync(directory, { recursive: true });
  });

  for (const [index, { name, status, since24 }] of cases.entries()) {
    it(`${name} (${status})`, function () {
      if (isOld && since24) this.skip();
      const file = (what: string): string => readFileSync(join(directory, `${index}.conf.${what}`), "latin1");
      expect(Number(file("status")), file("stderr")).to.equal(status);
    });
  }
});
