// A child process from the supervisor's side: the machine of its life (supervise/children), driven by a real process.
// What a child is told and what its messages mean is for whoever listens.
import type { Instant, Micros } from "../base/time.js";
import {
  type Child,
  type ChildEffect,
  type ChildEvent,
  type ChildPhase,
  type ChildPolicy,
  absentChild,
  isHealthy,
} from "../supervise/child.js";
import { childMachine } from "../supervise/children.js";
import type { ChildView } from "../status/rpc.js";
import type { ChildProcess, SpawnChild } from "./child-process.js";
import { type Running, drive } from "./drive.js";
import { createWakeTimer } from "./wake-timer.js";

export interface ManagedChildListener<From> {
  /** The process is to be told the newest configuration; `isNew`: for the first time in its life. */
  configure(isNew: boolean): void;
  message(message: From): void;
  complained(line: string): void;
  report(level: "warn" | "error", what: string): void;
  /** There is a new process. */
  spawned(pid: number): void;
  /** Its process has ended, for whatever reason. */
  ended(): void;
  started(): void;
  stopped(): void;
  gaveUp(exitCode: number, what: string): void;
}

export interface ManagedChildParts<To, From> {
  readonly spawn: SpawnChild<To, From>;
  readonly respawn: boolean;
  /** How long an orderly stop may take. */
  readonly stopWait: Micros;
  readonly now: () => Instant;
}

/** Every kind of child says `ready` once it works, and understands `shutdown`. */
export class ManagedChild<To extends { readonly type: string }, From extends { readonly type: string }> {
  readonly #parts: ManagedChildParts<To | { readonly type: "shutdown" }, From>;
  readonly #listener: ManagedChildListener<From>;
  readonly #machine: Running<Child, ChildEvent>;
  #process: ChildProcess<To | { readonly type: "shutdown" }> | undefined;
  #isNew = false;

  constructor(
    parts: ManagedChildParts<To | { readonly type: "shutdown" }, From>,
    listener: ManagedChildListener<From>,
  ) {
    this.#parts = parts;
    this.#listener = listener;
    const timer = createWakeTimer(parts.now, () => {
      this.#machine.deliver({ kind: "timeout" });
    });
    this.#machine = drive(childMachine, absentChild(this.#policy(parts.stopWait)), {
      now: parts.now,
      wakeAt: (due) => {
        timer.wakeAt(due);
      },
      perform: (effects) => {
        for (const effect of effects) this.#perform(effect);
      },
    });
  }

  /** There is a configuration: starts the process, or stops it when nothing is left to do. */
  configure(wanted: boolean, stopWait: Micros): void {
    this.#machine.deliver(wanted ? { kind: "configured", policy: this.#policy(stopWait) } : { kind: "shutdown" });
  }

  /** Lost where there is no process. */
  send(message: To): void {
    this.#process?.send(message);
  }

  shutdown(): void {
    this.#machine.deliver({ kind: "shutdown" });
  }

  get isHealthy(): boolean {
    return isHealthy(this.#machine.state);
  }

  get state(): ChildPhase["state"] {
    return this.#machine.state.phase.state;
  }

  /** Absent while nothing is configured for it. */
  view(name: ChildView["name"]): ChildView | undefined {
    const { phase, pid, restarts, lastEnd } = this.#machine.state;
    if (phase.state === "absent") return undefined;
    return {
      name,
      state: phase.state === "killed" ? "stopping" : phase.state,
      ...(pid !== undefined && { pid }),
      restarts,
      ...(lastEnd !== undefined && { lastEnd }),
    };
  }

  #policy(stopWait: Micros): ChildPolicy {
    return { respawn: this.#parts.respawn, stopWait };
  }

  #perform(effect: ChildEffect): void {
    switch (effect.kind) {
      case "spawn":
        this.#spawn();
        return;
      case "configure": {
        const isNew = this.#isNew;
        this.#isNew = false;
        this.#listener.configure(isNew);
        return;
      }
      case "sendShutdown":
        this.#process?.send({ type: "shutdown" });
        return;
      case "kill":
        this.#process?.kill();
        return;
      case "report":
        this.#listener.report(effect.level, effect.what);
        return;
      case "started":
        this.#listener.started();
        return;
      case "stopped":
        this.#listener.stopped();
        return;
      case "gaveUp":
        this.#listener.gaveUp(effect.exitCode, effect.what);
        return;
    }
  }

  #spawn(): void {
    this.#isNew = true;
    this.#process = this.#parts.spawn({
      message: (message) => {
        this.#machine.deliver({ kind: message.type === "ready" ? "ready" : "heard" });
        this.#listener.message(message);
      },
      complained: (line) => {
        this.#listener.complained(line);
      },
      ended: (exit) => {
        this.#ended({ kind: "exited", exit });
      },
      notStarted: (detail) => {
        this.#ended({ kind: "spawnFailed", detail });
      },
    });
    const { pid } = this.#process;
    if (pid === undefined) return;
    this.#machine.deliver({ kind: "spawned", pid });
    this.#listener.spawned(pid);
  }

  #ended(event: ChildEvent): void {
    this.#process = undefined;
    this.#listener.ended();
    this.#machine.deliver(event);
  }
}
