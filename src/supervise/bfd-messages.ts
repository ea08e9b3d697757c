// What the supervisor and the bfd process say to each other: one JSON message a line over a stream socket pair.
import type { Instant } from "../base/time.js";
import type { BfdComplaint } from "../bfd/effects.js";
import type { BfdParams } from "../bfd/params.js";
import type { SessionChange } from "../bfd/session-machine.js";
import type { BfdSessionView } from "../status/bfd-view.js";
import type { ProcessView } from "../status/views.js";
import type { SchedulingParams } from "./params.js";

export type ToBfd =
  /** The first message; again at every reload. */
  | { readonly type: "configure"; readonly params: BfdParams; readonly scheduling: SchedulingParams }
  | { readonly type: "shutdown" };

export type FromBfd =
  /** The answer to every `configure`: every session is there, and down if it is new. */
  | { readonly type: "ready" }
  | { readonly type: "heartbeat"; readonly at: Instant }
  | ({ readonly type: "changed"; readonly session: string; readonly at: Instant } & SessionChange)
  | { readonly type: "complaint"; readonly session?: string; readonly about: BfdComplaint }
  /** Views that changed since the last such message, now and then, and soon after a change of state. */
  | { readonly type: "views"; readonly sessions: readonly BfdSessionView[]; readonly process: ProcessView }
  /** The neighbours are told and the sockets are closed; the child ends after this. */
  | { readonly type: "finished" };
