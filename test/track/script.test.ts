import { expect } from "chai";
import fc from "fast-check";
import type { CommandOutcome } from "../../src/base/command.js";
import { instant, seconds, type Instant } from "../../src/base/time.js";
import type { ScriptParams } from "../../src/track/params.js";
import {
  scriptMachine,
  trackScript,
  type ScriptEffect,
  type ScriptEvent,
  type TrackedScript,
} from "../../src/track/script.js";

const root = { user: "root", uid: 0, gid: 0, groups: [] };
const params = (changes: Partial<ScriptParams> = {}): ScriptParams => ({
  name: "chk",
  command: { argv: ["/bin/true"], identity: root },
  interval: seconds(5),
  timeout: seconds(3),
  rise: 1,
  fall: 1,
  initFail: false,
  ...changes,
});

const at = (second: number): Instant => instant(Math.round(second * 1_000_000));
const exited = (status: number): CommandOutcome => ({ kind: "exited", status });

/** A script on a clock of its own. */
class Bench {
  script: TrackedScript;
  effects: ScriptEffect[] = [];

  constructor(changes: Partial<ScriptParams> = {}) {
    this.script = trackScript(params(changes), at(0));
  }

  step(second: number, event: ScriptEvent): readonly ScriptEffect[] {
    const { state, effects } = scriptMachine.step(this.script, event, at(second));
    this.script = state;
    this.effects.push(...effects);
    return effects;
  }

  timeout(second: number): readonly ScriptEffect[] {
    return this.step(second, { kind: "timeout" });
  }

  ended(second: number, outcome: CommandOutcome): readonly ScriptEffect[] {
    return this.step(second, { kind: "ended", outcome });
  }

  due(): number | undefined {
    const due = scriptMachine.nextDue(this.script);
    return due === undefined ? undefined : due / 1_000_000;
  }

  /** Runs the script once per status, an interval apart. */
  results(...statuses: number[]): (boolean | undefined)[] {
    return statuses.map((status, index) => {
      this.timeout(index * 5);
      this.ended(index * 5 + 1, exited(status));
      return this.script.verdict?.up;
    });
  }
}

describe("tracked script", () => {
  describe("schedule", () => {
    it("starts every interval from the planned start, however late or long the runs are", () => {
      const bench = new Bench();
      expect(bench.timeout(0)).to.deep.equal([{ kind: "run" }]);
      bench.ended(0.2, exited(0));
      expect(bench.due()).to.equal(5);
      expect(bench.timeout(5.4)).to.deep.equal([{ kind: "run" }]);
      bench.ended(7, exited(0));
      expect(bench.due()).to.equal(10);
    });

    it("does nothing before the start is due", () => {
      const bench = new Bench();
      bench.timeout(0);
      bench.ended(1, exited(0));
      expect(bench.timeout(4.9)).to.deep.equal([]);
    });

    it("skips a start while the previous run has not ended", () => {
      const bench = new Bench({ timeout: seconds(60) });
      bench.timeout(0);
      expect(bench.timeout(5)).to.deep.equal([{ kind: "skipped" }]);
      expect(bench.script.skipped).to.equal(1);
      bench.ended(6, exited(0));
      expect(bench.timeout(10)).to.deep.equal([{ kind: "run" }]);
    });

    it("makes up for no start that a pause of the machine has swallowed", () => {
      const bench = new Bench();
      bench.timeout(0);
      bench.ended(1, exited(0));
      expect(bench.timeout(23)).to.deep.equal([{ kind: "run" }]);
      expect(bench.due()).to.equal(25);
    });
  });

  describe("verdict", () => {
    it("is unknown until the first result, which decides at once", () => {
      const good = new Bench({ rise: 3, fall: 3 });
      expect(good.script.verdict).to.equal(undefined);
      good.timeout(0);
      expect(good.ended(1, exited(0))).to.deep.equal([{ kind: "verdict", up: true, detail: "exited with status 0" }]);
      const bad = new Bench({ rise: 3, fall: 3 });
      bad.timeout(0);
      expect(bad.ended(1, exited(2))).to.deep.equal([{ kind: "verdict", up: false, detail: "exited with status 2" }]);
    });

    it("starts as failed with init_fail, and the first success still decides", () => {
      const bench = new Bench({ rise: 3, initFail: true });
      expect(bench.script.verdict?.up).to.equal(false);
      expect(bench.results(0)).to.deep.equal([true]);
    });

    const table: readonly (readonly [
      rise: number,
      fall: number,
      statuses: readonly number[],
      up: readonly boolean[],
    ])[] = [
      [1, 1, [0, 1, 0], [true, false, true]],
      [1, 2, [0, 1, 1], [true, true, false]],
      [1, 3, [0, 1, 1, 1], [true, true, true, false]],
      [1, 3, [0, 1, 1, 0, 1, 1, 1], [true, true, true, true, true, true, false]],
      [2, 1, [1, 0, 0], [false, false, true]],
      [3, 1, [1, 0, 0, 0], [false, false, false, true]],
      [3, 1, [1, 0, 0, 1, 0, 0, 0], [false, false, false, false, false, false, true]],
      [2, 2, [0, 1, 1, 0, 0], [true, true, false, false, true]],
    ];
    for (const [rise, fall, statuses, up] of table) {
      it(`rise ${rise}, fall ${fall}, results ${statuses.join(" ")}`, () => {
        expect(new Bench({ rise, fall }).results(...statuses)).to.deep.equal(up);
      });
    }

    it("takes a signal and a program that cannot be started for failures", () => {
      const bench = new Bench();
      bench.timeout(0);
      expect(bench.ended(1, { kind: "signalled", signal: "SIGSEGV" })).to.deep.equal([
        { kind: "verdict", up: false, detail: "ended by signal SIGSEGV" },
      ]);
      const missing = new Bench();
      missing.timeout(0);
      missing.ended(0, { kind: "notStarted", program: "/x", code: "ENOENT", reason: "/x does not exist" });
      expect(missing.script.verdict).to.deep.equal({ up: false, detail: "could not be started: /x does not exist" });
    });

    it("changes exactly when `rise` or `fall` results in a row disagree with it", () => {
      const runs = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 });
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), runs, (rise, fall, successes) => {
          const bench = new Bench({ rise, fall });
          const found = bench.results(...successes.map((success) => (success ? 0 : 1)));
          let up = successes[0] ?? false;
          let against = 0;
          const expected = successes.map((success) => {
            against = success === up ? 0 : against + 1;
            if (against === (up ? fall : rise)) [up, against] = [!up, 0];
            return up;
          });
          expect(found).to.deep.equal(expected);
          expect(bench.script.counter).to.be.within(0, rise + fall - 1);
        }),
      );
    });
  });

  describe("time limit", () => {
    it("sends SIGTERM, SIGKILL after two seconds, and again every ten", () => {
      const bench = new Bench({ interval: seconds(100) });
      bench.timeout(0);
      expect(bench.due()).to.equal(3);
      expect(bench.timeout(3)).to.deep.equal([
        { kind: "kill", signal: "SIGTERM" },
        { kind: "verdict", up: false, detail: "took longer than 3 s" },
      ]);
      expect(bench.due()).to.equal(5);
      expect(bench.timeout(5)).to.deep.equal([{ kind: "kill", signal: "SIGKILL" }]);
      expect(bench.due()).to.equal(15);
      expect(bench.timeout(15)).to.deep.equal([{ kind: "kill", signal: "SIGKILL" }]);
    });

    it("counts once, even when the program then ends with success", () => {
      const bench = new Bench({ fall: 2 });
      bench.results(0);
      bench.timeout(5);
      bench.timeout(8);
      expect(bench.script.verdict?.up).to.equal(true);
      expect(bench.ended(8.1, exited(0))).to.deep.equal([]);
      expect(bench.script.counter).to.equal(1);
    });

    it("counts one failure when the limit and the next start fall together", () => {
      const bench = new Bench({ fall: 2, timeout: seconds(5) });
      bench.results(0);
      bench.timeout(5);
      expect(bench.timeout(10)).to.deep.equal([{ kind: "kill", signal: "SIGTERM" }, { kind: "skipped" }]);
      expect(bench.script.verdict?.up).to.equal(true);
    });

    it("goes on counting a program that nothing can end", () => {
      const bench = new Bench({ fall: 2, timeout: seconds(5) });
      bench.results(0);
      bench.timeout(5);
      bench.timeout(10);
      bench.timeout(12);
      expect(bench.timeout(15)).to.deep.equal([
        { kind: "skipped" },
        { kind: "verdict", up: false, detail: "cannot be ended" },
      ]);
    });
  });

  describe("reload", () => {
    it("keeps the verdict and measures anew", () => {
      const bench = new Bench();
      bench.results(0);
      bench.step(2, { kind: "paramsReplaced", params: params({ rise: 2, fall: 3 }) });
      expect(bench.script.verdict?.up).to.equal(true);
      expect(bench.script.counter).to.equal(4);
    });

    it("does not wait for a start of the old schedule that lies further away than the new interval", () => {
      const bench = new Bench({ interval: seconds(600) });
      bench.timeout(0);
      bench.ended(1, exited(0));
      bench.step(10, { kind: "paramsReplaced", params: params({ interval: seconds(2) }) });
      expect(bench.due()).to.equal(12);
    });
  });

  describe("stop", () => {
    it("ends what runs and starts no more", () => {
      const bench = new Bench();
      bench.timeout(0);
      expect(bench.step(1, { kind: "stop" })).to.deep.equal([{ kind: "kill", signal: "SIGTERM" }]);
      expect(bench.due()).to.equal(3);
      expect(bench.timeout(3)).to.deep.equal([{ kind: "kill", signal: "SIGKILL" }]);
      expect(bench.ended(3.1, { kind: "signalled", signal: "SIGKILL" })).to.deep.equal([]);
      expect(bench.due()).to.equal(undefined);
      expect(bench.script.verdict).to.equal(undefined);
    });

    it("has nothing to do while nothing runs", () => {
      const bench = new Bench();
      expect(bench.step(0, { kind: "stop" })).to.deep.equal([]);
      expect(bench.due()).to.equal(undefined);
    });
  });

  it("never starts a run while one runs, and always has a deadline until it is stopped", () => {
    const event = fc.oneof(
      fc.constant<ScriptEvent>({ kind: "timeout" }),
      fc.constantFrom<ScriptEvent>({ kind: "ended", outcome: exited(0) }, { kind: "ended", outcome: exited(1) }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.integer({ min: 0, max: 8_000 }))), (events) => {
        const bench = new Bench({ rise: 2, fall: 2 });
        let now = 0;
        let running = false;
        for (const [what, wait] of events) {
          now += wait / 1_000;
          if (what.kind === "ended") running = false;
          for (const effect of bench.step(now, what)) {
            if (effect.kind !== "run") continue;
            expect(running).to.equal(false);
            running = true;
          }
          expect(bench.due()).to.be.a("number");
        }
      }),
    );
  });
});
