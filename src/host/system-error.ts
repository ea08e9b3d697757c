// Refused system calls: in words, and out of what Node throws.
import { getSystemErrorMap } from "node:util";
import { isSystemError, systemError, type SystemError } from "../native/system-error.js";

export { isSystemError, systemError, type SystemError };

/** For example "bind: ENODEV (no such device)". */
export function describeSystemError(error: SystemError): string {
  const meaning = getSystemErrorMap().get(-error.errno)?.[1];
  return meaning === undefined ? `${error.syscall}: ${error.code}` : `${error.syscall}: ${error.code} (${meaning})`;
}

/** What a function of `node:fs` and its like returned, or the refusal it threw. Anything else it throws goes on. */
export function attempt<T>(call: () => T): T | SystemError {
  try {
    return call();
  } catch (thrown) {
    if (!(thrown instanceof Error && "errno" in thrown && typeof thrown.errno === "number")) throw thrown;
    const syscall = "syscall" in thrown && typeof thrown.syscall === "string" ? thrown.syscall : "unknown call";
    return systemError(syscall, -thrown.errno);
  }
}
