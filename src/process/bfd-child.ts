// The bfd process from the supervisor's side: what it is told, what is known of its sessions, and what those who depend
// on a session are told about it.
import { type Instant, micros } from "../base/time.js";
import type { BfdSessionView } from "../status/bfd-view.js";
import type { ChildView, Happening } from "../status/rpc.js";
import type { ProcessView } from "../status/views.js";
import type { FromBfd, ToBfd } from "../supervise/bfd-messages.js";
import {
  type BfdVerdictEffect,
  type BfdVerdictEvent,
  type BfdVerdicts,
  nextDue,
  step,
} from "../supervise/bfd-verdicts.js";
import type { DaemonParams } from "../supervise/params.js";
import type { SpawnChild } from "./child-process.js";
import { type Running, drive } from "./drive.js";
import { ManagedChild, type ManagedChildListener } from "./managed-child.js";
import type { TrackerVerdict } from "./vrrp-child.js";
import { createWakeTimer } from "./wake-timer.js";

export interface BfdChildListener extends Omit<ManagedChildListener<FromBfd>, "configure" | "message"> {
  /** What depends on a session is to be told. */
  verdict(verdict: TrackerVerdict): void;
  happened(happening: Happening): void;
}

export interface BfdChildParts {
  readonly spawn: SpawnChild<ToBfd, FromBfd>;
  readonly respawn: boolean;
  readonly now: () => Instant;
}

export class BfdChild {
  readonly #child: ManagedChild<ToBfd, FromBfd>;
  readonly #listener: BfdChildListener;
  readonly #verdicts: Running<BfdVerdicts, BfdVerdictEvent>;
  readonly #views = new Map<string, BfdSessionView>();
  #process: ProcessView | undefined;
  #params: DaemonParams;

  constructor(params: DaemonParams, parts: BfdChildParts, listener: BfdChildListener) {
    this.#params = params;
    this.#listener = listener;
    const { spawn, respawn, now } = parts;
    const timer = createWakeTimer(now, () => {
      this.#verdicts.deliver({ kind: "timeout" });
    });
    this.#verdicts = drive({ step, nextDue }, new Map(), {
      now,
      wakeAt: (due) => {
        timer.wakeAt(due);
      },
      perform: (effects) => {
        for (const effect of effects) this.#tell(effect);
      },
    });
    this.#child = new ManagedChild(
      { spawn, respawn, stopWait: params.childWait, now },
      {
        ...listener,
        configure: () => {
          const { bfd, bfdScheduling } = this.#params;
          this.#child.send({ type: "configure", params: bfd, scheduling: bfdScheduling });
        },
        message: (message) => {
          this.#hear(message);
        },
        ended: () => {
          this.#processEnded();
          listener.ended();
        },
      },
    );
  }

  /** Puts a configuration in force. Its sessions have a verdict from now on, whether a process is wanted or not. */
  configure(params: DaemonParams, wanted: boolean): void {
    this.#params = params;
    const sessions = params.bfd.sessions.map(({ name }) => name);
    for (const name of this.#views.keys()) if (!sessions.includes(name)) this.#views.delete(name);
    this.#verdicts.deliver({ kind: "configured", sessions });
    this.#child.configure(wanted, params.childWait);
  }

  shutdown(): void {
    this.#child.shutdown();
  }

  get isHealthy(): boolean {
    return this.#child.isHealthy;
  }

  get state(): ManagedChild<ToBfd, FromBfd>["state"] {
    return this.#child.state;
  }

  /** Absent while nothing is configured for it. */
  get view(): ChildView | undefined {
    const view = this.#child.view("bfd");
    return view === undefined || this.#process === undefined ? view : { ...view, process: this.#process };
  }

  /** What every new vrrp process is told. */
  get verdicts(): readonly TrackerVerdict[] {
    return [...this.#verdicts.state].map(([name, { up }]) => ({ tracker: "bfd", name, up }));
  }

  /** In the order of the configuration. */
  get sessions(): readonly BfdSessionView[] {
    return this.#params.bfd.sessions.flatMap(({ name }) => {
      const view = this.#views.get(name);
      if (view === undefined || this.#process !== undefined) return view ?? [];
      const heldUntil = this.#verdicts.state.get(name)?.heldUntil;
      return { ...view, unattended: true, ...(heldUntil !== undefined && { heldUntil }) };
    });
  }

  #hear(message: FromBfd): void {
    switch (message.type) {
      case "changed": {
        const { type: _type, at: _at, ...change } = message;
        this.#listener.happened({ kind: "bfd", ...change });
        this.#verdicts.deliver({ kind: "changed", session: message.session, up: message.to === "up" });
        return;
      }
      case "complaint": {
        const { type: _type, ...complaint } = message;
        this.#listener.happened({ kind: "bfdComplaint", ...complaint });
        return;
      }
      case "views":
        for (const view of message.sessions) this.#views.set(view.name, view);
        this.#process = message.process;
        return;
      case "ready":
      case "heartbeat":
      case "finished":
        return;
    }
  }

  #processEnded(): void {
    this.#process = undefined;
    this.#verdicts.deliver({
      kind: "processEnded",
      detectionTimeOf: (session) => micros(this.#views.get(session)?.detectionTimeMicros ?? 0),
    });
  }

  #tell({ session, up, abandoned }: BfdVerdictEffect): void {
    if (abandoned) this.#listener.happened({ kind: "bfdAbandoned", session });
    this.#listener.verdict({ tracker: "bfd", name: session, up });
  }
}
