// One child process as the supervisor knows it: its state, what can happen to it, what is done about it.
import { type Instant, type Micros, millis, seconds } from "../base/time.js";

/** How often the supervisor looks whether a child is alive. */
export const CHECK_PERIOD: Micros = millis(100);
/**
 * Silence is counted in checks and not read from a clock: when the supervisor itself has been held up, however long,
 * its late check is one check, and no child is blamed for it. Ten checks on time are one second.
 */
export const CHECKS_UNTIL_FROZEN = 10;
/** Before its first heartbeat a child has to load its program and its libraries. */
export const CHECKS_UNTIL_START_FAILED = 200;
/** SIGKILL works at once unless the process hangs inside the kernel. */
export const KILL_PATIENCE: Micros = seconds(5);

export interface ChildPolicy {
  /** False (`-R`): a death ends the daemon. */
  readonly respawn: boolean;
  /** How long an orderly stop may take (`child_wait_time`). */
  readonly stopWait: Micros;
}

export type ChildPhase =
  | { readonly state: "absent" }
  /** There is a process: `running` once it has said that it is ready. */
  | {
      readonly state: "starting" | "running";
      readonly startedAt: Instant;
      /** True after its first sign of life. */
      readonly heard: boolean;
      readonly silentChecks: number;
      readonly checkAt: Instant;
    }
  | { readonly state: "stopping"; readonly startedAt: Instant; readonly killAt: Instant }
  /** SIGKILL is sent; the process has not been seen to end yet. */
  | {
      readonly state: "killed";
      readonly startedAt: Instant;
      readonly why: string;
      /** When to say that even SIGKILL does not help. */
      readonly hangsAt: Instant;
      readonly hangs: boolean;
    }
  /** Dead; the back-off runs. */
  | { readonly state: "waiting"; readonly startAt: Instant };

export interface Child {
  readonly policy: ChildPolicy;
  /** There is work for it. */
  readonly wanted: boolean;
  readonly phase: ChildPhase;
  /** While there is a process. */
  readonly pid?: number;
  readonly restarts: number;
  /** The delay before the present run; absent before the first death. */
  readonly delay?: Micros;
  /** Why the last run ended, in words. */
  readonly lastEnd?: string;
}

/** How a process ended: one of the two is there (waitpid(2)). */
export interface Exit {
  readonly code?: number;
  readonly signal?: string;
}

export type ChildEvent =
  /** The configuration has work for this child: at the start, and again at every reload. */
  | { readonly kind: "configured"; readonly policy: ChildPolicy }
  | { readonly kind: "spawned"; readonly pid: number }
  | { readonly kind: "spawnFailed"; readonly detail: string }
  /** Any message of the child. */
  | { readonly kind: "heard" }
  | { readonly kind: "ready" }
  | { readonly kind: "exited"; readonly exit: Exit }
  /** The daemon stops, or the configuration has no work left for it. */
  | { readonly kind: "shutdown" }
  | { readonly kind: "timeout" };

export type ChildEffect =
  | { readonly kind: "spawn" }
  /** Send the newest configuration. */
  | { readonly kind: "configure" }
  | { readonly kind: "sendShutdown" }
  | { readonly kind: "kill" }
  /** For the log, the status and the subscribers. */
  | { readonly kind: "report"; readonly level: "warn" | "error"; readonly what: string }
  /** It works; said once for every run. */
  | { readonly kind: "started" }
  /** It is gone on request. */
  | { readonly kind: "stopped" }
  /** It is gone and will not be started again: the daemon is to end with this status. */
  | { readonly kind: "gaveUp"; readonly exitCode: number; readonly what: string };

export const absentChild = (policy: ChildPolicy): Child => ({
  policy,
  wanted: false,
  phase: { state: "absent" },
  restarts: 0,
});

/** False while a process is beyond the supervisor's help, so that systemd's watchdog may act. */
export const isHealthy = ({ phase }: Child): boolean => phase.state !== "killed" || !phase.hangs;
