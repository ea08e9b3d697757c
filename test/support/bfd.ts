// What the tests of BFD share: a session with its neighbour, and packets as the neighbour would write them.
import { ip } from "../../src/base/ip.js";
import { type Instant, instant, micros, millis, seconds } from "../../src/base/time.js";
import type { BfdSessionParams } from "../../src/bfd/params.js";
import { type Session, newSession } from "../../src/bfd/session.js";
import { type SessionEffect, type SessionEvent, nextDue, step } from "../../src/bfd/session-machine.js";
import type { ControlPacket } from "../../src/wire/bfd.js";

export const sessionParams = (changes: Partial<BfdSessionParams> = {}): BfdSessionParams => ({
  name: "peer",
  neighbor: ip("10.0.0.2"),
  minRx: millis(100),
  minTx: millis(100),
  idleTx: seconds(1),
  multiplier: 3,
  passive: false,
  multihop: false,
  ttl: 255,
  minTtl: 255,
  ...changes,
});

export const OURS = 0x1111;
export const THEIRS = 0x2222;

/** What the neighbour says when all is well and nothing special is meant. */
export const packet = (changes: Partial<ControlPacket> = {}): ControlPacket => ({
  diagnostic: 0,
  state: "down",
  poll: false,
  final: false,
  independent: false,
  authenticated: false,
  demand: false,
  multipoint: false,
  multiplier: 3,
  myDiscriminator: THEIRS,
  yourDiscriminator: OURS,
  desiredMinTx: millis(100),
  requiredMinRx: millis(100),
  requiredMinEchoRx: micros(0),
  ...changes,
});

/** One session on a bench with a clock. */
export class SessionBench {
  session: Session;
  now: Instant = instant(1_000_000);

  constructor(changes: Partial<BfdSessionParams> = {}, seed = 7) {
    this.session = newSession(sessionParams(changes), OURS, seed, this.now);
  }

  /** Brought up by the neighbour's packets; the poll that follows is answered unless told otherwise. */
  static up(
    changes: Partial<BfdSessionParams> = {},
    theirs: Partial<ControlPacket> = {},
    answered = true,
  ): SessionBench {
    const bench = new SessionBench(changes);
    bench.hear({ state: "down", ...theirs });
    bench.hear({ state: "up", ...theirs });
    if (answered) bench.hear({ state: "up", final: true, ...theirs });
    return bench;
  }

  give(event: SessionEvent): readonly SessionEffect[] {
    const stepped = step(this.session, event, this.now);
    this.session = stepped.state;
    return stepped.effects;
  }

  hear(changes: Partial<ControlPacket> = {}): readonly SessionEffect[] {
    return this.give({ kind: "packet", packet: packet(changes) });
  }

  get due(): Instant | undefined {
    return nextDue(this.session);
  }

  /** Goes to the next deadline and lets it happen. */
  wake(): readonly SessionEffect[] {
    const { due } = this;
    if (due === undefined) throw new Error("nothing is due");
    if (due > this.now) this.now = due;
    return this.give({ kind: "timeout" });
  }

  /** Lets time pass, serving each deadline as it comes; gives the effects with the instants at which they came. */
  pass(span: number): readonly { readonly at: number; readonly effect: SessionEffect }[] {
    const end = instant(this.now + span);
    const begun = this.now;
    const seen: { at: number; effect: SessionEffect }[] = [];
    while (this.due !== undefined && this.due <= end) {
      for (const effect of this.wake()) seen.push({ at: this.now - begun, effect });
    }
    this.now = end;
    return seen;
  }
}

/** "changed down>init 0", "send init P": what effects come to. */
export const effectWords = (effects: readonly SessionEffect[]): string[] =>
  effects.map((effect) =>
    effect.kind === "changed"
      ? `${effect.change.from}>${effect.change.to} ${effect.change.diagnostic}`
      : `send ${effect.packet.state}${effect.packet.poll ? " P" : ""}${effect.packet.final ? " F" : ""}`,
  );

export const sent = (effects: readonly SessionEffect[]): ControlPacket[] =>
  effects.flatMap((effect) => (effect.kind === "send" ? [effect.packet] : []));
