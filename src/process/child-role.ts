// What a child with deadlines is and may do while it works: scheduling, memory, capabilities.
import { findUser } from "../host/accounts.js";
import { type Capability, type RoleReport, type RoleStep, enterRole } from "../host/privileges.js";
import { describeSystemError } from "../host/system-error.js";
import { type Micros, millis, seconds } from "../base/time.js";
import type { SchedulingParams } from "../supervise/params.js";

export interface ChildRole {
  readonly realtime: boolean;
  readonly memoryLocked: boolean;
  /** What the configuration asked for and the kernel refused, in words. */
  readonly refusals: readonly string[];
}

/** Above every ordinary task, below anything else that an operator runs in real time. */
const REALTIME_PRIORITY = 1;
/** A full garbage collection and a burst of datagrams stay far below it; a process that never waits does not. */
const REALTIME_LIMIT = seconds(2);
/** keepalived's usual 10 ms would end a healthy process of ours in its first full garbage collection. */
const SMALLEST_REALTIME_LIMIT = millis(500);

/** Whom the children become where the account exists; without it the capabilities go all the same. */
const CHILD_USER = "vipd";

/** `keep` are the capabilities that its work needs; every other one goes. */
export function enterChildRole(scheduling: SchedulingParams, keep: readonly Capability[]): ChildRole {
  const user = findUser(CHILD_USER);
  const report = enterRole({
    keep,
    ...(user !== undefined && { user }),
    realtime: scheduling.realtimePriority ?? REALTIME_PRIORITY,
    rtLimitMicros: realtimeLimit(scheduling.realtimeLimit),
    nice: scheduling.nice,
    cpus: scheduling.cpus,
    lockMemory: true,
    noExec: true,
  });
  return {
    realtime: isDone(report, "realtime"),
    memoryLocked: isDone(report, "lockMemory"),
    refusals: report.flatMap((outcome) =>
      outcome.result === "refused" && !(courtesies.has(outcome.step) && !wasAskedFor(outcome.step, scheduling))
        ? [`${outcome.step}: ${describeSystemError(outcome.error)}`]
        : [],
    ),
  };
}

const realtimeLimit = (asked: Micros | undefined): Micros =>
  asked === undefined || asked >= SMALLEST_REALTIME_LIMIT ? (asked ?? REALTIME_LIMIT) : SMALLEST_REALTIME_LIMIT;

/** Taken where they are to be had, also when nobody asked; the status tells which were. */
const courtesies: ReadonlySet<RoleStep> = new Set<RoleStep>(["realtime", "realtimeLimit", "lockMemory"]);

const wasAskedFor = (step: RoleStep, scheduling: SchedulingParams): boolean =>
  step === "lockMemory" ? scheduling.lockMemory : scheduling.realtimePriority !== undefined;

const isDone = (report: RoleReport, step: RoleStep): boolean =>
  report.some((outcome) => outcome.step === step && outcome.result === "done");
