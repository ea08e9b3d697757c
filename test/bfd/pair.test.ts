// Two speakers on a bad line, in virtual time from a seed: they agree in the end, and neither is up alone for long.
import { expect } from "chai";
import fc from "fast-check";
import { ip } from "../../src/base/ip.js";
import { type Prng, prng } from "../../src/base/prng.js";
import { type Instant, instant, millis } from "../../src/base/time.js";
import type { SpeakerEffect } from "../../src/bfd/effects.js";
import type { SpeakerEvent } from "../../src/bfd/events.js";
import type { BfdSessionParams } from "../../src/bfd/params.js";
import { detectionTime } from "../../src/bfd/session.js";
import { type Speaker, newSpeaker } from "../../src/bfd/speaker.js";
import { nextDue, step } from "../../src/bfd/speaker-machine.js";
import { sessionParams } from "../support/bfd.js";

type Side = "a" | "b";
const addresses = { a: ip("10.0.0.1"), b: ip("10.0.0.2") } as const;
const farEnd = (side: Side): Side => (side === "a" ? "b" : "a");

interface Line {
  /** Probability that a packet of this side is lost; 1 is a cut. */
  readonly loss: Readonly<Record<Side, number>>;
  readonly maxDelayMicros: number;
}

class Pair {
  now: Instant = instant(1_000_000);
  line: Line = { loss: { a: 0, b: 0 }, maxDelayMicros: 1_000 };
  readonly speakers: Record<Side, Speaker>;
  readonly changes: { at: number; side: Side; to: string }[] = [];
  packets = 0;
  readonly #random: Prng;
  #flying: { at: Instant; to: Side; bytes: Uint8Array }[] = [];

  constructor(seed: number, a: Partial<BfdSessionParams> = {}, b: Partial<BfdSessionParams> = {}) {
    this.#random = prng(seed);
    this.speakers = { a: newSpeaker(seed), b: newSpeaker(seed + 1) };
    this.configure("a", a);
    this.configure("b", b);
  }

  configure(side: Side, changes: Partial<BfdSessionParams>): void {
    const sessions = [sessionParams({ neighbor: addresses[farEnd(side)], ...changes })];
    this.#give(side, { kind: "configure", params: { sessions } });
  }

  end(side: Side): void {
    this.#give(side, { kind: "configure", params: { sessions: [] } });
  }

  restart(side: Side, seed: number): void {
    const { params } = this.speakers[side];
    this.speakers[side] = newSpeaker(seed);
    this.#give(side, { kind: "configure", params });
  }

  session(side: Side) {
    const [session] = this.speakers[side].sessions;
    if (session === undefined) throw new Error(`${side} has no session`);
    return session;
  }

  get states(): string {
    return `${this.session("a").state} ${this.session("b").state}`;
  }

  #give(side: Side, event: SpeakerEvent): void {
    const stepped = step(this.speakers[side], event, this.now);
    this.speakers[side] = stepped.state;
    for (const effect of stepped.effects) this.#perform(side, effect);
  }

  #perform(side: Side, effect: SpeakerEffect): void {
    if (effect.kind === "changed") this.changes.push({ at: this.now, side, to: effect.to });
    if (effect.kind !== "transmit") return;
    this.packets++;
    if (this.#random.fraction() < this.line.loss[side]) return;
    const at = instant(this.now + 1 + this.#random.below(this.line.maxDelayMicros));
    this.#flying.push({ at, to: farEnd(side), bytes: effect.bytes });
  }

  run(span: number, always: () => void = () => undefined): void {
    const end = instant(this.now + span);
    for (;;) {
      const due = Math.min(
        nextDue(this.speakers.a) ?? Infinity,
        nextDue(this.speakers.b) ?? Infinity,
        ...this.#flying.map(({ at }) => at),
      );
      if (due > end) break;
      this.now = instant(Math.max(this.now, due));
      const landed = this.#flying.filter(({ at }) => at <= this.now);
      this.#flying = this.#flying.filter(({ at }) => at > this.now);
      for (const { to, bytes } of landed) {
        this.#give(to, { kind: "packet", from: addresses[farEnd(to)], ttl: 255, multihop: false, bytes });
      }
      for (const side of ["a", "b"] as const) {
        const own = nextDue(this.speakers[side]);
        if (own !== undefined && own <= this.now) this.#give(side, { kind: "timeout" });
      }
      always();
    }
    this.now = end;
  }
}

const seeds = fc.integer({ min: 0, max: 0x7fff_ffff });
const intervals = fc.record({
  minRx: fc.integer({ min: 10, max: 2_000 }).map(millis),
  minTx: fc.integer({ min: 10, max: 2_000 }).map(millis),
  multiplier: fc.integer({ min: 1, max: 10 }),
  passive: fc.boolean(),
});

describe("bfd: pairs", () => {
  it("come up within moments, whatever their intervals, and agree on pace and detection time", () => {
    fc.assert(
      fc.property(seeds, intervals, intervals, (seed, a, b) => {
        const pair = new Pair(seed, { ...a, passive: false }, b);
        pair.run(10_000_000);
        expect(pair.states).to.equal("up up");
        expect(pair.session("a").poll).to.equal("none");
        expect(detectionTime(pair.session("a"))).to.equal(b.multiplier * Math.max(a.minRx, b.minTx));
        expect(detectionTime(pair.session("b"))).to.equal(a.multiplier * Math.max(b.minRx, a.minTx));
      }),
      { numRuns: 50 },
    );
  });

  it("that are both passive stay down, and silent", () => {
    const pair = new Pair(1, { passive: true }, { passive: true });
    pair.run(60_000_000);
    expect(pair.states).to.equal("down down");
    expect(pair.packets).to.equal(0);
  });

  it("never go down on a line that only delays", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const pair = new Pair(seed);
        pair.line = { loss: { a: 0, b: 0 }, maxDelayMicros: 40_000 };
        pair.run(5_000_000);
        const before = pair.changes.length;
        pair.run(60_000_000);
        expect(pair.states).to.equal("up up");
        expect(pair.changes.length).to.equal(before);
      }),
      { numRuns: 20 },
    );
  });

  it("come up again after any time of losses, once the line is good", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (seed, lossA, lossB) => {
        const pair = new Pair(seed);
        pair.line = { loss: { a: lossA / 100, b: lossB / 100 }, maxDelayMicros: 30_000 };
        pair.run(30_000_000);
        pair.line = { loss: { a: 0, b: 0 }, maxDelayMicros: 1_000 };
        pair.run(5_000_000);
        expect(pair.states).to.equal("up up");
      }),
      { numRuns: 40 },
    );
  });

  it("are never up on a line that carries one way only", () => {
    fc.assert(
      fc.property(seeds, fc.boolean(), (seed, aIsHeard) => {
        const pair = new Pair(seed);
        pair.line = { loss: { a: aIsHeard ? 0 : 1, b: aIsHeard ? 1 : 0 }, maxDelayMicros: 5_000 };
        pair.run(60_000_000, () => {
          expect(pair.states).to.not.include("up");
        });
      }),
      { numRuns: 20 },
    );
  });

  it("both know of a cut line within the detection time, be it cut one way or both", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom("a", "b", "both"), (seed, cut) => {
        const pair = new Pair(seed);
        pair.run(5_000_000 + (seed % 100_000));
        expect(pair.states).to.equal("up up");
        pair.line = {
          loss: { a: cut === "b" ? 0 : 1, b: cut === "a" ? 0 : 1 },
          maxDelayMicros: 1_000,
        };
        // The last packet may still be in the air, and the news of the one travels to the other.
        pair.run(300_000 + 2_000);
        expect(pair.states).to.not.include("up");
      }),
      { numRuns: 50 },
    );
  });

  it("a side that starts anew is noticed at once, and both come up again", () => {
    const pair = new Pair(3);
    pair.run(5_000_000);
    pair.restart("b", 99);
    const before = pair.changes.length;
    pair.run(10_000);
    expect(pair.changes.slice(before).map(({ side, to }) => `${side} ${to}`)).to.include("a down");
    pair.run(3_000_000);
    expect(pair.states).to.equal("up up");
  });

  it("a change of intervals on one side never costs the session", () => {
    fc.assert(
      fc.property(seeds, fc.array(intervals, { minLength: 1, maxLength: 5 }), (seed, changes) => {
        const pair = new Pair(seed);
        pair.run(5_000_000);
        expect(pair.states).to.equal("up up");
        const before = pair.changes.length;
        for (const change of changes) {
          pair.configure("a", { ...change, multiplier: Math.max(3, change.multiplier), passive: false });
          pair.run(seed % 700_000);
        }
        pair.run(20_000_000);
        expect(pair.states).to.equal("up up");
        expect(pair.changes.slice(before)).to.deep.equal([]);
        const last = changes.at(-1);
        expect(pair.session("a").minRx).to.equal(last?.minRx);
        expect(pair.session("a").minTx).to.equal(last?.minTx);
        expect(pair.session("a").poll).to.equal("none");
      }),
      { numRuns: 50 },
    );
  });

  it("an orderly end is known to the other at once, and is no failure", () => {
    const pair = new Pair(5);
    pair.run(5_000_000);
    pair.end("a");
    pair.run(2_000);
    expect(pair.session("b").state).to.equal("down");
    expect(pair.session("b").diagnostic).to.equal(3);
    expect(pair.session("b").remote.state).to.equal("adminDown");
  });
});
