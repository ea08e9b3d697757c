import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type TrackFiles, createTrackFiles } from "../../src/process/track-files.js";
import type { FileParams } from "../../src/track/params.js";
import { rememberingLog } from "../support/log.js";

describe("tracked files", function () {
  // A directory that is not there is looked for once a second.
  this.timeout(20_000);
  let directory = "";
  let values: number[] = [];
  let files: TrackFiles;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "vipd-track-"));
    values = [];
    files = createTrackFiles({ onVerdict: ({ value }) => values.push(value), log: rememberingLog() });
  });
  afterEach(() => {
    files.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const path = (...parts: string[]): string => join(directory, ...parts);
  const track = (changes: Partial<FileParams> = {}): void => {
    files.configure([{ name: "load", path: path("load"), ...changes }]);
  };
  const said = async (...expected: number[]): Promise<void> => {
    const end = Date.now() + 5_000;
    while (values.length < expected.length && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(values).to.deep.equal(expected);
  };

  it("follows a file that is made, written, replaced by another and removed", async () => {
    track();
    await said(0);
    writeFileSync(path("load"), "3\n");
    await said(0, 3);
    writeFileSync(path("new"), "4\n");
    renameSync(path("new"), path("load"));
    await said(0, 3, 4);
    writeFileSync(path("load"), "99999999999\n");
    writeFileSync(path("load"), "5\n");
    await said(0, 3, 4, 5);
    rmSync(path("load"));
    await said(0, 3, 4, 5, 0);
  });

  it("a file that is emptied before it is written does not count as 0 in between", async () => {
    writeFileSync(path("load"), "1\n");
    track();
    await said(1);
    writeFileSync(path("load"), "");
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeFileSync(path("load"), "2\n");
    await said(1, 2);
  });

  it("waits for a directory, and follows it when it is made again", async () => {
    track({ path: path("run", "load") });
    await said(0);
    mkdirSync(path("run"));
    writeFileSync(path("run", "load"), "1");
    await said(0, 1);
    rmSync(path("run"), { recursive: true });
    await said(0, 1, 0);
    mkdirSync(path("run"));
    writeFileSync(path("run", "load"), "2");
    await said(0, 1, 0, 2);
  });

  it("makes files at the start only, and writes over them only where asked to", async () => {
    track({ initial: { value: 9, overwrite: false } });
    await said(9);
    writeFileSync(path("other"), "1");
    files.configure([{ name: "other", path: path("other"), initial: { value: 2, overwrite: true } }]);
    await said(9, 1);
    expect(readFileSync(path("other"), "utf8")).to.equal("1");
    const again = createTrackFiles({ onVerdict: ({ value }) => values.push(value), log: rememberingLog() });
    again.configure([
      { name: "a", path: path("load"), initial: { value: 3, overwrite: false } },
      { name: "b", path: path("other"), initial: { value: 4, overwrite: true } },
    ]);
    const end = Date.now() + 5_000;
    while (again.current().length < 2 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(again.current().map(({ value }) => value)).to.deep.equal([9, 4]);
    again.stop();
  });

  it("keeps the number across a reload", async () => {
    writeFileSync(path("load"), "6");
    track();
    await said(6);
    track();
    expect(files.current()).to.deep.equal([{ file: "load", value: 6, detail: `${path("load")} says 6` }]);
    expect(values).to.deep.equal([6]);
  });
});
