// The BFD session state machine, asynchronous mode (RFC 5880 §6.2, §6.8).
//
//            neighbour says     Down     Init     Up       AdminDown     detection time expires
//   Down                        Init     Up       .        .             .
//   Init                        .        Up       Up       Down          Down
//   Up                          Down     .        .        Down          Down
//   AdminDown                   .        .        .        .             .
import type { Step } from "../base/machine.js";
import { type Instant, type Micros, earliest, micros } from "../base/time.js";
import {
  ADMINISTRATIVELY_DOWN,
  type ControlPacket,
  DETECTION_TIME_EXPIRED,
  NEIGHBOR_SIGNALED_DOWN,
  NO_DIAGNOSTIC,
  type SessionState,
} from "../wire/bfd.js";
import type { BfdSessionParams } from "./params.js";
import {
  type Session,
  afterTransmission,
  controlPacket,
  desiredMinTx,
  detectionDue,
  detectionTime,
  forgetRemote,
  remoteOf,
  transmissionDue,
} from "./session.js";

export type SessionEvent =
  /** A packet that passed the ladder of `receive.ts`. */
  | { readonly kind: "packet"; readonly packet: ControlPacket }
  | { readonly kind: "timeout" }
  /** A reload; neighbour, source and kind of session are the same. */
  | { readonly kind: "paramsReplaced"; readonly params: BfdSessionParams }
  /** It is to end: the neighbour is told, so that it does not take it for a failure (§6.8.16). */
  | { readonly kind: "stop" };

/** A change of state, with everything that explains it. */
export interface SessionChange {
  readonly from: SessionState;
  readonly to: SessionState;
  /** bfd.LocalDiag after the change. */
  readonly diagnostic: number;
  readonly remoteState: SessionState;
  readonly remoteDiagnostic: number;
  /** In force before the change; 0 while the neighbour is unknown. */
  readonly detectionTime: Micros;
}

export type SessionEffect =
  | { readonly kind: "send"; readonly packet: ControlPacket }
  | { readonly kind: "changed"; readonly change: SessionChange };

type SessionStep = Step<Session, SessionEffect>;

export function step(session: Session, event: SessionEvent, now: Instant): SessionStep {
  switch (event.kind) {
    case "packet":
      return receive(session, event.packet, now);
    case "timeout":
      return timeout(session, now);
    case "paramsReplaced":
      return stay(replaceParams(session, event.params));
    case "stop":
      return session.state === "adminDown" ? stay(session) : enter(session, "adminDown", ADMINISTRATIVELY_DOWN, now);
  }
}

export const nextDue = (session: Session): Instant | undefined =>
  earliest(detectionDue(session), transmissionDue(session));

const stay = (session: Session): SessionStep => ({ state: session, effects: [] });

/** §6.8.6, from the point on where the packet is known to be good and ours. */
function receive(session: Session, packet: ControlPacket, now: Instant): SessionStep {
  if (session.state === "adminDown") return stay(session);
  const heard = hear(session, packet, now);
  const next = stateAfter(session.state, packet.state);
  const stepped =
    next === session.state
      ? stay(heard)
      : enter(heard, next, next === "down" ? NEIGHBOR_SIGNALED_DOWN : NO_DIAGNOSTIC, now, packet.poll);
  return packet.poll && stepped.effects.every(({ kind }) => kind !== "send") ? answerPoll(stepped) : stepped;
}

function hear(session: Session, packet: ControlPacket, now: Instant): Session {
  const { statistics } = session;
  const heard: Session = {
    ...session,
    remote: remoteOf(packet),
    heardAt: now,
    statistics: { ...statistics, received: statistics.received + 1 },
  };
  return packet.final ? endPoll(heard) : heard;
}

function stateAfter(ours: SessionState, theirs: SessionState): SessionState {
  switch (ours) {
    case "adminDown":
      return "adminDown";
    case "down":
      return theirs === "down" ? "init" : theirs === "init" ? "up" : "down";
    case "init":
      return theirs === "adminDown" ? "down" : theirs === "down" ? "init" : "up";
    case "up":
      return theirs === "adminDown" || theirs === "down" ? "down" : "up";
  }
}

/** §6.5: the answer to a Poll Sequence puts what was polled for in force. */
function endPoll(session: Session): Session {
  switch (session.poll) {
    case "none":
    case "pausing":
      return session;
    case "polling":
      return { ...session, poll: "none", minTx: desiredMinTx(session), minRx: session.params.minRx };
    case "pollingThenAgain":
      return { ...session, poll: "pausing" };
  }
}

/** §6.8.7: at once, whatever the schedule says, and without a P of our own. */
function answerPoll({ state: session, effects }: SessionStep): SessionStep {
  const { statistics } = session;
  return {
    state: { ...session, statistics: { ...statistics, sent: statistics.sent + 1 } },
    effects: [...effects, { kind: "send", packet: controlPacket(session, true) }],
  };
}

function timeout(session: Session, now: Instant): SessionStep {
  const silent = detectionDue(session);
  if (silent !== undefined && silent <= now) return expire(session, now);
  const due = transmissionDue(session);
  return due === undefined || due > now ? stay(session) : transmit(session, due, now);
}

/** §6.8.4: nothing was heard for the detection time. */
function expire(session: Session, now: Instant): SessionStep {
  const lost = forgetRemote(session);
  if (session.state !== "init" && session.state !== "up") return timeout(lost, now);
  const span = detectionTime(session);
  return enter(lost, "down", DETECTION_TIME_EXPIRED, now, false, span);
}

/** A new state is told at once (§6.8.7); `isPolled`: the packet that led to it wants an answer. */
function enter(
  session: Session,
  to: SessionState,
  diagnostic: number,
  now: Instant,
  isPolled = false,
  span: Micros = session.heardAt === undefined ? micros(0) : detectionTime(session),
): SessionStep {
  const { state: from, statistics, remote } = session;
  const entered = withIntervals(
    {
      ...session,
      state: to,
      since: now,
      diagnostic,
      statistics: {
        ...statistics,
        cameUp: statistics.cameUp + (to === "up" ? 1 : 0),
        wentDown: statistics.wentDown + (from === "up" ? 1 : 0),
      },
    },
    from,
  );
  const change: SessionChange = {
    from,
    to,
    diagnostic,
    remoteState: remote.state,
    remoteDiagnostic: remote.diagnostic,
    detectionTime: span,
  };
  const told: SessionStep = mayAnnounce(entered) ? transmit(entered, now, now, isPolled) : stay(entered);
  return { state: told.state, effects: [{ kind: "changed", change }, ...told.effects] };
}

/** §6.8.3: up, the pace quickens at once and is polled for; not up, everything is as configured. */
function withIntervals(session: Session, from: SessionState): Session {
  const wanted = desiredMinTx(session);
  const isFaster = session.state === "up" && wanted !== desiredMinTx({ params: session.params, state: from });
  return { ...session, minTx: wanted, minRx: session.params.minRx, poll: isFaster ? "polling" : "none" };
}

/** §6.8.7: the passive role is silent until it has heard the neighbour; there is nobody else to be told either. */
const mayAnnounce = ({ params, remote }: Session): boolean => !params.passive || remote.discriminator !== 0;

function transmit(session: Session, due: Instant, now: Instant, final = false): SessionStep {
  const packet = controlPacket(session, final);
  return { state: afterTransmission(session, due, now), effects: [{ kind: "send", packet }] };
}

/**
 * §6.8.3: until the neighbour has answered, the faster of two sending paces and the longer of two detection times are
 * in force.
 */
function replaceParams(session: Session, params: BfdSessionParams): Session {
  const next: Session = { ...session, params };
  const wanted = desiredMinTx(next);
  if (session.state !== "up") return { ...next, minTx: wanted, minRx: params.minRx };
  const minTx = micros(Math.min(session.minTx, wanted));
  const minRx = micros(Math.max(session.minRx, params.minRx));
  const changed = wanted !== desiredMinTx(session) || params.minRx !== session.params.minRx;
  if (!changed) return { ...next, minTx, minRx };
  const isPolling = session.poll === "polling" || session.poll === "pollingThenAgain";
  const poll = isPolling ? "pollingThenAgain" : session.poll === "pausing" ? "pausing" : "polling";
  return { ...next, minTx, minRx, poll };
}
