// What a virtual router remembers of authenticated advertisements, and what it signs with: `auth_type AH` (RFC 2338 §5.3.6.3)
// and `auth_hmac`. Passwords need no memory; the ladder compares them.
import type { IpAddress } from "../base/ip.js";
import type { Instant, Micros } from "../base/time.js";
import { encodeAuthenticated, isAuthentic, parseAuthenticationHeader } from "../wire/ah.js";
import { type Stamp, sign } from "../wire/auth-hmac.js";
import { type DatagramHeader, encodeDatagram } from "../wire/datagram.js";
import { AUTH_AH, AUTH_NONE, AUTH_PASS, VRRP_PROTOCOL } from "../wire/vrrp.js";
import type { Authentication, HmacAuthentication, VirtualRouterParams } from "./params.js";
import { MULTICAST_SENDERS, type ReplayMark, type SignatureReason, judgeSignature, nextStamp } from "./signature.js";

export interface AuthenticationMemory {
  /** AH: the highest sequence number that was sent or heard. As in keepalived, all routers count on from one another. */
  readonly sequence?: number;
  /** auth_hmac: what our last advertisement was stamped with. */
  readonly stamp?: Stamp;
  /** auth_hmac: the last stamps of others. */
  readonly marks: readonly ReplayMark[];
}

export const nothingRemembered: AuthenticationMemory = { marks: [] };

export interface Clock {
  readonly now: Instant;
  /** Unix time of the same moment. */
  readonly wall: Micros;
}

export type AuthenticationVerdict =
  | { readonly ok: true; readonly memory: AuthenticationMemory }
  | { readonly ok: false; readonly reason: SignatureReason | "authenticationFailure"; readonly detail: string };

/** The Auth Type field of version 2: the trailer of auth_hmac is no business of it. */
export const authenticationTypes = { none: AUTH_NONE, pass: AUTH_PASS, ah: AUTH_AH, hmac: AUTH_NONE } as const;

/** The authentication header at `start` of a whole IPv4 datagram. */
export function judgeHeader(
  datagram: Uint8Array,
  start: number,
  end: number,
  key: readonly number[],
  memory: AuthenticationMemory,
): AuthenticationVerdict {
  const failed = (detail: string): AuthenticationVerdict => ({ ok: false, reason: "authenticationFailure", detail });
  const header = parseAuthenticationHeader(datagram, start, end);
  if (!header.ok) return failed(header.error);
  const { nextHeader, sequence } = header.value;
  if (nextHeader !== VRRP_PROTOCOL) return failed(`the authentication header precedes protocol ${nextHeader}`);
  if (!isAuthentic(datagram, start, Uint8Array.from(key))) return failed("the password (auth_pass) is not ours");
  if (memory.sequence !== undefined && !isLater(sequence, memory.sequence)) {
    const detail = `sequence number ${sequence}, the last one was ${memory.sequence}`;
    return { ok: false, reason: "replayed", detail };
  }
  return { ok: true, memory: { ...memory, sequence } };
}

/** The trailer of auth_hmac, or its absence (`signed` has no trailer then). */
export function judgeTrailer(
  signed: Uint8Array | undefined,
  source: IpAddress,
  authentication: HmacAuthentication,
  params: VirtualRouterParams,
  memory: AuthenticationMemory,
  clock: Clock,
): AuthenticationVerdict {
  if (signed === undefined) {
    return authentication.mode === "enforce"
      ? { ok: false, reason: "signatureMissing", detail: "it is not signed, and auth_hmac has mode enforce" }
      : { ok: true, memory };
  }
  const { destination } = params;
  const limit = destination.kind === "unicast" ? Math.max(1, destination.peers.length) : MULTICAST_SENDERS;
  const verdict = judgeSignature(signed, source, authentication, clock, { marks: memory.marks, limit });
  return verdict.ok ? { ok: true, memory: { ...memory, marks: verdict.marks } } : verdict;
}

/** How advertisements of one moment are made into datagrams: the same stamp and number for every destination. */
export interface Sealing {
  readonly memory: AuthenticationMemory;
  readonly seal: (header: Omit<DatagramHeader, "protocol">, identification: number, message: Uint8Array) => Uint8Array;
}

export function sealing(authentication: Authentication, memory: AuthenticationMemory, clock: Clock): Sealing {
  switch (authentication.type) {
    case "none":
    case "pass":
      return { memory, seal: plain };
    case "ah": {
      const sequence = nextSequence(memory.sequence, clock.wall);
      const key = Uint8Array.from(authentication.key);
      return {
        memory: { ...memory, sequence },
        seal: (header, identification, message) =>
          encodeAuthenticated({ ...header, identification }, { nextHeader: VRRP_PROTOCOL, sequence }, message, key),
      };
    }
    case "hmac": {
      const { keys, activeKey: keyId, window, mode } = authentication;
      const key = keys.find(({ id }) => id === keyId);
      if (key === undefined || mode === "receiveOnly") return { memory, seal: plain };
      const stamp = nextStamp(memory.stamp, clock.wall, window);
      const octets = Uint8Array.from(key.octets);
      return {
        memory: { ...memory, stamp },
        seal: (header, identification, message) =>
          plain(header, identification, sign(message, header.source, { keyId, stamp }, octets)),
      };
    }
  }
}

const plain: Sealing["seal"] = (header, identification, message) =>
  encodeDatagram({ ...header, protocol: VRRP_PROTOCOL }, identification, message);

/** 2023-11-14 */
const SEQUENCE_EPOCH_SECONDS = 1_700_000_000;
const SEQUENCES_PER_SECOND = 4;

/**
 * The first number of a process comes from the clock, so that the peers of its predecessor, which remember higher numbers than
 * 1, listen to it. Four a second are more than version 2 ever sends for long, and 32 bits of them last until 2057.
 */
function nextSequence(last: number | undefined, wall: Micros): number {
  if (last !== undefined) return (last + 1) >>> 0;
  return Math.max(1, Math.floor((wall / 1_000_000 - SEQUENCE_EPOCH_SECONDS) * SEQUENCES_PER_SECOND)) >>> 0;
}

/** Serial arithmetic (RFC 1982). */
const isLater = (sequence: number, than: number): boolean => ((sequence - than) | 0) > 0;
