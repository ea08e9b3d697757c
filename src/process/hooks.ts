// Runs the notify hooks of all instances and sync groups, in the supervisor: the host of the hook machine.
import type { Command, CommandOutcome } from "../base/command.js";
import type { Instant } from "../base/time.js";
import type { RunningCommand } from "../host/scripts.js";
import { hookMachine, noHooks, type HookEffect, type HookEvent, type HookLimits } from "../notify/hook-machine.js";
import type { HookTransition } from "../notify/notification.js";
import type { HookParams, Subject } from "../notify/params.js";
import { drive } from "./drive.js";
import type { Logger } from "./logging.js";
import { createWakeTimer } from "./wake-timer.js";

export interface HookRunner {
  /** At start and at every reload, before the vrrp process is told: hooks of instances that go away stay for their last call. */
  configure(hooks: readonly HookParams[]): void;
  transition(transition: HookTransition): void;
  /** keepalived's MASTER_RX_LOWER_PRI. */
  lowerPriorityHeard(instance: string, priority: number): void;
  /** At stop: resolves when every hook has ended. What still runs at `deadline` is ended by signal. */
  drain(deadline: Instant): Promise<void>;
}

/** How one hook ended. */
export interface HookOutcome {
  readonly subject: Subject;
  readonly program: string;
  readonly ok: boolean;
  /** In words: "exited with status 1". */
  readonly outcome: string;
}

export interface HookRunnerOptions {
  readonly limits: HookLimits;
  readonly now: () => Instant;
  readonly run: (command: Command, onEnd: (outcome: CommandOutcome) => void) => RunningCommand;
  readonly onOutcome: (outcome: HookOutcome) => void;
  readonly log: Logger;
}

export function createHookRunner({ limits, now, run, onOutcome, log }: HookRunnerOptions): HookRunner {
  const running = new Map<number, RunningCommand>();
  const whenDrained: (() => void)[] = [];

  const perform = (effect: HookEffect): void => {
    switch (effect.kind) {
      case "run": {
        const { id } = effect;
        const ended = (outcome: CommandOutcome): void => {
          running.delete(id);
          machine.deliver({ kind: "ended", id, outcome });
        };
        running.set(id, run(effect.command, ended));
        break;
      }
      case "kill": {
        const refused = running.get(effect.id)?.kill(effect.signal);
        if (refused !== undefined) log.error(`A notify script cannot be ended with ${effect.signal}: ${refused}`);
        break;
      }
      case "ended": {
        const { subject, command, ok, outcome } = effect;
        onOutcome({ subject, program: command.argv[0] ?? "", ok, outcome });
        break;
      }
      case "superseded":
        log.warn(
          `(${effect.subject.name}) notify scripts are too slow: they will not hear of ${effect.states.join(", ")}, only of the latest state`,
          { ...aboutSubject(effect.subject), states: effect.states },
        );
        break;
      case "abandoned":
        log.warn(`(${effect.subject.name}) notify scripts were not told of ${effect.states.join(", ")}: vipd stops`, {
          ...aboutSubject(effect.subject),
          states: effect.states,
        });
        break;
      case "drained":
        for (const resolve of whenDrained.splice(0)) resolve();
        break;
    }
  };

  const timer = createWakeTimer(now, () => machine.deliver({ kind: "timeout" }));
  const machine = drive(hookMachine, noHooks(limits), {
    now,
    wakeAt: timer.wakeAt,
    perform: (effects) => effects.forEach(perform),
  });
  const deliver = (event: HookEvent): void => machine.deliver(event);

  return {
    configure: (hooks) => deliver({ kind: "configure", hooks }),
    transition: ({ subject, to, reason, priority }) => deliver({ kind: "transition", subject, to, reason, priority }),
    lowerPriorityHeard: (instance, priority) => deliver({ kind: "lowerPriorityHeard", instance, priority }),
    drain: (deadline) =>
      new Promise((resolve) => {
        whenDrained.push(resolve);
        deliver({ kind: "drain", deadline });
      }),
  };
}

/** The member of a log line or an event that names the subject. */
export const aboutSubject = ({ kind, name }: Subject): { readonly instance: string } | { readonly group: string } =>
  kind === "GROUP" ? { group: name } : { instance: name };
