// A system call that the kernel refused, as a value.
import { constants } from "node:os";

export interface SystemError {
  /** Name of the call, as in section 2 of the manual. */
  readonly syscall: string;
  /** errno(3), positive. */
  readonly errno: number;
  /** Symbolic name of the number, for example "ENODEV". */
  readonly code: string;
}

export const isSystemError = (value: unknown): value is SystemError =>
  typeof value === "object" && value !== null && "syscall" in value && "errno" in value && "code" in value;

/** Numbers of `node:os`; where two names share one, the first is the usual one (EAGAIN before EWOULDBLOCK). */
const codes = new Map<number, string>();
for (const [code, errno] of Object.entries(constants.errno)) if (!codes.has(errno)) codes.set(errno, code);

export function systemError(syscall: string, errno: number): SystemError {
  return { syscall, errno, code: codes.get(errno) ?? `errno ${errno}` };
}
