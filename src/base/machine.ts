// The shape every protocol engine has. An engine does no input or output, reads no clock and draws no random number:
// what happens comes in as an event, what is to be done goes out as effects, and when it wants to be woken stands in
// its state.
import type { Instant } from "./time.js";

export interface Step<State, Effect> {
  readonly state: State;
  /** In the order in which they are to be performed: the order is part of the meaning. */
  readonly effects: readonly Effect[];
}

export interface Machine<State, Event, Effect> {
  step(state: State, event: Event, now: Instant): Step<State, Effect>;
  /** The earliest deadline inside the state. When it has come, the host delivers the engine's timeout event. */
  nextDue(state: State): Instant | undefined;
}
