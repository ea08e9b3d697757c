// What those who depend on BFD sessions are told: up or down. The death of the bfd process is no news from the network:
// what was up stays up for a bounded time, in which a successor can bring the session up again; then it is down.
import type { Step } from "../base/machine.js";
import { type Instant, type Micros, after, earliest, seconds } from "../base/time.js";

/** A successor starts, says hello, and is answered: two packets of a second's interval, and some for the start. */
export const SUCCESSOR_PATIENCE: Micros = seconds(3);

export interface BfdVerdict {
  readonly up: boolean;
  /** Its process is gone; unless the next one brings it up again, it is down then. */
  readonly heldUntil?: Instant;
}

/** By name of the session. */
export type BfdVerdicts = ReadonlyMap<string, BfdVerdict>;

export type BfdVerdictEvent =
  /** The sessions that are configured from now on; a new one is down. */
  | { readonly kind: "configured"; readonly sessions: readonly string[] }
  | { readonly kind: "changed"; readonly session: string; readonly up: boolean }
  /** The process has ended; `detectionTimeOf` is what was in force for a session. */
  | { readonly kind: "processEnded"; readonly detectionTimeOf: (session: string) => Micros }
  | { readonly kind: "timeout" };

export interface BfdVerdictEffect {
  readonly kind: "verdict";
  readonly session: string;
  readonly up: boolean;
  /** The time in which a successor could have brought it up again is over. */
  readonly abandoned: boolean;
}

type VerdictStep = Step<BfdVerdicts, BfdVerdictEffect>;

export function step(verdicts: BfdVerdicts, event: BfdVerdictEvent, now: Instant): VerdictStep {
  switch (event.kind) {
    case "configured":
      return configured(verdicts, event.sessions);
    case "changed":
      return changed(verdicts, event.session, event.up);
    case "processEnded":
      return { state: hold(verdicts, event.detectionTimeOf, now), effects: [] };
    case "timeout":
      return release(verdicts, now);
  }
}

export function nextDue(verdicts: BfdVerdicts): Instant | undefined {
  let due: Instant | undefined;
  for (const { heldUntil } of verdicts.values()) due = earliest(due, heldUntil);
  return due;
}

const verdict = (session: string, up: boolean, abandoned = false): BfdVerdictEffect => ({
  kind: "verdict",
  session,
  up,
  abandoned,
});

function configured(verdicts: BfdVerdicts, sessions: readonly string[]): VerdictStep {
  const fresh = sessions.filter((session) => !verdicts.has(session));
  return {
    state: new Map(sessions.map((session) => [session, verdicts.get(session) ?? { up: false }])),
    effects: fresh.map((session) => verdict(session, false)),
  };
}

/** That a successor begins with a session that is down is no news; that it comes up ends the wait. */
function changed(verdicts: BfdVerdicts, session: string, up: boolean): VerdictStep {
  const known = verdicts.get(session);
  const stays = known === undefined || (known.heldUntil !== undefined && !up);
  if (stays) return { state: verdicts, effects: [] };
  const state = new Map(verdicts).set(session, { up });
  return { state, effects: known.up === up ? [] : [verdict(session, up)] };
}

const hold = (verdicts: BfdVerdicts, detectionTimeOf: (session: string) => Micros, now: Instant): BfdVerdicts =>
  new Map(
    [...verdicts].map(([session, known]): [string, BfdVerdict] => {
      if (!known.up || known.heldUntil !== undefined) return [session, known];
      return [session, { up: true, heldUntil: after(after(now, detectionTimeOf(session)), SUCCESSOR_PATIENCE) }];
    }),
  );

function release(verdicts: BfdVerdicts, now: Instant): VerdictStep {
  const over = [...verdicts].filter(([, { heldUntil }]) => heldUntil !== undefined && heldUntil <= now);
  if (over.length === 0) return { state: verdicts, effects: [] };
  const state = new Map(verdicts);
  for (const [session] of over) state.set(session, { up: false });
  return { state, effects: over.map(([session]) => verdict(session, false, true)) };
}
