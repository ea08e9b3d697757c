// One tracked script (keepalived.conf(5), vrrp_script): when it is run, when it is ended, and what its results mean.
//
// A counter runs from 0 to rise + fall - 1. The script is up while the counter is at `rise` or above; a result that
// agrees with the present verdict moves the counter to its end of the scale, so only results in a row change a verdict.
// The very first result decides at once.
import { describeOutcome, succeeded, type CommandOutcome } from "../base/command.js";
import type { Machine, Step } from "../base/machine.js";
import { limitRun, nextLimit, type RunLimit } from "../base/run-limit.js";
import { after, earliest, instant, toSeconds, type Instant, type Micros } from "../base/time.js";
import type { ScriptParams } from "./params.js";

export interface Verdict {
  readonly up: boolean;
  /** Why, in words: "exited with status 1". */
  readonly detail: string;
}

interface Run {
  readonly limit: RunLimit;
  /** Since when this run counts as a failure, however it may end. */
  readonly failedAt?: Instant;
}

export interface TrackedScript {
  readonly params: ScriptParams;
  /** 0 .. rise + fall - 1 */
  readonly counter: number;
  /** A result has come; until then `counter` and `verdict` are what the configuration assumes. */
  readonly decided: boolean;
  /** Absent: not known yet. */
  readonly verdict?: Verdict;
  /** Starts follow this schedule, not the end or the lateness of the one before. Absent: stopped. */
  readonly startAt?: Instant;
  readonly run?: Run;
  /** Starts left out because the previous run had not ended. */
  readonly skipped: number;
}

export type ScriptEvent =
  | { readonly kind: "timeout" }
  | { readonly kind: "ended"; readonly outcome: CommandOutcome }
  /** A reload; the command is the same. */
  | { readonly kind: "paramsReplaced"; readonly params: ScriptParams }
  /** Nobody tracks it any more: what runs is ended, and no result counts. */
  | { readonly kind: "stop" };

export type ScriptEffect =
  | { readonly kind: "run" }
  /** To the whole process group of the running program. */
  | { readonly kind: "kill"; readonly signal: RunLimit["signal"] }
  | { readonly kind: "skipped" }
  | ({ readonly kind: "verdict" } & Verdict);

type ScriptStep = Step<TrackedScript, ScriptEffect>;

/** A script whose first run is due at `startAt`. */
export function trackScript(params: ScriptParams, startAt: Instant): TrackedScript {
  const base = { params, counter: 0, decided: false, startAt, skipped: 0 };
  return params.initFail ? { ...base, verdict: { up: false, detail: "has not succeeded yet (init_fail)" } } : base;
}

export const scriptMachine: Machine<TrackedScript, ScriptEvent, ScriptEffect> = { step, nextDue };

function nextDue(script: TrackedScript): Instant | undefined {
  return earliest(script.run?.limit.due, script.startAt);
}

function step(script: TrackedScript, event: ScriptEvent, now: Instant): ScriptStep {
  switch (event.kind) {
    case "timeout": {
      const limited = enforceLimit(script, now);
      const started = startWhenDue(limited.state, now);
      return { state: started.state, effects: [...limited.effects, ...started.effects] };
    }
    case "ended":
      return ended(script, event.outcome);
    case "paramsReplaced":
      return { state: replaceParams(script, event.params, now), effects: [] };
    case "stop":
      return stop(script, now);
  }
}

function enforceLimit(script: TrackedScript, now: Instant): ScriptStep {
  const { run } = script;
  if (run === undefined || run.limit.due > now) return { state: script, effects: [] };
  const kill: ScriptEffect = { kind: "kill", signal: run.limit.signal };
  const ending: Run = { ...run, limit: nextLimit(run.limit, now), failedAt: run.failedAt ?? now };
  const state: TrackedScript = { ...script, run: ending };
  if (run.failedAt !== undefined) return { state, effects: [kill] };
  const judged = judge(state, false, `took longer than ${toSeconds(script.params.timeout)} s`);
  return { state: judged.state, effects: [kill, ...judged.effects] };
}

function startWhenDue(script: TrackedScript, now: Instant): ScriptStep {
  const { params, run, startAt } = script;
  if (startAt === undefined || startAt > now) return { state: script, effects: [] };
  const scheduled: TrackedScript = { ...script, startAt: followingStart(startAt, params.interval, now) };
  if (run === undefined) {
    return { state: { ...scheduled, run: { limit: limitRun(now, params.timeout) } }, effects: [{ kind: "run" }] };
  }
  const skipped: TrackedScript = { ...scheduled, skipped: scheduled.skipped + 1 };
  // A program that even SIGKILL does not end (a dead file server) is no news from the service for another interval.
  if (run.failedAt === undefined || now < after(run.failedAt, params.interval)) {
    return { state: skipped, effects: [{ kind: "skipped" }] };
  }
  const judged = judge({ ...skipped, run: { ...run, failedAt: now } }, false, "cannot be ended");
  return { state: judged.state, effects: [{ kind: "skipped" }, ...judged.effects] };
}

/** The first start of the schedule that is still to come: a pause of the machine is not made up for. */
function followingStart(startAt: Instant, interval: Micros, now: Instant): Instant {
  const intervals = Math.floor((now - startAt) / interval) + 1;
  return instant(startAt + intervals * interval);
}

function ended(script: TrackedScript, outcome: CommandOutcome): ScriptStep {
  const { run, ...idle } = script;
  if (run === undefined || run.failedAt !== undefined) return { state: idle, effects: [] };
  return judge(idle, succeeded(outcome), describeOutcome(outcome));
}

function judge(script: TrackedScript, success: boolean, detail: string): ScriptStep {
  const counter = success ? countSuccess(script) : countFailure(script);
  const up = counter >= script.params.rise;
  const state: TrackedScript = { ...script, counter, decided: true, verdict: { up, detail } };
  return script.verdict?.up === up
    ? { state: { ...state, verdict: script.verdict }, effects: [] }
    : { state, effects: [{ kind: "verdict", up, detail }] };
}

const highest = ({ rise, fall }: ScriptParams): number => rise + fall - 1;

function countSuccess({ params, counter, decided }: TrackedScript): number {
  return decided && counter + 1 < params.rise ? counter + 1 : highest(params);
}

function countFailure({ params, counter }: TrackedScript): number {
  return counter > params.rise ? counter - 1 : 0;
}

/** The verdict stays; what was counted towards another one starts anew, because its measure has changed. */
function replaceParams(script: TrackedScript, params: ScriptParams, now: Instant): TrackedScript {
  const counter = script.verdict?.up === true ? highest(params) : 0;
  const replaced: TrackedScript = { ...script, params, counter };
  if (script.startAt === undefined) return replaced;
  const soonest = earliest(script.startAt, after(now, params.interval));
  return soonest === undefined ? replaced : { ...replaced, startAt: soonest };
}

function stop(script: TrackedScript, now: Instant): ScriptStep {
  const { startAt: _startAt, run, ...stopped } = script;
  if (run === undefined) return { state: stopped, effects: [] };
  const ending = { ...run, limit: { due: now, signal: run.limit.signal }, failedAt: run.failedAt ?? now };
  return enforceLimit({ ...stopped, run: ending }, now);
}
