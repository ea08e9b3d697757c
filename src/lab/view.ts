// Everything the lab shows at one moment, as a plain value: the screen is drawn from it and from nothing else.
import type { Micros } from "../base/time.js";
import type { StateName } from "../vrrp/effects.js";
import type { Availability } from "./availability.js";
import type { NodeName } from "./script.js";

/** The daemon of a node, as the lab sees it from outside. */
export type DaemonState =
  | { readonly kind: "running"; readonly pid: number }
  | { readonly kind: "stopping" }
  | { readonly kind: "stopped" | "killed" }
  /** It ended without being asked to. */
  | { readonly kind: "ended"; readonly how: string; readonly lastWords: string };

/** What the node says about itself through its status socket. */
export interface InstanceStatus {
  readonly state: StateName;
  readonly sinceMilliseconds: number;
  readonly why: string;
  readonly masterDownInterval: Micros;
  readonly priority: number;
  readonly advertsSent: number;
  readonly advertsReceived: number;
  readonly childPid?: number;
  readonly restarts: number;
}

export interface NodeView {
  readonly name: NodeName;
  readonly daemon: DaemonState;
  /** Absent while its status socket does not answer. */
  readonly status?: InstanceStatus;
  /** The vrrp process is stopped by a signal. */
  readonly frozen: boolean;
  readonly unplugged: boolean;
  /** The kernel of the node has the virtual IP. */
  readonly holdsVip: boolean;
}

export type EventTone = "good" | "bad" | "action";

export interface LabEvent {
  /** Milliseconds since the lab started. */
  readonly at: number;
  /** Who: a node, the client, or the person at the keys. */
  readonly who: NodeName | "client" | "you";
  /** The state that a node has entered. */
  readonly state?: StateName;
  readonly text: string;
  readonly tone: EventTone;
}

export interface LabView {
  readonly vip: string;
  /** Milliseconds since the lab started, and the monotonic clock of the requests. */
  readonly uptime: number;
  readonly now: number;
  readonly nodes: readonly NodeView[];
  readonly availability: Availability;
  /** Oldest first. */
  readonly events: readonly LabEvent[];
}
