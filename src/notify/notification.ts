// A change of state as the hooks of an instance or a group hear of it: keepalived's names, order and arguments
// (keepalived.conf(5), notify scripts).
import type { Command } from "../base/command.js";
import type { Reason, StateName } from "../vrrp/effects.js";
import type { HookParams, Subject } from "./params.js";

/** A change of state of an instance or a group. */
export interface HookTransition {
  readonly subject: Subject;
  readonly to: StateName;
  readonly reason: Reason;
  /** Effective priority at that moment; 0 for a group. */
  readonly priority: number;
}

/** What hooks are called about, as the generic notify script reads it. */
export type HookState = "MASTER" | "BACKUP" | "FAULT" | "STOP" | "DELETED" | "MASTER_RX_LOWER_PRI";

export interface Notification {
  readonly subject: Subject;
  readonly state: HookState;
  /** Grows with every notification of the daemon. */
  readonly sequence: number;
  /** To be run one after the other. */
  readonly commands: readonly Command[];
}

/** The state that hooks hear of; undefined for one that nobody is told. `notify_deleted` has a deletion told as such. */
export function hookState(transition: HookTransition, reportsDeletion: boolean): HookState | undefined {
  switch (transition.to) {
    case "initialize":
      return undefined;
    case "master":
      return "MASTER";
    case "backup":
      return "BACKUP";
    case "fault":
      return "FAULT";
    case "stopped":
      // Without notify_deleted keepalived reports an instance that a reload has removed as faulty; STOP is the daemon's end.
      if (transition.reason.code !== "removedByReload") return "STOP";
      return reportsDeletion ? "DELETED" : "FAULT";
  }
}

/** The script of the state first, then the generic one. */
export function notification(hooks: HookParams, state: HookState, priority: number, sequence: number): Notification {
  const commands = [ofState(hooks, state), generic(hooks, state, priority)].filter((command) => command !== undefined);
  return { subject: hooks.subject, state, sequence, commands };
}

function ofState(hooks: HookParams, state: HookState): Command | undefined {
  switch (state) {
    case "MASTER":
      return hooks.master;
    case "BACKUP":
      return hooks.backup;
    case "FAULT":
      return hooks.fault;
    case "STOP":
      return hooks.stop;
    case "DELETED":
      return hooks.deleted;
    case "MASTER_RX_LOWER_PRI":
      return hooks.masterReceivedLowerPriority;
  }
}

function generic(hooks: HookParams, state: HookState, priority: number): Command | undefined {
  // No change of state: the generic script is not called, only its own script and FIFOs.
  if (hooks.any === undefined || state === "MASTER_RX_LOWER_PRI") return undefined;
  return { ...hooks.any, argv: [...hooks.any.argv, hooks.subject.kind, hooks.subject.name, state, String(priority)] };
}
