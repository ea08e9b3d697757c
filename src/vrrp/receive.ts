// The ladder of receive checks.

/** One name per rung, in the order in which a datagram climbs them. */
export const rejectReasons = [
  "ipHeader",
  "truncated",
  "unknownVrid",
  "notListening",
  "ttl",
  "version",
  "type",
  "length",
  "checksum",
  "authenticationTypeUnknown",
  "authenticationTypeMismatch",
  "authenticationFailure",
  "interval",
  "ownerIgnores",
] as const;

export type RejectReason = (typeof rejectReasons)[number];
