// A seccomp filter (seccomp(2)) that refuses execve(2) and execveat(2): a child of the supervisor never starts a program.
import { setSyscallFilter, systemError, type FilterInstruction, type SystemError } from "../native/index.js";
import { constants } from "node:os";

/** Numbers of one architecture: AUDIT_ARCH_* of linux/audit.h and the system call table. */
interface Architecture {
  readonly auditArch: number;
  readonly seccomp: number;
  readonly execve: number;
  readonly execveat: number;
  /** System calls from here on belong to another calling convention of the same architecture (x32). */
  readonly foreignFrom: number;
}

const architectures: Readonly<Record<string, Architecture>> = {
  x64: { auditArch: 0xc000_003e, seccomp: 317, execve: 59, execveat: 322, foreignFrom: 0x4000_0000 },
  arm64: { auditArch: 0xc000_00b7, seccomp: 277, execve: 221, execveat: 281, foreignFrom: 0x4000_0000 },
};

// Classic BPF (linux/bpf_common.h) over struct seccomp_data: call number at 0, architecture at 4.
const LOAD_WORD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_GREATER_OR_EQUAL = 0x35;
const RETURN = 0x06;
const CALL_NUMBER = 0;
const ARCHITECTURE = 4;
const SECCOMP_RET_ALLOW = 0x7fff_0000;
const SECCOMP_RET_ERRNO = 0x0005_0000;

const load = (offset: number): FilterInstruction => ({ code: LOAD_WORD, jumpTrue: 0, jumpFalse: 0, operand: offset });
const answer = (verdict: number): FilterInstruction => ({ code: RETURN, jumpTrue: 0, jumpFalse: 0, operand: verdict });
/** Jumps count the instructions that are passed over. */
const jump = (code: number, operand: number, jumpTrue: number, jumpFalse: number): FilterInstruction => ({
  code,
  operand,
  jumpTrue,
  jumpFalse,
});

const refuseExec = ({ auditArch, execve, execveat, foreignFrom }: Architecture): readonly FilterInstruction[] => [
  load(ARCHITECTURE),
  jump(JUMP_IF_EQUAL, auditArch, 0, 5),
  load(CALL_NUMBER),
  jump(JUMP_IF_EQUAL, execve, 3, 0),
  jump(JUMP_IF_EQUAL, execveat, 2, 0),
  jump(JUMP_IF_GREATER_OR_EQUAL, foreignFrom, 1, 0),
  answer(SECCOMP_RET_ALLOW),
  answer(SECCOMP_RET_ERRNO | constants.errno.EPERM),
];

/** Every thread of the process loses exec, for good. ENOSYS on an architecture whose numbers are not known here. */
export function refuseExecution(): number | SystemError {
  const architecture = architectures[process.arch];
  if (architecture === undefined) return systemError("seccomp", constants.errno.ENOSYS);
  return setSyscallFilter(architecture.seccomp, refuseExec(architecture));
}
