// What the BFD engine is told about each session. Configuration words end in `config/lower`.
import type { IpAddress } from "../base/ip.js";
import type { Micros } from "../base/time.js";

export interface BfdSessionParams {
  /** The name of the bfd_instance block: unique, and the key under which everybody speaks of it. */
  readonly name: string;
  readonly neighbor: IpAddress;
  /** Absent: the kernel's choice. */
  readonly source?: IpAddress;
  /** bfd.RequiredMinRxInterval (RFC 5880 §6.8.1). */
  readonly minRx: Micros;
  /** bfd.DesiredMinTxInterval while the session is up. */
  readonly minTx: Micros;
  /** bfd.DesiredMinTxInterval while it is not: one second at least (§6.8.3). */
  readonly idleTx: Micros;
  /** bfd.DetectMult, 1..255 */
  readonly multiplier: number;
  /** The passive role (§6.1): says nothing before the neighbour has spoken. */
  readonly passive: boolean;
  /** Routers may lie between us and the neighbour (RFC 5883). */
  readonly multihop: boolean;
  /** TTL or hop limit of our packets. */
  readonly ttl: number;
  /** Packets that arrive with less are refused (RFC 5881 §5). */
  readonly minTtl: number;
}

/** Everything the bfd process is configured with. */
export interface BfdParams {
  readonly sessions: readonly BfdSessionParams[];
}

/** A session goes on through a reload as long as these agree; what else has changed is negotiated anew. */
export const isSameSession = (a: BfdSessionParams, b: BfdSessionParams): boolean =>
  a.name === b.name && JSON.stringify(endpoints(a)) === JSON.stringify(endpoints(b));

const endpoints = ({ neighbor, source, multihop }: BfdSessionParams): unknown => [neighbor, source ?? null, multihop];
