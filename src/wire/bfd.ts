// BFD Control packets: RFC 5880 §4.1, over UDP (RFC 5881 §4, RFC 5883 §5).
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// |Vers |  Diag   |Sta|P|F|C|A|D|M|  Detect Mult  |    Length     |
// |                       My Discriminator                        |   never 0
// |                      Your Discriminator                       |   0: not known yet
// |                    Desired Min TX Interval                    |   microseconds
// |                   Required Min RX Interval                    |   microseconds; 0: send me nothing
// |                 Required Min Echo RX Interval                 |   microseconds; 0: no Echo packets
//
// An Authentication Section may follow (§4.1, A bit). vipd has none, and a packet with one is refused.
import { readU32, writeU32 } from "../base/bytes.js";
import { type Result, err, ok } from "../base/result.js";
import { type Micros, micros } from "../base/time.js";

/** Destination ports of a neighbour on the link (RFC 5881 §4) and of one that is routers away (RFC 5883 §5). */
export const BFD_PORT = 3784;
export const BFD_MULTIHOP_PORT = 4784;
/** Source ports: at least this, for every kind of session (RFC 5881 §4). */
export const FIRST_SOURCE_PORT = 49_152;

export const BFD_VERSION = 1;
export const CONTROL_LENGTH = 24;
/** The shortest packet with an Authentication Section. */
const AUTHENTICATED_LENGTH = 26;

/** bfd.SessionState, in the order of its numbers. */
export const sessionStates = ["adminDown", "down", "init", "up"] as const;
export type SessionState = (typeof sessionStates)[number];

/** Diagnostics that we give ourselves; a neighbour may give any of 0..31. */
export const NO_DIAGNOSTIC = 0;
export const DETECTION_TIME_EXPIRED = 1;
export const NEIGHBOR_SIGNALED_DOWN = 3;
export const ADMINISTRATIVELY_DOWN = 7;

export interface ControlPacket {
  /** 0..31: why the session last changed its state. */
  readonly diagnostic: number;
  readonly state: SessionState;
  readonly poll: boolean;
  readonly final: boolean;
  /** C: the sender's BFD outlives its control plane. */
  readonly independent: boolean;
  /** A: an Authentication Section follows. */
  readonly authenticated: boolean;
  /** D: once the session is up, send nothing unless you poll. */
  readonly demand: boolean;
  /** M: reserved, never set. */
  readonly multipoint: boolean;
  /** 1..255 in a good packet. */
  readonly multiplier: number;
  readonly myDiscriminator: number;
  readonly yourDiscriminator: number;
  readonly desiredMinTx: Micros;
  readonly requiredMinRx: Micros;
  readonly requiredMinEchoRx: Micros;
}

const POLL = 0x20;
const FINAL = 0x10;
const INDEPENDENT = 0x08;
const AUTHENTICATED = 0x04;
const DEMAND = 0x02;
const MULTIPOINT = 0x01;

export function encodeControlPacket(packet: ControlPacket): Uint8Array {
  const bytes = new Uint8Array(CONTROL_LENGTH);
  bytes[0] = (BFD_VERSION << 5) | packet.diagnostic;
  bytes[1] =
    (sessionStates.indexOf(packet.state) << 6) |
    (packet.poll ? POLL : 0) |
    (packet.final ? FINAL : 0) |
    (packet.independent ? INDEPENDENT : 0) |
    (packet.authenticated ? AUTHENTICATED : 0) |
    (packet.demand ? DEMAND : 0) |
    (packet.multipoint ? MULTIPOINT : 0);
  bytes[2] = packet.multiplier;
  bytes[3] = CONTROL_LENGTH;
  writeU32(bytes, 4, packet.myDiscriminator);
  writeU32(bytes, 8, packet.yourDiscriminator);
  writeU32(bytes, 12, packet.desiredMinTx);
  writeU32(bytes, 16, packet.requiredMinRx);
  writeU32(bytes, 20, packet.requiredMinEchoRx);
  return bytes;
}

/** What is wrong with the form of a packet; its content is for the receiver to judge. */
export type MalformedControlPacket = "truncated" | "version" | "length";

/** The first three rungs of RFC 5880 §6.8.6. Octets behind the length that the packet claims are nobody's business. */
export function decodeControlPacket(bytes: Uint8Array): Result<ControlPacket, MalformedControlPacket> {
  const [first = 0, flags = 0, multiplier = 0, length = 0] = bytes;
  if (bytes.length < CONTROL_LENGTH) return err("truncated");
  if (first >> 5 !== BFD_VERSION) return err("version");
  const authenticated = (flags & AUTHENTICATED) !== 0;
  if (length < (authenticated ? AUTHENTICATED_LENGTH : CONTROL_LENGTH) || length > bytes.length) return err("length");
  return ok({
    diagnostic: first & 0x1f,
    state: sessionStates[flags >> 6] ?? "adminDown",
    poll: (flags & POLL) !== 0,
    final: (flags & FINAL) !== 0,
    independent: (flags & INDEPENDENT) !== 0,
    authenticated,
    demand: (flags & DEMAND) !== 0,
    multipoint: (flags & MULTIPOINT) !== 0,
    multiplier,
    myDiscriminator: readU32(bytes, 4),
    yourDiscriminator: readU32(bytes, 8),
    desiredMinTx: micros(readU32(bytes, 12)),
    requiredMinRx: micros(readU32(bytes, 16)),
    requiredMinEchoRx: micros(readU32(bytes, 20)),
  });
}
