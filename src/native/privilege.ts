// Who the process is and what it may do: setresuid(2), capset(2), prctl(2), seccomp(2), signal(2).
import { filterProgram, type FilterInstruction } from "./filter.js";
import { allocateFixed, libc, outcome, type Memory } from "./library.js";
import { systemError, type SystemError } from "./system-error.js";

const callSetgroups: (count: number, groups: Memory) => number = libc.func(
  "int setgroups(size_t count, const void *groups)",
);
const callSetresgid: (real: number, effective: number, saved: number) => number = libc.func(
  "int setresgid(unsigned int real, unsigned int effective, unsigned int saved)",
);
const callSetresuid: (real: number, effective: number, saved: number) => number = libc.func(
  "int setresuid(unsigned int real, unsigned int effective, unsigned int saved)",
);
const callCapget: (header: Memory, data: Memory) => number = libc.func("int capget(void *header, void *data)");
const callCapset: (header: Memory, data: Memory) => number = libc.func("int capset(void *header, const void *data)");
const callPrctl: (option: number, a: number, b: number, c: number, d: number) => number = libc.func(
  "int prctl(int option, long a, long b, long c, long d)",
);
const callSeccomp: (call: number, operation: number, flags: number, program: Memory) => number = libc.func(
  "syscall",
  "long",
  ["long", "long", "long", "void *"],
);
const callSignal: (signal: number, handler: number) => number = libc.func("long signal(int signal, long handler)");

/** Supplementary groups, of every thread (the C library sees to that, as for the two below). */
export function setGroups(groups: readonly number[]): number | SystemError {
  const list = allocateFixed(Math.max(4, groups.length * 4));
  for (const [index, group] of groups.entries()) list.writeUInt32LE(group, index * 4);
  return outcome("setgroups", callSetgroups(groups.length, list));
}

/** Real, effective and saved group. */
export const setGid = (gid: number): number | SystemError => outcome("setresgid", callSetresgid(gid, gid, gid));

/** Real, effective and saved user. Threads without PR_SET_KEEPCAPS lose their capabilities when root is left. */
export const setUid = (uid: number): number | SystemError => outcome("setresuid", callSetresuid(uid, uid, uid));

// struct __user_cap_header_struct         struct __user_cap_data_struct[2]: capabilities 0..31, then 32..63
// 0   version (u32)                       0   effective (u32)
// 4   pid (int): 0 is the calling thread  4   permitted (u32)
//                                         8   inheritable (u32)
const CAPABILITY_VERSION_3 = 0x20080522;

function capabilityHeader(): Buffer {
  const header = allocateFixed(8);
  header.writeUInt32LE(CAPABILITY_VERSION_3);
  return header;
}

/** The permitted capabilities of the calling thread, as a mask with bit n for capability n (capabilities(7)). */
export function permittedCapabilities(): bigint | SystemError {
  const data = allocateFixed(24);
  const result = outcome("capget", callCapget(capabilityHeader(), data));
  if (typeof result !== "number") return result;
  return BigInt(data.readUInt32LE(4)) | (BigInt(data.readUInt32LE(16)) << 32n);
}

/** Makes `mask` the permitted and effective capabilities of the calling thread; none is inheritable. */
export function setCapabilities(mask: bigint): number | SystemError {
  const data = allocateFixed(24);
  for (const [index, half] of [mask & 0xffff_ffffn, mask >> 32n].entries()) {
    data.writeUInt32LE(Number(half), index * 12);
    data.writeUInt32LE(Number(half), index * 12 + 4);
  }
  return outcome("capset", callCapset(capabilityHeader(), data));
}

const PR_SET_PDEATHSIG = 1;
const PR_SET_KEEPCAPS = 8;
const PR_SET_NO_NEW_PRIVS = 38;

const prctl = (option: number, value: number): number | SystemError =>
  outcome("prctl", callPrctl(option, value, 0, 0, 0));

/** The permitted capabilities of the calling thread survive the next change of user. */
export const keepCapabilities = (): number | SystemError => prctl(PR_SET_KEEPCAPS, 1);

/** The signal that the process gets when its parent dies. A change of user clears it. */
export const setParentDeathSignal = (signal: number): number | SystemError => prctl(PR_SET_PDEATHSIG, signal);

/** No program that is executed from now on can gain privileges: a condition of {@link setSyscallFilter}. */
export const setNoNewPrivileges = (): number | SystemError => prctl(PR_SET_NO_NEW_PRIVS, 1);

const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_FILTER_FLAG_TSYNC = 1;

/** Filters the system calls of every thread of the process, for good (seccomp(2)). `seccompCall` is its number here. */
export function setSyscallFilter(
  seccompCall: number,
  instructions: readonly FilterInstruction[],
): number | SystemError {
  const filter = filterProgram(instructions);
  const result = outcome(
    "seccomp",
    callSeccomp(seccompCall, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, filter.program),
  );
  // A positive result is the thread that could not be given the filter.
  return typeof result === "number" && result > 0 ? systemError("seccomp", ESRCH) : result;
}

const ESRCH = 3;
const SIG_IGN = 1;

/** Ignores a signal by number: the real-time signals have no names in Node. */
export const ignoreSignal = (signal: number): number | SystemError => outcome("signal", callSignal(signal, SIG_IGN));
