import { expect } from "chai";
import { instant, micros, seconds } from "../../src/base/time.js";
import type { ProcessParams } from "../../src/track/params.js";
import { isTracked } from "../../src/track/process-match.js";
import { type ProcessEffect, type ProcessEvent, processMachine, trackProcess } from "../../src/track/process.js";

const params = (changes: Partial<ProcessParams> = {}): ProcessParams => ({
  name: "web",
  command: ["haproxy"],
  match: "none",
  fullCommand: false,
  quorum: 1,
  forkDelay: micros(0),
  terminateDelay: micros(0),
  ...changes,
});

class Bench {
  state;
  constructor(changes: Partial<ProcessParams> = {}) {
    this.state = trackProcess(params(changes));
  }

  step(second: number, event: ProcessEvent): readonly ProcessEffect[] {
    const { state, effects } = processMachine.step(this.state, event, instant(second * 1_000_000));
    this.state = state;
    return effects;
  }

  counted(second: number, count: number): readonly boolean[] {
    return this.step(second, { kind: "counted", count }).map(({ up }) => up);
  }

  timeout(second: number): readonly boolean[] {
    return this.step(second, { kind: "timeout" }).map(({ up }) => up);
  }

  get due(): number | undefined {
    return processMachine.nextDue(this.state);
  }
}

describe("how many processes run", () => {
  const verdicts: readonly (readonly [number, number | undefined, number, boolean])[] = [
    // quorum, quorum_max, count, up
    [1, undefined, 0, false],
    [1, undefined, 1, true],
    [2, undefined, 1, false],
    [2, 3, 3, true],
    [2, 3, 4, false],
    [1, 0, 0, true],
    [1, 0, 1, false],
  ];
  for (const [quorum, quorumMax, count, up] of verdicts) {
    it(`quorum ${quorum}${quorumMax === undefined ? "" : `..${quorumMax}`}: ${count} is ${up ? "up" : "down"}`, () => {
      const bench = new Bench({ quorum, ...(quorumMax !== undefined && { quorumMax }) });
      expect(bench.counted(0, count)).to.deep.equal([up]);
    });
  }

  it("waits with what a fork or an end changes, not with the first count", () => {
    const bench = new Bench({ forkDelay: seconds(2), terminateDelay: seconds(5) });
    expect(bench.counted(0, 1)).to.deep.equal([true]);
    expect(bench.counted(1, 0)).to.deep.equal([]);
    expect(bench.due).to.equal(6_000_000);
    expect(bench.timeout(5)).to.deep.equal([]);
    expect(bench.timeout(6)).to.deep.equal([false]);
    expect(bench.counted(7, 1)).to.deep.equal([]);
    expect(bench.due).to.equal(9_000_000);
    expect(bench.timeout(9)).to.deep.equal([true]);
    expect(bench.due).to.equal(undefined);
  });

  it("forgets a change that is undone in time", () => {
    const bench = new Bench({ terminateDelay: seconds(5) });
    bench.counted(0, 1);
    bench.counted(1, 0);
    expect(bench.counted(2, 1)).to.deep.equal([]);
    expect(bench.due).to.equal(undefined);
  });

  it("does not put off a change that goes on", () => {
    const bench = new Bench({ quorum: 3, terminateDelay: seconds(5) });
    bench.counted(0, 3);
    bench.counted(1, 2);
    bench.counted(4, 1);
    expect(bench.due).to.equal(6_000_000);
  });

  it("judges anew when the quorum is changed", () => {
    const bench = new Bench();
    bench.counted(0, 1);
    const effects = bench.step(1, { kind: "paramsReplaced", params: params({ quorum: 2 }) });
    expect(effects).to.deep.equal([{ kind: "verdict", up: false, count: 1 }]);
  });
});

describe("whether a process is the one", () => {
  const names = { comm: "a-name-of-16-lon", commandLine: ["/opt/a-name-of-16-long", "40", "fifty"] };
  const program = "/opt/a-name-of-16-long";
  const cases: readonly (readonly [string, Partial<ProcessParams>, boolean])[] = [
    ["its name", { command: ["a-name-of-16-lon"] }, false],
    ["its name as far as the kernel keeps it", { command: ["a-name-of-16-l"] }, false],
    ["a path without full_command", { command: [program] }, false],
    ["a path with full_command", { command: [program], fullCommand: true }, true],
    ["a name with full_command", { command: ["a-name-of-16-long"], fullCommand: true }, false],
    ["all arguments", { command: [program, "40", "fifty"], match: "exact" }, true],
    ["some arguments as all", { command: [program, "40"], match: "exact" }, false],
    ["no arguments", { command: [program], match: "exact" }, false],
    ["the first arguments", { command: [program, "40"], match: "partial" }, true],
    ["other arguments", { command: [program, "41"], match: "partial" }, false],
    ["the beginning of the last", { command: [program, "40", "fif"], match: "initial" }, true],
    ["the beginning of another", { command: [program, "4", "fifty"], match: "initial" }, false],
  ];
  for (const [title, changes, expected] of cases) {
    it(`${title}: ${expected ? "yes" : "no"}`, () => {
      expect(isTracked(params(changes), names)).to.equal(expected);
    });
  }

  it("a name of more than 15 octets means the process that the kernel calls by the first 15", () => {
    const comm = { comm: "trk-sleep-long-", commandLine: [] };
    expect(isTracked(params({ command: ["trk-sleep-long-name"] }), comm)).to.equal(true);
    expect(isTracked(params({ command: ["trk-sleep-long-"] }), comm)).to.equal(true);
    expect(isTracked(params({ command: ["trk-sleep-long"] }), comm)).to.equal(false);
  });
});
