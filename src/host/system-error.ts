// Refused system calls in words.
import { getSystemErrorMap } from "node:util";
import { isSystemError, type SystemError } from "../native/system-error.js";

export { isSystemError, type SystemError };

/** For example "bind: ENODEV (no such device)". */
export function describeSystemError(error: SystemError): string {
  const meaning = getSystemErrorMap().get(-error.errno)?.[1];
  return meaning === undefined ? `${error.syscall}: ${error.code}` : `${error.syscall}: ${error.code} (${meaning})`;
}
