// One BFD session: its state variables (RFC 5880 §6.8.1) and the intervals that follow from them (§6.8.2 .. §6.8.4).
//
// When to send and when to give up are functions of the state: they follow every change of an interval by themselves.
import { type Instant, type Micros, after, elapsed, instant, micros, seconds } from "../base/time.js";
import { draw } from "../base/prng.js";
import { type ControlPacket, NO_DIAGNOSTIC, type SessionState } from "../wire/bfd.js";
import type { BfdSessionParams } from "./params.js";
import { type SessionStatistics, noStatistics } from "./statistics.js";

/** What the neighbour said last. */
export interface Remote {
  /** bfd.RemoteDiscr; 0: not known, or forgotten because nothing was heard for the detection time. */
  readonly discriminator: number;
  readonly state: SessionState;
  readonly diagnostic: number;
  readonly desiredMinTx: Micros;
  readonly requiredMinRx: Micros;
  readonly multiplier: number;
  readonly demand: boolean;
}

/**
 * A Poll Sequence (§6.5): `polling` until the answer comes. What changes meanwhile is polled for afterwards, with a
 * packet without P between the two, so that no late answer to the first is taken for one to the second.
 */
export type Poll = "none" | "polling" | "pollingThenAgain" | "pausing";

export interface Session {
  readonly params: BfdSessionParams;
  readonly state: SessionState;
  readonly since: Instant;
  /** bfd.LocalDiag */
  readonly diagnostic: number;
  /** bfd.LocalDiscr: unique on this system, never 0. */
  readonly discriminator: number;
  readonly remote: Remote;
  readonly poll: Poll;
  /** The intervals in force: while a poll is unanswered, one of them may be what was told before (§6.8.3). */
  readonly minTx: Micros;
  readonly minRx: Micros;
  /** When the last periodic packet was due, or another went out instead. */
  readonly sentAt?: Instant;
  /** How much of the interval the next packet waits: 0.75 .. 1 (§6.8.7). */
  readonly pace: number;
  /** State of the generator. */
  readonly random: number;
  /** When the last good packet came; absent once nothing has come for the detection time. */
  readonly heardAt?: Instant;
  readonly statistics: SessionStatistics;
}

/** bfd.RemoteMinRxInterval begins as 1 (§6.8.1). */
const strangerRemote: Remote = {
  discriminator: 0,
  state: "down",
  diagnostic: NO_DIAGNOSTIC,
  desiredMinTx: micros(0),
  requiredMinRx: micros(1),
  multiplier: 0,
  demand: false,
};

/** A session that is to begin now; `discriminator` is nobody else's. */
export function newSession(params: BfdSessionParams, discriminator: number, random: number, now: Instant): Session {
  return {
    params,
    state: "down",
    since: now,
    diagnostic: NO_DIAGNOSTIC,
    discriminator,
    remote: strangerRemote,
    poll: "none",
    minTx: idleInterval(params),
    minRx: params.minRx,
    pace: 1,
    random,
    statistics: noStatistics,
  };
}

/** §6.8.1: what is known of the neighbour does not outlive its silence. What it last reported is kept for the status. */
export function forgetRemote({ heardAt: _heardAt, ...session }: Session): Session {
  const { state, diagnostic } = session.remote;
  return { ...session, remote: { ...strangerRemote, state, diagnostic } };
}

export const remoteOf = (packet: ControlPacket): Remote => ({
  discriminator: packet.myDiscriminator,
  state: packet.state,
  diagnostic: packet.diagnostic,
  desiredMinTx: packet.desiredMinTx,
  requiredMinRx: packet.requiredMinRx,
  multiplier: packet.multiplier,
  demand: packet.demand,
});

const ONE_SECOND = seconds(1);

/** §6.8.3: not below a second while the session is not up. */
const idleInterval = ({ idleTx, minTx }: BfdSessionParams): Micros => micros(Math.max(idleTx, minTx, ONE_SECOND));

/** bfd.DesiredMinTxInterval, as our packets tell it. */
export const desiredMinTx = ({ params, state }: Pick<Session, "params" | "state">): Micros =>
  state === "up" ? params.minTx : idleInterval(params);

/** §6.8.7: the pace both sides agree to, before jitter. */
export const transmitInterval = ({ minTx, remote }: Session): Micros => micros(Math.max(minTx, remote.requiredMinRx));

/** §6.8.4: how long the neighbour may be silent; 0 while nothing is known of it. */
export const detectionTime = ({ minRx, remote }: Session): Micros =>
  micros(remote.multiplier * Math.max(minRx, remote.desiredMinTx));

/** When the neighbour has been silent for too long. */
export const detectionDue = (session: Session): Instant | undefined =>
  session.heardAt === undefined ? undefined : after(session.heardAt, detectionTime(session));

/** When the next periodic packet goes out; undefined where none may (§6.8.7). */
export function transmissionDue(session: Session): Instant | undefined {
  const { params, state, remote, poll, sentAt, pace } = session;
  if (state === "adminDown" || remote.requiredMinRx === 0) return undefined;
  if (params.passive && remote.discriminator === 0) return undefined;
  const isPolling = poll === "polling" || poll === "pollingThenAgain";
  if (remote.demand && state === "up" && remote.state === "up" && !isPolling) return undefined;
  if (sentAt === undefined) return session.since;
  return instant(sentAt + Math.round(transmitInterval(session) * pace));
}

/** Notes a packet that was due at `due` and goes out now: the schedule is kept, however late we were woken. */
export function afterTransmission(session: Session, due: Instant, now: Instant): Session {
  const { fraction, random } = draw(session.random);
  const isOnSchedule = due <= now && elapsed(due, now) < transmitInterval(session);
  return {
    ...session,
    sentAt: isOnSchedule ? due : now,
    pace: jitteredPace(session.params.multiplier, fraction),
    random,
    poll: session.poll === "pausing" ? "polling" : session.poll,
    statistics: { ...session.statistics, sent: session.statistics.sent + 1 },
  };
}

/** §6.8.7: 0 .. 25 % less than the interval; with a multiplier of 1, at most 90 % of it. */
const jitteredPace = (multiplier: number, fraction: number): number =>
  multiplier === 1 ? 0.75 + 0.15 * fraction : 1 - 0.25 * fraction;

/** The packet that tells the neighbour how things stand (§6.8.7). */
export const controlPacket = (session: Session, final: boolean): ControlPacket => ({
  diagnostic: session.diagnostic,
  state: session.state,
  poll: !final && (session.poll === "polling" || session.poll === "pollingThenAgain"),
  final,
  independent: false,
  authenticated: false,
  demand: false,
  multipoint: false,
  multiplier: session.params.multiplier,
  myDiscriminator: session.discriminator,
  yourDiscriminator: session.remote.discriminator,
  desiredMinTx: desiredMinTx(session),
  requiredMinRx: session.params.minRx,
  requiredMinEchoRx: micros(0),
});
