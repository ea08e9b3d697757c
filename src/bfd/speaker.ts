// The state of the BFD speaker: all sessions of the process, and what is open for them. `speaker-machine.ts` has the step.
import type { Step } from "../base/machine.js";
import { draw } from "../base/prng.js";
import { type Instant, after, seconds } from "../base/time.js";
import { BFD_MULTIHOP_PORT, BFD_PORT, encodeControlPacket } from "../wire/bfd.js";
import type { BfdComplaint, SpeakerEffect } from "./effects.js";
import type { Port } from "./events.js";
import type { BfdParams, BfdSessionParams } from "./params.js";
import type { Session } from "./session.js";
import { type SessionEvent, step as stepSession } from "./session-machine.js";
import { type RejectCounts, noRejections } from "./statistics.js";

/** What was refused, to be asked for again. */
export interface Obstacle {
  readonly effect: Extract<SpeakerEffect, { readonly kind: "listen" | "open" }>;
  /** For example "bind: EADDRINUSE". */
  readonly detail: string;
}

export interface Speaker {
  readonly params: BfdParams;
  /** In the order of the configuration. */
  readonly sessions: readonly Session[];
  /** Places in `sessions`. */
  readonly byDiscriminator: ReadonlyMap<number, number>;
  readonly byNeighbor: ReadonlyMap<string, number>;
  /** By {@link portKey}. */
  readonly ports: ReadonlyMap<string, Port>;
  readonly obstacles: ReadonlyMap<string, Obstacle>;
  readonly retryAt?: Instant;
  /** Packets that belong to no session, by rung. */
  readonly unattributed: RejectCounts;
  /** When each complaint may be made again. */
  readonly quietUntil: ReadonlyMap<string, Instant>;
  /** State of the generator of discriminators and of the sessions' own. */
  readonly random: number;
}

export type SpeakerStep = Step<Speaker, SpeakerEffect>;

/** `seed`: other speakers should not have the same, or they would choose the same discriminators. */
export const newSpeaker = (seed: number): Speaker => ({
  params: { sessions: [] },
  sessions: [],
  byDiscriminator: new Map(),
  byNeighbor: new Map(),
  ports: new Map(),
  obstacles: new Map(),
  unattributed: noRejections,
  quietUntil: new Map(),
  random: seed,
});

export const portKey = ({ family, multihop }: Port): string => `IPv${family} ${destinationPort(multihop)}`;

export const portOf = ({ params }: Session): Port => ({ family: params.neighbor.family, multihop: params.multihop });

const destinationPort = (multihop: boolean): number => (multihop ? BFD_MULTIHOP_PORT : BFD_PORT);

/** The socket that a session sends from. */
export const openEffect = ({ name, neighbor, source, ttl }: BfdSessionParams): Obstacle["effect"] => ({
  kind: "open",
  session: name,
  neighbor,
  ...(source !== undefined && { source }),
  ttl,
});

/** Goes on from one step to the next, keeping the effects of both in order. */
export function then(first: SpeakerStep, next: (speaker: Speaker) => SpeakerStep): SpeakerStep {
  const second = next(first.state);
  return { state: second.state, effects: [...first.effects, ...second.effects] };
}

/** Delivers an event to the session at a place and translates what it wants. */
export function deliver(speaker: Speaker, place: number, event: SessionEvent, now: Instant): SpeakerStep {
  const session = speaker.sessions[place];
  if (session === undefined) return { state: speaker, effects: [] };
  const { name, neighbor, multihop } = session.params;
  const stepped = stepSession(session, event, now);
  const effects = stepped.effects.map((effect): SpeakerEffect =>
    effect.kind === "changed"
      ? { kind: "changed", session: name, at: now, ...effect.change }
      : {
          kind: "transmit",
          session: name,
          destination: neighbor,
          port: destinationPort(multihop),
          bytes: encodeControlPacket(effect.packet),
        },
  );
  return { state: withSession(speaker, place, stepped.state), effects };
}

export const withSession = (speaker: Speaker, place: number, session: Session): Speaker => ({
  ...speaker,
  sessions: speaker.sessions.with(place, session),
});

const QUIET = seconds(60);

/** Says something, unless the same (by `key`) was said in the last minute. */
export function complain(
  speaker: Speaker,
  key: string,
  about: BfdComplaint,
  now: Instant,
  session?: string,
): SpeakerStep {
  const until = speaker.quietUntil.get(key);
  if (until !== undefined && until > now) return { state: speaker, effects: [] };
  const quietUntil = new Map(speaker.quietUntil).set(key, after(now, QUIET));
  const effect: SpeakerEffect = { kind: "complain", ...(session !== undefined && { session }), about };
  return { state: { ...speaker, quietUntil }, effects: [effect] };
}

/** A number that no session of ours has (RFC 5880 §6.8.1), and the generator after it. */
export function drawDiscriminator(
  random: number,
  taken: ReadonlySet<number>,
): { readonly discriminator: number; readonly random: number } {
  const drawn = draw(random);
  const discriminator = 1 + Math.floor(drawn.fraction * 0xffff_ffff);
  return taken.has(discriminator) ? drawDiscriminator(drawn.random, taken) : { discriminator, random: drawn.random };
}
