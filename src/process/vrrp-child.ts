// The vrrp process from the supervisor's side: what it is told when it starts, and what is known of it.
import type { Instant } from "../base/time.js";
import type { FromVrrp, ToVrrp } from "../supervise/messages.js";
import type { DaemonParams } from "../supervise/params.js";
import { resumptions } from "../supervise/resume.js";
import { Sysctls } from "../host/sysctl.js";
import { describeSystemError } from "../host/system-error.js";
import type { TunedSetting } from "../vrrp/effects.js";
import type { ReportedTrackerKind, VrrpRouterParams } from "../vrrp/params.js";
import type { ChildView } from "../status/rpc.js";
import type { StartTimes } from "../vrrp/events.js";
import { bootTime } from "../host/clock.js";
import type { StatusStore } from "../status/store.js";
import type { SpawnChild } from "./child-process.js";
import { ManagedChild, type ManagedChildListener } from "./managed-child.js";

export type VrrpChildListener = Omit<ManagedChildListener<FromVrrp>, "configure">;

/** What the vrrp process is told about something that is tracked outside of it. */
export interface TrackerVerdict {
  readonly tracker: ReportedTrackerKind;
  readonly name: string;
  readonly up: boolean;
  /** The number in a file. */
  readonly value?: number;
}

export interface VrrpChildParts {
  readonly spawn: SpawnChild<ToVrrp, FromVrrp>;
  readonly store: StatusStore;
  /** What every new process is told about everything tracked. */
  readonly verdicts: () => readonly TrackerVerdict[];
  readonly respawn: boolean;
  readonly now: () => Instant;
}

export class VrrpChild {
  readonly #parts: VrrpChildParts;
  readonly #child: ManagedChild<ToVrrp, FromVrrp>;
  readonly #since: StartTimes;
  #params: DaemonParams;
  /** What its last process was told, and what the last one that worked had in the kernel; absent after an orderly end. */
  #sent: VrrpRouterParams | undefined;
  #installed: VrrpRouterParams | undefined;
  /** Settings of the kernel that its processes have changed and not put back. */
  #tuned: readonly TunedSetting[] = [];

  constructor(params: DaemonParams, parts: VrrpChildParts, listener: VrrpChildListener) {
    this.#params = params;
    this.#parts = parts;
    const { spawn, respawn, now } = parts;
    const daemon = now();
    this.#since = { daemon, boot: bootTime(daemon) };
    this.#child = new ManagedChild(
      { spawn, respawn, stopWait: params.childWait, now },
      {
        ...listener,
        message: (message) => {
          if (message.type === "tuned") this.#tuned = message.settings;
          if (message.type === "ready") this.#installed = this.#sent;
          if (message.type === "finished") this.#installed = undefined;
          listener.message(message);
        },
        stopped: () => {
          this.#putBack(listener);
          listener.stopped();
        },
        gaveUp: (exitCode, what) => {
          this.#putBack(listener);
          listener.gaveUp(exitCode, what);
        },
        configure: (isNew) => {
          this.#configure(isNew);
        },
      },
    );
  }

  /** Puts a configuration in force: starts the process, or stops it when nothing is left to do. */
  configure(params: DaemonParams, wanted: boolean): void {
    this.#params = params;
    this.#child.configure(wanted, params.childWait);
  }

  clearStatistics(): void {
    this.#child.send({ type: "clearStatistics" });
  }

  tell(verdict: TrackerVerdict): void {
    this.#child.send({ type: "tracker", ...verdict });
  }

  shutdown(): void {
    this.#child.shutdown();
  }

  get isHealthy(): boolean {
    return this.#child.isHealthy;
  }

  get state(): ManagedChild<ToVrrp, FromVrrp>["state"] {
    return this.#child.state;
  }

  /** Absent while nothing is configured for it. */
  get view(): ChildView | undefined {
    const view = this.#child.view("vrrp");
    const { process } = this.#parts.store;
    return view === undefined || process === undefined ? view : { ...view, process };
  }

  #configure(isNew: boolean): void {
    const { store, verdicts, now } = this.#parts;
    const { vrrp, vrrpScheduling } = this.#params;
    const isSuccessor = isNew && store.lastAlive !== undefined;
    const leftBy = isNew && this.#installed !== vrrp ? this.#installed : undefined;
    this.#sent = vrrp;
    const resume = isSuccessor ? resumptions(store.instances, store.lastAlive, now()) : [];
    this.#child.send({
      type: "configure",
      params: vrrp,
      scheduling: vrrpScheduling,
      resume,
      ...(leftBy !== undefined && { leftBy }),
      since: this.#since,
      tuned: this.#tuned,
    });
    for (const verdict of verdicts()) this.tell(verdict);
  }

  /** A process that was killed has put nothing back, and there will be no other. */
  #putBack(listener: VrrpChildListener): void {
    for (const { path, error } of new Sysctls(this.#tuned, () => undefined).apply([])) {
      const name = `net.${path.replaceAll("/", ".")}`;
      listener.report("warn", `the kernel setting ${name} keeps the value of vipd: ${describeSystemError(error)}`);
    }
    this.#tuned = [];
  }
}
