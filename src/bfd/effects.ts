// What the BFD speaker wants done. Effects are performed in order.
import type { IpAddress } from "../base/ip.js";
import type { Instant } from "../base/time.js";
import type { Port } from "./events.js";
import type { SessionChange } from "./session-machine.js";
import type { RejectReason } from "./statistics.js";

/** Something an operator has to know. Said once a minute at most, counted always. */
export type BfdComplaint =
  | { readonly kind: "rejected"; readonly reason: RejectReason; readonly from: string; readonly detail: string }
  | { readonly kind: "refused"; readonly detail: string };

export type SpeakerEffect =
  /** Hear neighbours on a port. Refused, it is tried again. */
  | { readonly kind: "listen"; readonly port: Port }
  | { readonly kind: "stopListening"; readonly port: Port }
  /** Open the socket that a session sends from. Refused, it is tried again. */
  | {
      readonly kind: "open";
      readonly session: string;
      readonly neighbor: IpAddress;
      readonly source?: IpAddress;
      readonly ttl: number;
    }
  | { readonly kind: "close"; readonly session: string }
  | {
      readonly kind: "transmit";
      readonly session: string;
      readonly destination: IpAddress;
      readonly port: number;
      readonly bytes: Uint8Array;
    }
  | ({ readonly kind: "changed"; readonly session: string; readonly at: Instant } & SessionChange)
  /** `session` is absent where none is concerned. */
  | { readonly kind: "complain"; readonly session?: string; readonly about: BfdComplaint }
  /** After `shutdown`: the neighbours are told; the process may end. */
  | { readonly kind: "finished" };
