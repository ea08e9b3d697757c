// The status socket's language: JSON-RPC 2.0, one message a line, over a Unix stream socket.
import type { Instant } from "../base/time.js";
import type { Complaint, Reason, StateName } from "../vrrp/effects.js";
import type { BfdComplaint } from "../bfd/effects.js";
import type { SessionChange } from "../bfd/session-machine.js";
import type { BfdSessionView } from "./bfd-view.js";
import type { GroupView, InstanceView, ProcessView } from "./views.js";

/** Raised when a member changes its meaning or goes away; new members do not raise it. */
export const PROTOCOL_VERSION = 1;

export interface VersionReply {
  readonly name: "vipd";
  readonly version: string;
  readonly protocol: typeof PROTOCOL_VERSION;
}

export interface ChildView {
  readonly name: "vrrp" | "checkers" | "bfd";
  readonly state: "starting" | "running" | "stopping" | "waiting";
  readonly pid?: number;
  readonly restarts: number;
  /** Why the last one ended, in words. */
  readonly lastEnd?: string;
  readonly process?: ProcessView;
}

/** Answer to `status`. */
export interface StatusReply {
  readonly version: string;
  readonly pid: number;
  readonly configurationFile: string;
  /** Monotonic now, to compare the instants of the views with. */
  readonly now: Instant;
  /** Wall clock of `now`, ISO 8601. */
  readonly time: string;
  readonly startedAt: Instant;
  readonly lastReload?: { readonly time: string; readonly ok: boolean; readonly detail: string };
  readonly children: readonly ChildView[];
  readonly instances: readonly InstanceView[];
  readonly groups: readonly GroupView[];
  readonly bfd: readonly BfdSessionView[];
}

interface EventBase {
  /** Grows by one with every event of this daemon; a subscription may ask for what came after one. */
  readonly sequence: number;
  readonly at: Instant;
  /** Wall clock, ISO 8601. */
  readonly time: string;
}

/** What has happened, before it has its place in the sequence. */
export type Happening =
  | {
      readonly kind: "transition";
      readonly instance: string;
      readonly from: StateName;
      readonly to: StateName;
      readonly reason: Reason;
      readonly priority: number;
    }
  | {
      readonly kind: "groupTransition";
      readonly group: string;
      readonly from: StateName;
      readonly to: StateName;
      /** The member that led the others, and why it did. */
      readonly instance: string;
      readonly reason: Reason;
    }
  | { readonly kind: "priority"; readonly instance: string; readonly from: number; readonly to: number }
  | { readonly kind: "complaint"; readonly instance?: string; readonly about: Complaint }
  | { readonly kind: "script"; readonly script: string; readonly up: boolean; readonly detail: string }
  | { readonly kind: "file"; readonly file: string; readonly value: number; readonly detail: string }
  | { readonly kind: "process"; readonly process: string; readonly up: boolean; readonly detail: string }
  | {
      readonly kind: "hook";
      /** Whose script it is: one of the two. */
      readonly instance?: string;
      readonly group?: string;
      readonly program: string;
      readonly ok: boolean;
      readonly outcome: string;
    }
  /** A BFD session has changed its state. */
  | ({ readonly kind: "bfd"; readonly session: string } & SessionChange)
  /** Its process ended while it was up, and no successor has brought it up again in time: it counts as down. */
  | { readonly kind: "bfdAbandoned"; readonly session: string }
  | { readonly kind: "bfdComplaint"; readonly session?: string; readonly about: BfdComplaint }
  | { readonly kind: "child"; readonly child: ChildView["name"]; readonly what: string }
  | { readonly kind: "reload"; readonly ok: boolean; readonly detail: string };

export type StatusEvent = EventBase & Happening;

/** Methods, their parameters and results. `events` answers at once and then sends `event` notifications. */
export interface Methods {
  readonly version: { readonly params: Record<string, never>; readonly result: VersionReply };
  readonly status: { readonly params: Record<string, never>; readonly result: StatusReply };
  readonly instance: { readonly params: { readonly name: string }; readonly result: InstanceView };
  readonly events: {
    readonly params: { readonly since?: number };
    readonly result: { readonly sequence: number; readonly missed: number };
  };
}

/** JSON-RPC 2.0 §5.1 codes, and our own above -32000. */
export const rpcErrors = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  noSuchInstance: -32001,
  /** The server cuts this client off: too many clients, a request that is too long, a reader that does not keep up. */
  overloaded: -32002,
} as const;
