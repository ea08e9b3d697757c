// Counters of one virtual router: keepalived's, and one per rung of the receive ladder.
import { type RejectReason, rejectReasons } from "./receive.js";

export type RejectCounts = Readonly<Record<RejectReason, number>>;

export interface Statistics {
  readonly advertsReceived: number;
  readonly advertsSent: number;
  readonly becameMaster: number;
  readonly releasedMaster: number;
  readonly priorityZeroReceived: number;
  readonly priorityZeroSent: number;
  readonly addressListMismatches: number;
  readonly intervalMismatches: number;
  readonly addressesRestored: number;
  /** Routes and rules put back after somebody else had removed them. */
  readonly routingRestored: number;
  /** Addresses, routes and rules removed that somebody else had added while we were not master. */
  readonly strangersRemoved: number;
  readonly announcementsSent: number;
  readonly refused: number;
  readonly rejected: RejectCounts;
}

export const noRejections: RejectCounts = {
  ipHeader: 0,
  truncated: 0,
  unknownVrid: 0,
  destination: 0,
  unicastSource: 0,
  ttl: 0,
  version: 0,
  type: 0,
  length: 0,
  checksum: 0,
  authenticationTypeUnknown: 0,
  authenticationTypeMismatch: 0,
  authenticationFailure: 0,
  signatureMissing: 0,
  signatureMalformed: 0,
  signatureKeyUnknown: 0,
  signatureInvalid: 0,
  signatureStale: 0,
  replayed: 0,
  interval: 0,
  ownerIgnores: 0,
  notListening: 0,
};

export const noStatistics: Statistics = {
  advertsReceived: 0,
  advertsSent: 0,
  becameMaster: 0,
  releasedMaster: 0,
  priorityZeroReceived: 0,
  priorityZeroSent: 0,
  addressListMismatches: 0,
  intervalMismatches: 0,
  addressesRestored: 0,
  routingRestored: 0,
  strangersRemoved: 0,
  announcementsSent: 0,
  refused: 0,
  rejected: noRejections,
};

export const countRejection = (counts: RejectCounts, reason: RejectReason): RejectCounts => ({
  ...counts,
  [reason]: counts[reason] + 1,
});

/** All rungs together. */
export const totalRejections = (counts: RejectCounts): number =>
  rejectReasons.reduce((total, reason) => total + counts[reason], 0);
