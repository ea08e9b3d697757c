// Runs a machine: events in order, effects in order, one timer for the earliest deadline, a journal of every input.
import type { Machine } from "../base/machine.js";
import type { Instant } from "../base/time.js";
import { journalLine } from "./journal.js";

/** What a host does for an engine. */
export interface Host<Event, Effect> {
  now(): Instant;
  /** One timer, however many deadlines. */
  wakeAt(due: Instant | undefined): void;
  /** Performs effects in order; what comes of them at once (a refusal, an answer) is handed to `deliver`. */
  perform(effects: readonly Effect[], deliver: (event: Event) => void): void;
}

export interface Running<State, Event> {
  readonly state: State;
  deliver(event: Event): void;
}

export function drive<State, Event, Effect>(
  machine: Machine<State, Event, Effect>,
  initial: State,
  host: Host<Event, Effect>,
  journal?: (line: string) => void,
): Running<State, Event> {
  let state = initial;
  let running = false;
  const waiting: Event[] = [];
  const enqueue = (event: Event): void => {
    waiting.push(event);
  };
  const deliver = (event: Event): void => {
    waiting.push(event);
    if (running) return;
    running = true;
    // An event that comes while effects are performed waits until they are done: a step is never interrupted.
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const now = host.now();
      journal?.(journalLine(now, next));
      const stepped = machine.step(state, next, now);
      state = stepped.state;
      if (stepped.effects.length > 0) host.perform(stepped.effects, enqueue);
    }
    running = false;
    host.wakeAt(machine.nextDue(state));
  };
  return {
    get state() {
      return state;
    },
    deliver,
  };
}
