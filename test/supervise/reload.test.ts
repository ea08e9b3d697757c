// Reloads follow each other, one at a time, however many are asked for.
import { expect } from "chai";
import { after, instant } from "../../src/base/time.js";
import {
  APPLY_PATIENCE,
  type Reload,
  type ReloadEvent,
  idleReload,
  nextDue,
  step,
} from "../../src/supervise/reload.js";

const now = instant(5);
const accepted: ReloadEvent = { kind: "accepted" };
const requested: ReloadEvent = { kind: "requested" };

function run(...events: readonly ReloadEvent[]): { readonly state: Reload; readonly effects: readonly string[] } {
  let state = idleReload;
  let effects: readonly string[] = [];
  for (const event of events) {
    const next = step(state, event, now);
    state = next.state;
    effects = next.effects.map((effect) => (effect.kind === "done" ? `done ${String(effect.ok)}` : effect.kind));
  }
  return { state, effects };
}

describe("reload", () => {
  it("checks first, then applies, then tells", () => {
    expect(run(requested).effects).to.deep.equal(["begin", "check"]);
    expect(run(requested, accepted).effects).to.deep.equal(["apply"]);
    expect(run(requested, accepted, { kind: "applied" })).to.deep.equal({ state: idleReload, effects: ["done true"] });
  });

  it("applies nothing when the check refuses", () => {
    expect(run(requested, { kind: "refused", detail: "no" })).to.deep.equal({
      state: idleReload,
      effects: ["done false"],
    });
  });

  it("remembers one request that comes in meanwhile, however often it comes", () => {
    for (const middle of [
      [requested, accepted],
      [accepted, requested, requested, requested],
    ]) {
      const first = run(requested, ...middle, { kind: "applied" });
      expect(first.effects).to.deep.equal(["done true", "begin", "check"]);
      expect(run(requested, ...middle, { kind: "applied" }, accepted, { kind: "applied" }).state).to.deep.equal(
        idleReload,
      );
    }
    expect(run(requested, requested, { kind: "refused", detail: "" }).effects).to.deep.equal([
      "done false",
      "begin",
      "check",
    ]);
  });

  it("does not wait for ever for a child", () => {
    const { state } = run(requested, accepted);
    expect(nextDue(state)).to.equal(after(now, APPLY_PATIENCE));
    expect(step(state, { kind: "timeout" }, now).state).to.equal(state);
    const late = step(state, { kind: "timeout" }, after(now, APPLY_PATIENCE));
    expect(late.state).to.deep.equal(idleReload);
    expect(late.effects).to.have.lengthOf(1);
  });

  it("ignores what does not belong to its state", () => {
    const strays: readonly ReloadEvent[] = [
      accepted,
      { kind: "applied" },
      { kind: "refused", detail: "" },
      { kind: "timeout" },
    ];
    for (const stray of strays) expect(run(stray)).to.deep.equal({ state: idleReload, effects: [] });
  });
});
