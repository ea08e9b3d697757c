// What a child of the supervisor does first: takes the scheduling it is to have and gives up every right that it does
// not need (capabilities(7), sched(7), seccomp(2)). Each step is tried by itself, and the report says what came of it.
import { readFileSync } from "node:fs";
import {
  keepCapabilities,
  MCL_CURRENT,
  MCL_FUTURE,
  MCL_ONFAULT,
  mlockall,
  permittedCapabilities,
  RLIM_INFINITY,
  RLIMIT_MEMLOCK,
  RLIMIT_RTTIME,
  SCHED_RESET_ON_FORK,
  SCHED_RR,
  setAffinity,
  setCapabilities,
  setGid,
  setGroups,
  setLimit,
  setNice,
  setNoNewPrivileges,
  setParentDeathSignal,
  setScheduler,
  setUid,
} from "../native/index.js";
import { refuseExecution } from "./syscall-filter.js";
import { attempt, isSystemError, systemError, type SystemError } from "./system-error.js";
import { constants } from "node:os";

/** Numbers of linux/capability.h. */
const capabilityNumbers = { NET_ADMIN: 12, NET_RAW: 13, IPC_LOCK: 14, SYS_NICE: 23 } as const;
export type Capability = keyof typeof capabilityNumbers;

export interface Role {
  /** The capabilities that stay; every other one goes. */
  readonly keep: readonly Capability[];
  /** Whom to become; absent: stay who we are. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** SCHED_RR priority 1..99. */
  readonly realtime?: number;
  /** Processor time that real-time scheduling may use without waiting once; then the kernel ends the process. */
  readonly rtLimitMicros?: number;
  /** -20..19 */
  readonly nice?: number;
  readonly lockMemory?: boolean;
  /** Processors to run on; empty or absent: any. */
  readonly cpus?: readonly number[];
  /** The signal to get when the supervisor dies. */
  readonly parentDeathSignal?: number;
  readonly noExec: boolean;
}

export type RoleStep =
  | "realtimeLimit"
  | "realtime"
  | "nice"
  | "cpus"
  | "lockMemory"
  | "user"
  | "capabilities"
  | "parentDeathSignal"
  | "noExec";

export type StepOutcome =
  | { readonly step: RoleStep; readonly result: "done" }
  | { readonly step: RoleStep; readonly result: "refused"; readonly error: SystemError }
  | { readonly step: RoleStep; readonly result: "skipped"; readonly reason: string };

/** Only what the role asks for, in the order in which it was tried. */
export type RoleReport = readonly StepOutcome[];

/**
 * The order matters: limits and scheduling need the rights that go afterwards, a change of user clears the parent death
 * signal, and after the filter nothing can be executed.
 *
 * The C library changes the user of every thread, whereby Node's other threads lose their capabilities. Where the user
 * stays, they keep them: capset(2) reaches the calling thread only.
 */
export function enterRole(role: Role): RoleReport {
  const report: StepOutcome[] = [];
  const take = (step: RoleStep, result: number | SystemError | Skipped): void => {
    if (isSystemError(result)) report.push({ step, result: "refused", error: result });
    else if (typeof result === "number") report.push({ step, result: "done" });
    else report.push({ step, result: "skipped", reason: result.reason });
  };
  const { realtime, rtLimitMicros, nice, cpus, user, parentDeathSignal } = role;

  if (rtLimitMicros !== undefined) take("realtimeLimit", limitRealtime(rtLimitMicros));
  if (realtime !== undefined) take("realtime", setScheduler(SCHED_RR | SCHED_RESET_ON_FORK, realtime));
  if (nice !== undefined) take("nice", setNice(nice));
  if (cpus !== undefined && cpus.length > 0) take("cpus", setAffinity(cpus));
  if (role.lockMemory === true) take("lockMemory", lockMemory(role.keep));
  if (user !== undefined) take("user", becomeUser(user));
  take("capabilities", keepOnly(role.keep));
  if (parentDeathSignal !== undefined) take("parentDeathSignal", setParentDeathSignal(parentDeathSignal));
  if (role.noExec) take("noExec", firstRefusal(setNoNewPrivileges, refuseExecution));
  return report;
}

interface Skipped {
  readonly reason: string;
}

/** Calls one after the other, until one is refused. */
function firstRefusal(...calls: readonly (() => number | SystemError)[]): number | SystemError {
  for (const call of calls) {
    const result = call();
    if (isSystemError(result)) return result;
  }
  return 0;
}

const limitRealtime = (micros: number): number | SystemError => setLimit(RLIMIT_RTTIME, BigInt(micros), BigInt(micros));

/**
 * Locked memory counts against RLIMIT_MEMLOCK as soon as CAP_IPC_LOCK is gone, and V8's reservations are far beyond any
 * usual limit: without a lifted limit the next allocation would end the process, so then nothing is locked.
 */
function lockMemory(keep: readonly Capability[]): number | SystemError {
  const lifted = setLimit(RLIMIT_MEMLOCK, RLIM_INFINITY, RLIM_INFINITY);
  if (isSystemError(lifted) && !keep.includes("IPC_LOCK")) return lifted;
  return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
}

function becomeUser({ uid, gid }: { readonly uid: number; readonly gid: number }): number | SystemError | Skipped {
  if (!isMapped("uid", uid) || !isMapped("gid", gid)) {
    return { reason: `this user namespace does not know uid ${uid} and gid ${gid}: see /proc/self/uid_map` };
  }
  return firstRefusal(
    keepCapabilities,
    () => setGroups([]),
    () => setGid(gid),
    () => setUid(uid),
  );
}

/** Whether the user namespace maps an id: lines of "inside outside count" (user_namespaces(7)). */
function isMapped(kind: "uid" | "gid", id: number): boolean {
  const map = attempt(() => readFileSync(`/proc/self/${kind}_map`, "latin1"));
  if (isSystemError(map)) return true; // no user namespaces in this kernel
  return map.split("\n").some((line) => {
    const [first = NaN, , count = NaN] = line.trim().split(/\s+/).map(Number);
    return id >= first && id < first + count;
  });
}

/** Those of the wanted that we have; one that we lack is a refusal, after the others have been set. */
function keepOnly(keep: readonly Capability[]): number | SystemError {
  const permitted = permittedCapabilities();
  if (isSystemError(permitted)) return permitted;
  const wanted = keep.reduce((mask, name) => mask | (1n << BigInt(capabilityNumbers[name])), 0n);
  const set = setCapabilities(wanted & permitted);
  if (isSystemError(set)) return set;
  return (wanted & ~permitted) === 0n ? set : systemError("capset", constants.errno.EPERM);
}
