// What those who depend on a BFD session are told, above all while its process is gone.
import { expect } from "chai";
import { type Instant, instant, millis } from "../../src/base/time.js";
import { type BfdVerdictEvent, type BfdVerdicts, nextDue, step } from "../../src/supervise/bfd-verdicts.js";

class Bench {
  verdicts: BfdVerdicts = new Map();
  now: Instant = instant(1_000);

  give(event: BfdVerdictEvent): string[] {
    const { state, effects } = step(this.verdicts, event, this.now);
    this.verdicts = state;
    return effects.map(
      ({ session, up, abandoned }) => `${session} ${up ? "up" : "down"}${abandoned ? " abandoned" : ""}`,
    );
  }

  changed(up: boolean, session = "peer"): string[] {
    return this.give({ kind: "changed", session, up });
  }

  configured(...sessions: readonly string[]): string[] {
    return this.give({ kind: "configured", sessions });
  }

  processEnded(): string[] {
    return this.give({ kind: "processEnded", detectionTimeOf: () => millis(300) });
  }

  wake(): string[] {
    this.now = nextDue(this.verdicts) ?? this.now;
    return this.give({ kind: "timeout" });
  }
}

describe("supervise: bfd verdicts", () => {
  it("a new session is down, and that is said at once", () => {
    const bench = new Bench();
    expect(bench.configured("peer", "other")).to.deep.equal(["peer down", "other down"]);
    expect(bench.configured("peer", "other")).to.deep.equal([]);
  });

  it("every change is said, and nothing twice", () => {
    const bench = new Bench();
    bench.configured("peer");
    expect(bench.changed(false)).to.deep.equal([]);
    expect(bench.changed(true)).to.deep.equal(["peer up"]);
    expect(bench.changed(true)).to.deep.equal([]);
    expect(bench.changed(false)).to.deep.equal(["peer down"]);
  });

  it("what a session that is not configured does is nobody's business", () => {
    const bench = new Bench();
    expect(bench.changed(true)).to.deep.equal([]);
    bench.configured("peer");
    bench.changed(true);
    expect(bench.configured()).to.deep.equal([]);
    expect(bench.changed(false)).to.deep.equal([]);
  });

  it("a session that was up stays up while its process is gone, for its detection time and three seconds", () => {
    const bench = new Bench();
    bench.configured("peer", "other");
    bench.changed(true);
    expect(bench.processEnded()).to.deep.equal([]);
    expect(nextDue(bench.verdicts)).to.equal(1_000 + 3_300_000);
    expect(bench.verdicts.get("other")).to.deep.equal({ up: false });
    expect(bench.wake()).to.deep.equal(["peer down abandoned"]);
    expect(nextDue(bench.verdicts)).to.equal(undefined);
  });

  it("a successor that brings it up again in time is no news, and is believed from then on", () => {
    const bench = new Bench();
    bench.configured("peer");
    bench.changed(true);
    bench.processEnded();
    expect(bench.changed(false)).to.deep.equal([]);
    expect(bench.changed(true)).to.deep.equal([]);
    expect(nextDue(bench.verdicts)).to.equal(undefined);
    expect(bench.changed(false)).to.deep.equal(["peer down"]);
  });

  it("a second death does not lengthen the wait", () => {
    const bench = new Bench();
    bench.configured("peer");
    bench.changed(true);
    bench.processEnded();
    bench.now = instant(2_000_000);
    bench.processEnded();
    expect(nextDue(bench.verdicts)).to.equal(1_000 + 3_300_000);
  });
});
