// The picture of the lab: it fills every size exactly, and says what a person looks for.
import { expect } from "chai";
import fc from "fast-check";
import { seconds } from "../../src/base/time.js";
import { nothingAsked, record, type Availability } from "../../src/lab/availability.js";
import { fit, render, span, widthOf, wrap } from "../../src/lab/paint.js";
import { clock, draw, grouped, percent } from "../../src/lab/screen.js";
import type { InstanceStatus, LabView, NodeView } from "../../src/lab/view.js";

const status: InstanceStatus = {
  state: "master",
  sinceMilliseconds: 1234,
  why: "no advertisement from 192.0.2.2 for 361 ms",
  masterDownInterval: seconds(0.361),
  priority: 150,
  advertsSent: 1234,
  advertsReceived: 5,
  childPid: 12,
  restarts: 0,
};
const master: NodeView = {
  name: "a",
  daemon: { kind: "running", pid: 7 },
  status,
  frozen: false,
  unplugged: false,
  holdsVip: true,
};
const backup: NodeView = { ...master, name: "b", status: { ...status, state: "backup" }, holdsVip: false };

const requests = (letters: string): Availability =>
  Array.from(letters).reduce((so, letter, index) => {
    const at = 100 * index;
    return record(so, { sentAt: at, doneAt: at, ...(letter !== "x" && { node: letter }) });
  }, nothingAsked);

const view: LabView = {
  vip: "192.0.2.100",
  uptime: 65_000,
  now: 2000,
  nodes: [master, backup],
  availability: requests("aaaxxbb"),
  events: [{ at: 1500, who: "you", text: "kill node a", tone: "action" }],
};

const textOf = (shown: LabView, columns = 80, rows = 24): string =>
  draw(shown, "a", { columns, rows })
    .map((line) => line.map(({ text }) => text).join(""))
    .join("\n");

describe("lab: screen", () => {
  it("fills any terminal exactly, whatever there is to show", () => {
    const daemon = fc.constantFrom<NodeView["daemon"]>(
      { kind: "running", pid: 4_000_000 },
      { kind: "stopping" },
      { kind: "killed" },
      { kind: "ended", how: "exit status 2", lastWords: "x".repeat(300) },
    );
    const node = fc
      .record({ daemon, frozen: fc.boolean(), unplugged: fc.boolean(), why: fc.string(), known: fc.boolean() })
      .map(({ why, known, daemon: process, ...rest }): NodeView => {
        const { status: _, ...bare } = { ...master, ...rest, daemon: process };
        return known ? { ...bare, status: { ...status, why, restarts: 123 } } : bare;
      });
    fc.assert(
      fc.property(
        node,
        fc.string(),
        fc.array(fc.constantFrom("a", "b", "x")),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 80 }),
        (a, text, letters, columns, rows) => {
          const events = [{ at: 1, who: "a" as const, text, tone: "bad" as const }];
          const availability = requests(letters.join(""));
          const lines = draw({ ...view, nodes: [a, backup], events, availability }, "a", { columns, rows });
          expect(lines.length).to.equal(rows);
          for (const line of lines) expect(widthOf(line)).to.equal(columns);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it("shows states, reasons, the virtual IP and the client's luck", () => {
    const text = textOf(view);
    for (const expected of [
      "● MASTER",
      "○ BACKUP",
      "no advertisement from 192.0.2.2 for",
      "192.0.2.100 here",
      "192.0.2.100 not here",
      "1,234 sent, 5 heard",
      "node b answers",
      "71.4 %",
      "2 lost of 7",
      "last outage 300 ms",
      "███××██",
      "kill node a",
    ]) {
      expect(text).to.include(expected);
    }
  });

  it("tells the nodes by letter where there are no colours", () => {
    const lines = draw(view, "a", { columns: 80, rows: 24 }, false).map((line) =>
      line.map(({ text }) => text).join(""),
    );
    expect(lines.join("\n")).to.include("aaa××bb").and.not.include("█");
  });

  it("tells a virtual IP that a killed node left behind from one in use", () => {
    const killed: NodeView = { ...master, daemon: { kind: "killed" } };
    expect(textOf({ ...view, nodes: [killed, backup] })).to.include("192.0.2.100 left behind");
  });

  it("says for how long nobody has answered", () => {
    expect(textOf({ ...view, availability: requests("aaxx"), now: 850 })).to.include("nobody for 750 ms");
  });

  it("offers the keys that make sense for the selected node", () => {
    expect(textOf(view)).to.include("kill -9").and.include("unplug");
    const frozen = textOf({ ...view, nodes: [{ ...master, frozen: true, unplugged: true }, backup] });
    expect(frozen).to.include("thaw").and.include("plug in");
    const stopped = textOf({ ...view, nodes: [{ ...master, daemon: { kind: "stopped" } }, backup] });
    expect(stopped).to.include("start").and.not.include("kill -9");
  });

  it("asks for room when there is too little", () => {
    expect(textOf(view, 60, 10)).to.include("needs 72 x 22");
  });
});

describe("lab: paint", () => {
  it("cuts with an ellipsis and pads with blanks", () => {
    const shown = (width: number): string => render(fit([span("one "), span("two")], width), true);
    expect([shown(9), shown(7), shown(6), shown(3)]).to.deep.equal(["one two  ", "one two", "one t…", "on…"]);
  });

  it("wraps between words and cuts the last line", () => {
    expect(wrap("the quick brown fox jumps", 10, 2)).to.deep.equal(["the quick", "brown fox…"]);
  });

  it("lets no control character through", () => {
    expect(span("a\x1b[2J\nb").text).to.equal("a [2J b");
  });

  it("leaves colours out when there are to be none", () => {
    expect(render([span("x", { color: 9 })], false)).to.equal("x");
    expect(render([span("x", { color: 9, bold: true })], true)).to.equal("\x1b[1;38;5;9mx\x1b[0m");
  });

  it("never rounds a loss up to 100 %", () => {
    expect([percent(1), percent(0.99999), percent(0)]).to.deep.equal(["100 %", "99.9 %", "0.0 %"]);
  });

  it("reads clocks and numbers as people write them", () => {
    expect([clock(65_432), clock(65_432, true), grouped(1234567)]).to.deep.equal(["01:05", "01:05.432", "1,234,567"]);
  });
});
