// How many processes of a kind run, and what that means (keepalived.conf(5), vrrp_track_process).
//
// The first count decides at once. Later, a verdict that would change waits for fork_delay or terminate_delay, by what has
// changed the count, and not at all when the count has come back until then.
import type { Machine, Step } from "../base/machine.js";
import { type Instant, type Micros, after } from "../base/time.js";
import type { ProcessParams } from "./params.js";

export interface TrackedProcess {
  readonly params: ProcessParams;
  /** Absent: nobody has counted yet. */
  readonly count?: number;
  /** Absent: not known yet. */
  readonly up?: boolean;
  /** When the verdict changes unless the count comes back. */
  readonly pending?: Pending;
}

interface Pending {
  readonly due: Instant;
  readonly delay: "fork" | "terminate";
}

export type ProcessEvent =
  | { readonly kind: "timeout" }
  | { readonly kind: "counted"; readonly count: number }
  /** A reload; the processes that are counted are the same. */
  | { readonly kind: "paramsReplaced"; readonly params: ProcessParams };

export interface ProcessEffect {
  readonly kind: "verdict";
  readonly up: boolean;
  readonly count: number;
}

type ProcessStep = Step<TrackedProcess, ProcessEffect>;

export const trackProcess = (params: ProcessParams): TrackedProcess => ({ params });

export const processMachine: Machine<TrackedProcess, ProcessEvent, ProcessEffect> = {
  step,
  nextDue: ({ pending }) => pending?.due,
};

function step(tracked: TrackedProcess, event: ProcessEvent, now: Instant): ProcessStep {
  switch (event.kind) {
    case "timeout":
      return tracked.pending !== undefined && tracked.pending.due <= now ? settle(tracked) : unchanged(tracked);
    case "counted":
      return counted(tracked, event.count, now);
    case "paramsReplaced":
      // What was waited for has changed its measure.
      return settle({ ...tracked, params: event.params });
  }
}

const unchanged = (state: TrackedProcess): ProcessStep => ({ state, effects: [] });

function counted(tracked: TrackedProcess, count: number, now: Instant): ProcessStep {
  const { params, count: before, up, pending } = tracked;
  const next: TrackedProcess = { ...tracked, count };
  if (up === undefined || before === undefined) return settle(next);
  if (hasQuorum(params, count) === up) return unchanged(withoutPending(next));
  if (pending !== undefined || count === before) return unchanged(next);
  const delay = count > before ? "fork" : "terminate";
  const wait: Micros = delay === "fork" ? params.forkDelay : params.terminateDelay;
  return wait === 0 ? settle(next) : unchanged({ ...next, pending: { due: after(now, wait), delay } });
}

/** The verdict is what the count says now. */
function settle(tracked: TrackedProcess): ProcessStep {
  const { params, count, up: before } = tracked;
  const state = withoutPending(tracked);
  if (count === undefined) return unchanged(state);
  const up = hasQuorum(params, count);
  return { state: { ...state, up }, effects: up === before ? [] : [{ kind: "verdict", up, count }] };
}

function withoutPending(tracked: TrackedProcess): TrackedProcess {
  const { pending, ...rest } = tracked;
  return pending === undefined ? tracked : rest;
}

const hasQuorum = ({ quorum, quorumMax }: ProcessParams, count: number): boolean =>
  quorumMax === 0 ? count === 0 : count >= quorum && (quorumMax === undefined || count <= quorumMax);
