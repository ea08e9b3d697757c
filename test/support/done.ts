// The value of a call that has to succeed for a test to mean anything.
import { isSystemError, type SystemError } from "../../src/native/index.js";

export function done<T>(result: T | SystemError): T {
  if (isSystemError(result)) throw new Error(`${result.syscall}: ${result.code}`);
  return result;
}
