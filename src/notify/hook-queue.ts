// The hooks of one instance or group: run strictly one after the other, in the order of the transitions.
import type { Command } from "../base/command.js";
import type { RunLimit } from "../base/run-limit.js";
import { notification, type HookState, type Notification } from "./notification.js";
import type { HookParams } from "./params.js";

export interface RunningHook {
  /** Tells one run from every other of this daemon. */
  readonly id: number;
  /** Of the notification that it belongs to. */
  readonly sequence: number;
  readonly state: HookState;
  readonly command: Command;
  readonly limit: RunLimit;
  /** Why it is being ended, once it is. */
  readonly overdue?: string;
}

export interface HookQueue {
  readonly hooks: HookParams;
  /** No longer configured: kept until its subject has stopped, and the hooks know. */
  readonly retired: boolean;
  readonly stopped: boolean;
  /** The last change of state that hooks were told, or are about to be. */
  readonly lastState?: HookState;
  readonly pending: readonly Notification[];
  readonly running?: RunningHook;
}

/** How many notifications may wait. More means that hooks hang: then only the present state is worth telling. */
export const PENDING_LIMIT = 16;

export const emptyQueue = (hooks: HookParams): HookQueue => ({ hooks, retired: false, stopped: false, pending: [] });

export const isBusy = (queue: HookQueue): boolean => queue.running !== undefined || queue.pending.length > 0;

export interface Enqueued {
  readonly queue: HookQueue;
  /** States that were waiting and that the hooks will not hear of. */
  readonly superseded: readonly HookState[];
}

/** The oldest notification that has not been told in full; undefined when there is none. */
export const oldestSequence = (queue: HookQueue): number | undefined =>
  queue.running?.sequence ?? queue.pending[0]?.sequence;

export function enqueue(queue: HookQueue, state: HookState, priority: number, sequence: number): Enqueued {
  const isTransition = state !== "MASTER_RX_LOWER_PRI";
  const told: HookQueue = isTransition ? { ...queue, lastState: state } : queue;
  const waiting = queue.pending;
  const notice = notification(queue.hooks, state, priority, sequence);
  if (notice.commands.length === 0) return { queue: told, superseded: [] };
  if (!isTransition && (waiting.length >= PENDING_LIMIT || waiting.some((other) => other.state === state))) {
    return { queue, superseded: [] };
  }
  if (waiting.length < PENDING_LIMIT) return { queue: { ...told, pending: [...waiting, notice] }, superseded: [] };
  return { queue: { ...told, pending: [notice] }, superseded: waiting.map((other) => other.state) };
}

/** Takes the next command off the queue; undefined when none is waiting or one is running. */
export function takeNext(queue: HookQueue):
  | {
      readonly queue: HookQueue;
      readonly command: Command;
      readonly state: HookState;
      readonly sequence: number;
    }
  | undefined {
  const [head, ...later] = queue.pending;
  const [command, ...rest] = head?.commands ?? [];
  if (queue.running !== undefined || head === undefined || command === undefined) return undefined;
  const pending = rest.length === 0 ? later : [{ ...head, commands: rest }, ...later];
  return { queue: { ...queue, pending }, command, state: head.state, sequence: head.sequence };
}
