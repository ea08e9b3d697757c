// The vrrp process from the supervisor's side: the machine of its life, driven by a real process, and what it is told
// when it starts.
import type { Instant } from "../base/time.js";
import { type Child, type ChildEffect, type ChildEvent, absentChild, isHealthy } from "../supervise/child.js";
import { childMachine } from "../supervise/children.js";
import type { FromVrrp } from "../supervise/messages.js";
import type { DaemonParams } from "../supervise/params.js";
import type { ReportedTrackerKind } from "../vrrp/params.js";
import { resumptions } from "../supervise/resume.js";
import type { ChildView } from "../status/rpc.js";
import type { StatusStore } from "../status/store.js";
import type { ChildProcess, SpawnChild } from "./child-process.js";
import { type Running, drive } from "./drive.js";
import { createWakeTimer } from "./wake-timer.js";

export interface VrrpChildListener {
  message(message: FromVrrp): void;
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

/** What the vrrp process is told about something that is tracked outside of it. */
export interface TrackerVerdict {
  readonly tracker: ReportedTrackerKind;
  readonly name: string;
  readonly up: boolean;
}

export interface VrrpChildParts {
  readonly spawn: SpawnChild;
  readonly store: StatusStore;
  /** What every new process is told about everything tracked. */
  readonly verdicts: () => readonly TrackerVerdict[];
  readonly respawn: boolean;
  readonly now: () => Instant;
}

export class VrrpChild {
  readonly #parts: VrrpChildParts;
  readonly #listener: VrrpChildListener;
  readonly #machine: Running<Child, ChildEvent>;
  #params: DaemonParams;
  #process: ChildProcess | undefined;
  /** The process has not been configured yet: it has a predecessor's place to take. */
  #isNew = false;

  constructor(params: DaemonParams, parts: VrrpChildParts, listener: VrrpChildListener) {
    this.#params = params;
    this.#parts = parts;
    this.#listener = listener;
    const timer = createWakeTimer(parts.now, () => {
      this.#machine.deliver({ kind: "timeout" });
    });
    this.#machine = drive(childMachine, absentChild(this.#policy()), {
      now: parts.now,
      wakeAt: (due) => {
        timer.wakeAt(due);
      },
      perform: (effects) => {
        for (const effect of effects) this.#perform(effect);
      },
    });
  }

  /** Puts a configuration in force: starts the process, or stops it when nothing is left to do. */
  configure(params: DaemonParams, wanted: boolean): void {
    this.#params = params;
    this.#machine.deliver(wanted ? { kind: "configured", policy: this.#policy() } : { kind: "shutdown" });
  }

  tell({ tracker, name, up }: TrackerVerdict): void {
    this.#process?.send({ type: "tracker", tracker, name, up });
  }

  shutdown(): void {
    this.#machine.deliver({ kind: "shutdown" });
  }

  get isHealthy(): boolean {
    return isHealthy(this.#machine.state);
  }

  get isRunning(): boolean {
    return this.#machine.state.phase.state === "running";
  }

  /** Absent while nothing is configured for it. */
  get view(): ChildView | undefined {
    const { phase, pid, restarts, lastEnd } = this.#machine.state;
    if (phase.state === "absent") return undefined;
    const process = this.#parts.store.process;
    return {
      name: "vrrp",
      state: phase.state === "killed" ? "stopping" : phase.state,
      ...(pid !== undefined && { pid }),
      restarts,
      ...(lastEnd !== undefined && { lastEnd }),
      ...(process !== undefined && { process }),
    };
  }

  #policy() {
    return { respawn: this.#parts.respawn, stopWait: this.#params.childWait };
  }

  #perform(effect: ChildEffect): void {
    switch (effect.kind) {
      case "spawn":
        this.#spawn();
        return;
      case "configure":
        this.#configure();
        return;
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

  #configure(): void {
    const { store, verdicts, now } = this.#parts;
    const { vrrp, vrrpScheduling } = this.#params;
    const isSuccessor = this.#isNew && store.lastAlive !== undefined;
    const resume = isSuccessor ? resumptions(store.instances, store.lastAlive, now()) : [];
    this.#isNew = false;
    this.#process?.send({ type: "configure", params: vrrp, scheduling: vrrpScheduling, resume });
    for (const verdict of verdicts()) this.tell(verdict);
  }
}
