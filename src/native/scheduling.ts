// How the calling thread is scheduled and its process is limited: sched(7), setpriority(2), mlockall(2), getrlimit(2).
// On Linux a pid of 0 in these calls is the calling thread alone (sched_*, setpriority) or its process (the others).
import { allocateFixed, libc, outcome, type Memory } from "./library.js";
import type { SystemError } from "./system-error.js";

export const SCHED_RR = 2;
/** Threads and children that are started later are back at SCHED_OTHER. */
export const SCHED_RESET_ON_FORK = 0x4000_0000;

export const RLIMIT_MEMLOCK = 8;
export const RLIMIT_RTTIME = 15;
export const RLIM_INFINITY = 0xffff_ffff_ffff_ffffn;

export const MCL_CURRENT = 1;
export const MCL_FUTURE = 2;
export const MCL_ONFAULT = 4;

const callSetscheduler: (pid: number, policy: number, parameters: Memory) => number = libc.func(
  "int sched_setscheduler(int pid, int policy, const void *parameters)",
);
const callSetaffinity: (pid: number, length: number, mask: Memory) => number = libc.func(
  "int sched_setaffinity(int pid, size_t length, const void *mask)",
);
const callSetpriority: (which: number, who: number, nice: number) => number = libc.func(
  "int setpriority(int which, unsigned int who, int nice)",
);
const callMlockall: (flags: number) => number = libc.func("int mlockall(int flags)");
const callPrlimit: (pid: number, resource: number, limit: Memory, previous: null) => number = libc.func(
  "int prlimit(int pid, int resource, const void *limit, void *previous)",
);

/** `priority` is 1..99 for SCHED_RR. */
export function setScheduler(policy: number, priority: number): number | SystemError {
  const parameters = allocateFixed(4); // struct sched_param
  parameters.writeInt32LE(priority);
  return outcome("sched_setscheduler", callSetscheduler(0, policy, parameters));
}

/** cpu_set_t: one bit a processor, 1,024 of them. */
const CPU_SET_LENGTH = 128;

export function setAffinity(cpus: readonly number[]): number | SystemError {
  const mask = allocateFixed(CPU_SET_LENGTH);
  for (const cpu of cpus) {
    if (!(cpu >= 0 && cpu < CPU_SET_LENGTH * 8)) throw new RangeError(`processor ${cpu}`);
    mask.writeUInt8(mask.readUInt8(cpu >> 3) | (1 << (cpu & 7)), cpu >> 3);
  }
  return outcome("sched_setaffinity", callSetaffinity(0, mask.length, mask));
}

const PRIO_PROCESS = 0;

export const setNice = (nice: number): number | SystemError =>
  outcome("setpriority", callSetpriority(PRIO_PROCESS, 0, nice));

export const mlockall = (flags: number): number | SystemError => outcome("mlockall", callMlockall(flags));

/** Sets soft and hard limit of the process. */
export function setLimit(resource: number, soft: bigint, hard: bigint): number | SystemError {
  const limit = allocateFixed(16); // struct rlimit64
  limit.writeBigUInt64LE(soft, 0);
  limit.writeBigUInt64LE(hard, 8);
  return outcome("prlimit", callPrlimit(0, resource, limit, null));
}
