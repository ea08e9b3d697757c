// The lab's command line and its little language.
import { expect } from "chai";
import { nothingAsked, record } from "../../src/lab/availability.js";
import { readOptions } from "../../src/lab/options.js";
import { parseScript } from "../../src/lab/script.js";
import { judge } from "../../src/lab/scripted.js";

describe("lab: script", () => {
  it("reads steps in order, whatever the blanks", () => {
    expect(parseScript(" wait 0.5;kill a ; until b   answers;")).to.deep.equal({
      ok: true,
      value: [
        { kind: "wait", milliseconds: 500 },
        { kind: "act", action: "kill", node: "a" },
        { kind: "until", node: "b", condition: "answers" },
      ],
    });
  });

  for (const wrong of [
    "kill",
    "kill c",
    "kill a b",
    "wait",
    "wait soon",
    "wait -1",
    "until a",
    "until a happy",
    "jump a",
    "",
  ]) {
    it(`refuses "${wrong}" and says what it expects`, () => {
      const outcome = parseScript(wrong);
      expect(outcome.ok).to.equal(false);
      if (!outcome.ok) expect(outcome.error).to.include("until NODE WHAT").and.include(wrong);
    });
  }
});

describe("lab: options", () => {
  it("is live, with a limit of a second, when nothing is said", () => {
    expect(readOptions([])).to.deep.equal({ ok: true, value: { help: false, inside: false, limit: 1000 } });
  });

  for (const wrong of [["--limit", "soon"], ["--script", "jump"], ["--what"], ["stray"]]) {
    it(`refuses ${wrong.join(" ")}`, () => expect(readOptions(wrong).ok).to.equal(false));
  }
});

describe("lab: verdict", () => {
  const view = { vip: "192.0.2.100", uptime: 0, now: 1000, nodes: [], events: [] };
  const answered = [0, 100, 600].map((sentAt) => ({ sentAt, doneAt: sentAt, node: "a" }));
  const [first, second, third] = answered;
  const outage = [first, second, { sentAt: 300, doneAt: 550 }, third]
    .filter((request) => request !== undefined)
    .reduce(record, nothingAsked);

  it("passes an outage within the limit and fails one beyond it", () => {
    expect(judge({ ...view, availability: outage }, 500, []).ok).to.equal(true);
    expect(judge({ ...view, availability: outage }, 499, []).ok).to.equal(false);
  });

  it("fails when a step failed, and when nobody ever answered", () => {
    expect(judge({ ...view, availability: outage }, 500, ["could not kill node a"]).summary.join("\n")).to.include(
      "FAILED: could not kill node a",
    );
    expect(judge({ ...view, availability: nothingAsked }, 500, []).ok).to.equal(false);
  });
});
