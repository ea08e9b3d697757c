import { expect } from "chai";
import { Trackers } from "../../src/process/trackers.js";

const idle = { configure: () => undefined, current: () => [], stop: () => undefined };
const noScripts = { ...idle, stop: () => Promise.resolve() };

describe("what is tracked outside the vrrp process", () => {
  it("is told to a new vrrp process, each with its kind", () => {
    const trackers = new Trackers({
      scripts: { ...noScripts, current: () => [{ script: "chk", up: true, detail: "" }] },
      files: { ...idle, current: () => [{ file: "load", value: -3, detail: "" }] },
      processes: { ...idle, current: () => [{ process: "web", up: false, detail: "" }] },
    });
    expect(trackers.verdicts).to.deep.equal([
      { tracker: "script", name: "chk", up: true },
      { tracker: "file", name: "load", up: false, value: -3 },
      { tracker: "process", name: "web", up: false },
    ]);
  });
});
