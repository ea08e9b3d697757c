// Real configuration files, each in the surroundings it was written for: verdict, exit status and the lines complained
// about are keepalived's. The files, and what keepalived 2.4 says of each, are not part of this repository; where they are
// not, or where nobody may make the surroundings, there is nothing to test.
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { corpusDirectory, corpusFiles } from "../config/shared.js";

const VIPD = resolve(import.meta.dirname, "../../src/main.js");

/** The program beside the files that makes their surroundings: interfaces, scripts, users, included files. */
const CHECK = resolve(corpusDirectory, "check.py");

/** It lays throw-away directories over the root directory, in namespaces of their own. */
const OVERLAY = `
mount -t tmpfs none /tmp && mkdir /tmp/upper /tmp/work /tmp/root &&
mount -t overlay -o lowerdir=/,upperdir=/tmp/upper,workdir=/tmp/work none /tmp/root`;

const canCheck = (): boolean =>
  existsSync(CHECK) &&
  spawnSync("python3", ["-c", ""]).status === 0 &&
  spawnSync("unshare", ["-n", "-m", "-u", "--propagation", "private", "sh", "-c", OVERLAY]).status === 0;

/** Agreement in something: in how many files of how many. */
const tallyOf = (what: string, output: string): string | undefined =>
  new RegExp(`^${what} +([0-9]+/[0-9]+) `, "m").exec(output)?.[1];

if (canCheck()) {
  describe("real configuration files, as keepalived -t has them", () => {
    const files = corpusFiles().length;
    let output = "";
    let copy = "";

    before(function () {
      this.timeout(300_000);
      const command = [process.execPath, VIPD, "-t", "-f", "{file}"];
      // What a file includes is laid beside it meanwhile, and other tests read the originals.
      copy = mkdtempSync(join(tmpdir(), "vipd-corpus-"));
      cpSync(corpusDirectory, copy, { recursive: true });
      const argv = [CHECK, copy, "--compare", "lines", "--timeout", "60", "--verbose", "--", ...command];
      const { stdout, stderr } = spawnSync("python3", argv, { encoding: "utf8", maxBuffer: 1 << 26 });
      output = stdout + stderr;
    });

    after(() => rmSync(copy, { recursive: true, force: true }));

    for (const [what, title] of [
      ["verdict", "accepts and rejects the same files"],
      ["rc", "ends with the same exit status"],
      ["lines", "complains about the same lines"],
    ] as const) {
      it(title, () => {
        expect(tallyOf(what, output), output).to.equal(`${files}/${files}`);
      });
    }
  });
}
