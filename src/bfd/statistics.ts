// What is counted: every packet, and every rung of the receive ladder by its name.

/** Why a packet is refused, in the order of the ladder (`receive.ts`). */
export const rejectReasons = [
  "truncated",
  "version",
  "length",
  "multiplierZero",
  "multipoint",
  "myDiscriminatorZero",
  "discriminatorMissing",
  "unknownDiscriminator",
  "unknownSender",
  "otherSender",
  "otherPort",
  "ttl",
  "authentication",
] as const;
export type RejectReason = (typeof rejectReasons)[number];
export type RejectCounts = Readonly<Record<RejectReason, number>>;

export const noRejections: RejectCounts = {
  truncated: 0,
  version: 0,
  length: 0,
  multiplierZero: 0,
  multipoint: 0,
  myDiscriminatorZero: 0,
  discriminatorMissing: 0,
  unknownDiscriminator: 0,
  unknownSender: 0,
  otherSender: 0,
  otherPort: 0,
  ttl: 0,
  authentication: 0,
};

export const countRejection = (counts: RejectCounts, reason: RejectReason): RejectCounts => ({
  ...counts,
  [reason]: counts[reason] + 1,
});

/** Of one session, since it was configured. */
export interface SessionStatistics {
  readonly sent: number;
  readonly received: number;
  readonly rejected: RejectCounts;
  /** Packets that the kernel refused to send. */
  readonly refused: number;
  readonly cameUp: number;
  readonly wentDown: number;
}

export const noStatistics: SessionStatistics = {
  sent: 0,
  received: 0,
  rejected: noRejections,
  refused: 0,
  cameUp: 0,
  wentDown: 0,
};
