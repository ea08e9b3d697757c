// Runs the reload machine on libuv.
import type { Instant } from "../base/time.js";
import { type Reload, type ReloadEffect, type ReloadEvent, idleReload, nextDue, step } from "../supervise/reload.js";
import { type Running, drive } from "./drive.js";
import { createWakeTimer } from "./wake-timer.js";

export interface ReloadSteps {
  begin(): void;
  /** Reads and checks; a text says why the new configuration is refused. Nothing may change before it is accepted. */
  check(): string | undefined;
  /** Puts the new configuration in force; true when a child will confirm it. */
  apply(): boolean;
  done(ok: boolean, detail: string): void;
}

export class Reloader {
  readonly #machine: Running<Reload, ReloadEvent>;

  constructor(now: () => Instant, steps: ReloadSteps) {
    const timer = createWakeTimer(now, () => {
      this.#machine.deliver({ kind: "timeout" });
    });
    this.#machine = drive({ step, nextDue }, idleReload, {
      now,
      wakeAt: (due) => {
        timer.wakeAt(due);
      },
      perform: (effects, deliver) => {
        for (const effect of effects) perform(effect, deliver, steps);
      },
    });
  }

  request(): void {
    this.#machine.deliver({ kind: "requested" });
  }

  /** The child works with the newest configuration. */
  applied(): void {
    this.#machine.deliver({ kind: "applied" });
  }
}

function perform(effect: ReloadEffect, deliver: (event: ReloadEvent) => void, steps: ReloadSteps): void {
  switch (effect.kind) {
    case "begin":
      steps.begin();
      return;
    case "check": {
      const detail = steps.check();
      deliver(detail === undefined ? { kind: "accepted" } : { kind: "refused", detail });
      return;
    }
    case "apply":
      if (!steps.apply()) deliver({ kind: "applied" });
      return;
    case "done":
      steps.done(effect.ok, effect.detail);
      return;
  }
}
