// What can happen to the BFD speaker: the one point that every input of the bfd process passes.
import type { IpAddress, IpFamily } from "../base/ip.js";
import type { BfdParams } from "./params.js";

/** One of the sockets on which neighbours are heard: a family, and one of the two ports. */
export interface Port {
  readonly family: IpFamily;
  readonly multihop: boolean;
}

export interface ReceivedPacket {
  readonly from: IpAddress;
  /** TTL or hop limit that it arrived with. */
  readonly ttl: number;
  /** It came to the port of multihop sessions. */
  readonly multihop: boolean;
  /** The UDP payload. */
  readonly bytes: Uint8Array;
}

/** The answer of a system call that did not do what an effect asked for. */
export type Refusal = {
  readonly syscall: string;
  /** For example "ENETUNREACH". */
  readonly code: string;
} & (
  | { readonly effect: "listen"; readonly port: Port }
  | { readonly effect: "open" | "transmit"; readonly session: string }
);

export type SpeakerEvent =
  | { readonly kind: "configure"; readonly params: BfdParams }
  | ({ readonly kind: "packet" } & ReceivedPacket)
  | { readonly kind: "timeout" | "shutdown" }
  | { readonly kind: "refused"; readonly refusal: Refusal };
