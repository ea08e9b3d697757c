// The journal: every input of an engine, one JSON line each, in the order in which it happened. It replays the engine:
// a bug report is a journal, and a journal becomes a test.
import { fromHex, toHex } from "../base/bytes.js";
import type { Machine } from "../base/machine.js";
import { type Result, err, ok } from "../base/result.js";
import { type Instant, instant } from "../base/time.js";

/** Octets travel as {"hex": "..."}; everything else in an event is JSON already. */
export const journalLine = (at: Instant, event: unknown): string =>
  JSON.stringify({ at, event }, (_key, value: unknown) =>
    value instanceof Uint8Array ? { hex: toHex(value) } : value,
  );

export interface JournalEntry {
  readonly at: Instant;
  readonly event: unknown;
}

/** Reads one line; the reason says what is wrong with it. */
export function parseJournalLine(line: string): Result<JournalEntry, string> {
  let entry: unknown;
  try {
    entry = JSON.parse(line, (_key, value: unknown) => octets(value) ?? value);
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
  if (typeof entry !== "object" || entry === null || !("at" in entry) || !("event" in entry)) {
    return err("a journal line has the members `at` and `event`");
  }
  if (typeof entry.at !== "number" || !Number.isSafeInteger(entry.at)) {
    return err("`at` is a whole number of microseconds");
  }
  return ok({ at: instant(entry.at), event: entry.event });
}

function octets(value: unknown): Uint8Array | undefined {
  if (typeof value !== "object" || value === null || !("hex" in value) || typeof value.hex !== "string")
    return undefined;
  return Object.keys(value).length === 1 ? fromHex(value.hex) : undefined;
}

/** Runs an engine over recorded events; gives every step's effects to `observe`. */
export function replay<State, Event, Effect>(
  machine: Machine<State, Event, Effect>,
  initial: State,
  events: Iterable<{ readonly at: Instant; readonly event: Event }>,
  observe: (at: Instant, effects: readonly Effect[]) => void,
): State {
  let state = initial;
  for (const { at, event } of events) {
    const stepped = machine.step(state, event, at);
    state = stepped.state;
    observe(at, stepped.effects);
  }
  return state;
}
