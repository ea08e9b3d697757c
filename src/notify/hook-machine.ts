// The notify hooks of all instances and sync groups as one machine: each subject has its queue, and a bounded number of
// subjects runs a hook at the same time. A group's hook waits for what its members were told before it. A hook that takes
// too long is ended, so that the next one can be told.
import type { Command, CommandOutcome } from "../base/command.js";
import { describeOutcome, succeeded } from "../base/command.js";
import type { Machine, Step } from "../base/machine.js";
import { limitRun, nextLimit, type RunLimit } from "../base/run-limit.js";
import { earliest, toSeconds, type Instant, type Micros } from "../base/time.js";
import { emptyQueue, enqueue, isBusy, oldestSequence, takeNext, type HookQueue } from "./hook-queue.js";
import { hookState, type HookState, type HookTransition } from "./notification.js";
import { instanceSubject, subjectKey, type HookParams, type Subject } from "./params.js";

export interface HookLimits {
  /** How long one hook may take. */
  readonly timeout: Micros;
  /** How many hooks, of different subjects, may run at the same time. */
  readonly parallel: number;
}

export interface Hooks {
  readonly limits: HookLimits;
  /** By {@link subjectKey}. */
  readonly queues: ReadonlyMap<string, HookQueue>;
  /** Keys of subjects that wait for a free place, first come first served. */
  readonly turns: readonly string[];
  readonly nextId: number;
  readonly nextSequence: number;
  /** The daemon stops: what has not ended by `deadline` is ended. */
  readonly draining?: { readonly deadline: Instant; readonly passed: boolean };
}

export type HookEvent =
  | { readonly kind: "configure"; readonly hooks: readonly HookParams[] }
  | ({ readonly kind: "transition" } & HookTransition)
  | { readonly kind: "lowerPriorityHeard"; readonly instance: string; readonly priority: number }
  | { readonly kind: "ended"; readonly id: number; readonly outcome: CommandOutcome }
  | { readonly kind: "drain"; readonly deadline: Instant }
  | { readonly kind: "timeout" };

export type HookEffect =
  | { readonly kind: "run"; readonly id: number; readonly subject: Subject; readonly command: Command }
  | { readonly kind: "kill"; readonly id: number; readonly signal: RunLimit["signal"] }
  | {
      readonly kind: "ended";
      readonly subject: Subject;
      readonly state: HookState;
      readonly command: Command;
      readonly ok: boolean;
      readonly outcome: string;
    }
  /** States that were not told: overtaken by a later one, or by the end of the daemon. */
  | {
      readonly kind: "superseded" | "abandoned";
      readonly subject: Subject;
      readonly states: readonly HookState[];
    }
  | { readonly kind: "drained" };

type HookStep = Step<Hooks, HookEffect>;

export const noHooks = (limits: HookLimits): Hooks => ({
  limits,
  queues: new Map(),
  turns: [],
  nextId: 1,
  nextSequence: 1,
});

export const hookMachine: Machine<Hooks, HookEvent, HookEffect> = { step, nextDue };

function nextDue(hooks: Hooks): Instant | undefined {
  let due = hooks.draining?.passed === false ? hooks.draining.deadline : undefined;
  for (const queue of hooks.queues.values()) due = earliest(due, queue.running?.limit.due);
  return due;
}

function step(hooks: Hooks, event: HookEvent, now: Instant): HookStep {
  const handled = handle(hooks, event, now);
  const started = startNext(handled.state, now);
  const effects = [...handled.effects, ...started.effects];
  const finished = started.state.draining !== undefined && !anyBusy(started.state);
  return { state: started.state, effects: finished ? [...effects, { kind: "drained" }] : effects };
}

function handle(hooks: Hooks, event: HookEvent, now: Instant): HookStep {
  switch (event.kind) {
    case "configure":
      return { state: forgetRetired(configure(hooks, event.hooks)), effects: [] };
    case "transition":
      return transition(hooks, event);
    case "lowerPriorityHeard":
      return tell(hooks, instanceSubject(event.instance), "MASTER_RX_LOWER_PRI", event.priority);
    case "ended":
      return ended(hooks, event.id, event.outcome);
    case "drain":
      return enforce({ ...hooks, draining: { deadline: event.deadline, passed: false } }, now);
    case "timeout":
      return enforce(hooks, now);
  }
}

function configure(hooks: Hooks, params: readonly HookParams[]): Hooks {
  const queues = new Map<string, HookQueue>();
  for (const [key, queue] of hooks.queues) queues.set(key, { ...queue, retired: true });
  for (const one of params) {
    const key = subjectKey(one.subject);
    const queue = queues.get(key) ?? emptyQueue(one);
    queues.set(key, { ...queue, hooks: one, retired: false, stopped: false });
  }
  return { ...hooks, queues };
}

function forgetRetired(hooks: Hooks): Hooks {
  // A group that a reload has removed enters no further state: there is no last call to wait for.
  const isOver = (queue: HookQueue): boolean =>
    queue.retired && (queue.stopped || queue.hooks.subject.kind === "GROUP") && !isBusy(queue);
  return { ...hooks, queues: new Map([...hooks.queues].filter(([, queue]) => !isOver(queue))) };
}

function transition(hooks: Hooks, event: HookTransition): HookStep {
  const key = subjectKey(event.subject);
  const queue = hooks.queues.get(key);
  const state = hookState(event, queue?.hooks.reportsDeletion === true);
  if (state === undefined || queue === undefined) return noStep(hooks);
  // A restarted vrrp process that goes on as master has changed nothing that its hooks would have to hear of.
  if (event.reason.code === "resumed" && state === queue.lastState) return noStep(hooks);
  const queues = new Map(hooks.queues).set(key, { ...queue, stopped: event.to === "stopped" });
  const told = tell({ ...hooks, queues }, event.subject, state, event.priority);
  return { state: forgetRetired(told.state), effects: told.effects };
}

function tell(hooks: Hooks, subject: Subject, state: HookState, priority: number): HookStep {
  const key = subjectKey(subject);
  const before = hooks.queues.get(key);
  if (before === undefined) return noStep(hooks);
  if (hooks.draining?.passed === true) {
    return { state: hooks, effects: [{ kind: "abandoned", subject, states: [state] }] };
  }
  const { queue, superseded } = enqueue(before, state, priority, hooks.nextSequence);
  const waits = queue.pending.length > 0 && queue.running === undefined && !hooks.turns.includes(key);
  const told: Hooks = {
    ...hooks,
    queues: new Map(hooks.queues).set(key, queue),
    turns: waits ? [...hooks.turns, key] : hooks.turns,
    nextSequence: hooks.nextSequence + 1,
  };
  return {
    state: told,
    effects: superseded.length === 0 ? [] : [{ kind: "superseded", subject, states: superseded }],
  };
}

function startNext(hooks: Hooks, now: Instant): HookStep {
  const queues = new Map(hooks.queues);
  const turns: string[] = [];
  const effects: HookEffect[] = [];
  let places = hooks.limits.parallel - countRunning(hooks);
  let nextId = hooks.nextId;
  for (const key of hooks.turns) {
    const queue = queues.get(key);
    const next = queue === undefined ? undefined : takeNext(queue);
    if (queue === undefined || next === undefined) continue;
    if (places <= 0 || waitsForMembers(queue.hooks, next.sequence, queues)) {
      turns.push(key);
      continue;
    }
    const { command, state, sequence } = next;
    queues.set(key, {
      ...next.queue,
      running: { id: nextId, sequence, state, command, limit: limitRun(now, hooks.limits.timeout) },
    });
    effects.push({ kind: "run", id: nextId, subject: queue.hooks.subject, command });
    nextId++;
    places--;
  }
  return { state: { ...hooks, queues, turns, nextId }, effects };
}

/** Members first, then the group (keepalived's order): what they were told before it comes to its end first. */
function waitsForMembers(hooks: HookParams, sequence: number, queues: ReadonlyMap<string, HookQueue>): boolean {
  return (hooks.members ?? []).some((member) => {
    const queue = queues.get(subjectKey(instanceSubject(member)));
    const oldest = queue === undefined ? undefined : oldestSequence(queue);
    return oldest !== undefined && oldest < sequence;
  });
}

function ended(hooks: Hooks, id: number, outcome: CommandOutcome): HookStep {
  for (const [key, { running, ...queue }] of hooks.queues) {
    if (running?.id !== id) continue;
    const { state, command, overdue } = running;
    const words = describeOutcome(outcome);
    const effect: HookEffect = {
      kind: "ended",
      subject: queue.hooks.subject,
      state,
      command,
      ok: succeeded(outcome) && overdue === undefined,
      outcome: overdue === undefined ? words : `${overdue}, then ${words}`,
    };
    const queues = new Map(hooks.queues).set(key, queue);
    const turns = queue.pending.length > 0 ? [...hooks.turns, key] : hooks.turns;
    return { state: forgetRetired({ ...hooks, queues, turns }), effects: [effect] };
  }
  return noStep(hooks);
}

/** Sends the signals that are due, to hooks that take too long and, after the deadline of the drain, to all. */
function enforce(hooks: Hooks, now: Instant): HookStep {
  const given = hooks.draining?.passed === false && hooks.draining.deadline <= now ? giveUp(hooks, now) : noStep(hooks);
  const effects = [...given.effects];
  const queues = new Map(given.state.queues);
  for (const [key, queue] of queues) {
    const { running } = queue;
    if (running === undefined || running.limit.due > now) continue;
    const overdue = running.overdue ?? `took longer than ${toSeconds(hooks.limits.timeout)} s`;
    effects.push({ kind: "kill", id: running.id, signal: running.limit.signal });
    queues.set(key, { ...queue, running: { ...running, overdue, limit: nextLimit(running.limit, now) } });
  }
  return { state: { ...given.state, queues }, effects };
}

function giveUp(hooks: Hooks, now: Instant): HookStep {
  const effects: HookEffect[] = [];
  const queues = new Map<string, HookQueue>();
  for (const [key, queue] of hooks.queues) {
    const states = queue.pending.map((waiting) => waiting.state);
    if (states.length > 0) effects.push({ kind: "abandoned", subject: queue.hooks.subject, states });
    const { running } = queue;
    const overdue = running?.overdue ?? "had not ended when the daemon stopped";
    const ending = running && { ...running, overdue, limit: { ...running.limit, due: now } };
    queues.set(key, { ...queue, pending: [], ...(ending && { running: ending }) });
  }
  const draining = hooks.draining && { ...hooks.draining, passed: true };
  return { state: { ...hooks, queues, turns: [], ...(draining && { draining }) }, effects };
}

const noStep = (hooks: Hooks): HookStep => ({ state: hooks, effects: [] });

function countRunning(hooks: Hooks): number {
  let running = 0;
  for (const queue of hooks.queues.values()) if (queue.running !== undefined) running++;
  return running;
}

const anyBusy = (hooks: Hooks): boolean => [...hooks.queues.values()].some(isBusy);
