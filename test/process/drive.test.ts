// The one drive of all machines, and the journal it writes.
import { expect } from "chai";
import fc from "fast-check";
import type { Machine } from "../../src/base/machine.js";
import { type Instant, instant } from "../../src/base/time.js";
import { drive } from "../../src/process/drive.js";
import { journalLine, parseJournalLine, replay } from "../../src/process/journal.js";

/** Adds what it is given; asks the host to double when told so; wants to be woken at its sum. */
type Event = { readonly kind: "add"; readonly value: number } | { readonly kind: "double" };
type Effect = { readonly kind: "say"; readonly sum: number } | { readonly kind: "doubleLater" };
const machine: Machine<number, Event, Effect> = {
  step: (sum, event) =>
    event.kind === "double"
      ? { state: sum * 2, effects: [{ kind: "say", sum: sum * 2 }] }
      : { state: sum + event.value, effects: [{ kind: "doubleLater" }, { kind: "say", sum: sum + event.value }] },
  nextDue: (sum) => (sum === 0 ? undefined : instant(sum)),
};

describe("process/drive", () => {
  it("finishes a step before the events that its effects cause, and sets the timer once at the end", () => {
    const said: number[] = [];
    const wakes: (Instant | undefined)[] = [];
    const lines: string[] = [];
    const running = drive(
      machine,
      0,
      {
        now: () => instant(42),
        wakeAt: (due) => wakes.push(due),
        perform: (effects, deliver) => {
          for (const effect of effects) {
            if (effect.kind === "say") said.push(effect.sum);
            else deliver({ kind: "double" });
          }
        },
      },
      (line) => lines.push(line),
    );
    running.deliver({ kind: "add", value: 3 });
    expect(said).to.deep.equal([3, 6]);
    expect(wakes).to.deep.equal([6]);
    expect(running.state).to.equal(6);
    const events = lines.map((line) => {
      const entry = parseJournalLine(line);
      if (!entry.ok) throw new Error(entry.error);
      return entry.value;
    });
    expect(events).to.deep.equal([
      { at: 42, event: { kind: "add", value: 3 } },
      { at: 42, event: { kind: "double" } },
    ]);
  });
});

describe("process/journal", () => {
  it("carries octets and everything JSON can say", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), (bytes, at) => {
        const event = { kind: "datagram", interfaceIndex: 2, bytes };
        const entry = parseJournalLine(journalLine(instant(at), event));
        if (!entry.ok) throw new Error(entry.error);
        expect(entry.value).to.deep.equal({ at, event });
      }),
    );
  });

  for (const line of [
    "",
    "{",
    "[]",
    "1",
    "null",
    '{"at":1}',
    '{"event":{}}',
    '{"at":"1","event":{}}',
    '{"at":0.5,"event":{}}',
  ]) {
    it(`gives a reason for ${JSON.stringify(line)}`, () => {
      expect(parseJournalLine(line).ok).to.equal(false);
    });
  }

  it("replays to the state that was", () => {
    const seen: number[] = [];
    const events = [1, 2, 3].map((value) => ({ at: instant(value), event: { kind: "add", value } as const }));
    expect(replay(machine, 0, events, (at) => seen.push(at))).to.equal(6);
    expect(seen).to.deep.equal([1, 2, 3]);
  });
});
