// From the engine's state to what the status socket shows of one BFD session.
import { formatIp } from "../base/ip.js";
import type { Instant } from "../base/time.js";
import { type Session, desiredMinTx, detectionTime, transmissionDue, transmitInterval } from "../bfd/session.js";
import { type Speaker, portKey, portOf } from "../bfd/speaker.js";
import type { SessionStatistics } from "../bfd/statistics.js";
import type { SessionState } from "../wire/bfd.js";

/** RFC 5880 §6.8.1; flat, JSON, stable. */
export interface BfdSessionView {
  readonly name: string;
  readonly state: SessionState;
  readonly since: Instant;
  /** 0..31: why the state was entered. */
  readonly diagnostic: number;
  readonly neighbor: string;
  readonly source?: string;
  readonly multihop: boolean;
  readonly passive: boolean;
  readonly discriminator: number;
  /** 0: unknown. */
  readonly remoteDiscriminator: number;
  readonly remoteState: SessionState;
  readonly remoteDiagnostic: number;
  /** When the last good packet came, unless the neighbour has been silent for the detection time since. */
  readonly heardAt?: Instant;
  /** False: it may not send now (passive, or the neighbour wants nothing). */
  readonly transmitting: boolean;
  /** What both sides agreed on; packets go out up to a quarter earlier. */
  readonly transmitIntervalMicros: number;
  /** Silence of the neighbour that ends the session; 0 while it is unknown. */
  readonly detectionTimeMicros: number;
  readonly desiredMinTxMicros: number;
  readonly requiredMinRxMicros: number;
  readonly multiplier: number;
  readonly remoteDesiredMinTxMicros: number;
  readonly remoteRequiredMinRxMicros: number;
  readonly remoteMultiplier: number;
  /** A change of intervals waits for the neighbour's answer. */
  readonly polling: boolean;
  /** A socket that the kernel refuses, for example "bind: EADDRINUSE"; tried again every second. */
  readonly obstacle?: string;
  readonly statistics: SessionStatistics;
  /** Its process has ended, and a successor has not spoken yet: the rest is how things were. */
  readonly unattended?: true;
  /** Its process has ended, and until then those who depend on it are told that it is up as before. */
  readonly heldUntil?: Instant;
}

export function viewSession(session: Session, speaker: Speaker): BfdSessionView {
  const { params, remote, heardAt } = session;
  const obstacle =
    speaker.obstacles.get(`listen ${portKey(portOf(session))}`) ?? speaker.obstacles.get(`open ${params.name}`);
  return {
    name: params.name,
    state: session.state,
    since: session.since,
    diagnostic: session.diagnostic,
    neighbor: formatIp(params.neighbor),
    ...(params.source !== undefined && { source: formatIp(params.source) }),
    multihop: params.multihop,
    passive: params.passive,
    discriminator: session.discriminator,
    remoteDiscriminator: remote.discriminator,
    remoteState: remote.state,
    remoteDiagnostic: remote.diagnostic,
    ...(heardAt !== undefined && { heardAt }),
    transmitting: transmissionDue(session) !== undefined,
    transmitIntervalMicros: transmitInterval(session),
    detectionTimeMicros: detectionTime(session),
    desiredMinTxMicros: desiredMinTx(session),
    requiredMinRxMicros: params.minRx,
    multiplier: params.multiplier,
    remoteDesiredMinTxMicros: remote.desiredMinTx,
    remoteRequiredMinRxMicros: remote.requiredMinRx,
    remoteMultiplier: remote.multiplier,
    polling: session.poll !== "none",
    ...(obstacle !== undefined && { obstacle: obstacle.detail }),
    statistics: session.statistics,
  };
}
