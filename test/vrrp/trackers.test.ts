import { expect } from "chai";
import type { TrackerParams } from "../../src/vrrp/params.js";
import { RouterBench } from "../support/router.js";
import { params } from "../support/vrrp.js";

describe("vrrp: tracked files and processes", () => {
  const numbers: readonly (readonly [number, boolean, number, string, number])[] = [
    // weight, reverse, number in the file, state, effective priority of base 100
    [0, false, 0, "backup", 100],
    [0, false, 7, "fault", 100],
    [0, true, 0, "fault", 100],
    [0, true, 7, "backup", 100],
    [2, false, 3, "backup", 106],
    [2, true, 3, "backup", 94],
    [-2, false, 3, "backup", 94],
    [2, false, 200, "backup", 254],
    [1, false, -253, "backup", 1],
    [2, false, -127, "fault", 1],
    [-2, true, -127, "fault", 1],
  ];
  for (const [weight, reverse, value, state, expected] of numbers) {
    it(`a file of weight ${weight}${reverse ? " reverse" : ""} that says ${value}: ${state}, ${expected}`, () => {
      const file: TrackerParams = { kind: "file", name: "load", weight, reverse };
      const bench = new RouterBench([params({ trackers: [file] })]);
      expect(bench.stateOf()).to.equal("initialize");
      bench.give({ kind: "trackerChanged", tracker: "file", name: "load", up: value === 0, value });
      expect(bench.stateOf()).to.equal(state);
      expect(bench.member().router.priority).to.equal(expected);
      expect(bench.member().router.causes).to.deep.equal(
        state === "fault" ? [{ kind: "fileDown", file: "load", value }] : [],
      );
    });
  }

  it("a process without its quorum is a fault", () => {
    const process: TrackerParams = { kind: "process", name: "web", weight: 0, reverse: false };
    const bench = new RouterBench([params({ trackers: [process] })]);
    bench.give({ kind: "trackerChanged", tracker: "process", name: "web", up: false });
    expect(bench.member().router.causes).to.deep.equal([{ kind: "processDown", process: "web" }]);
    bench.give({ kind: "trackerChanged", tracker: "process", name: "web", up: true });
    expect(bench.stateOf()).to.equal("backup");
  });
});
