// clock_gettime(2), nanosleep(2).
import { allocateFixed, libc, outcome, type Memory } from "./library.js";
import type { SystemError } from "./system-error.js";

const CLOCK_MONOTONIC = 1;
const callClockGettime: (clock: number, time: Memory) => number = libc.func("int clock_gettime(int clock, void *time)");

// struct timespec: seconds (i64), nanoseconds (i64)
const timespec = allocateFixed(16);

/** CLOCK_MONOTONIC in whole microseconds. */
export function clockMonotonic(): number | SystemError {
  const result = outcome("clock_gettime", callClockGettime(CLOCK_MONOTONIC, timespec));
  if (typeof result !== "number") return result;
  return timespec.readUIntLE(0, 6) * 1_000_000 + Math.floor(timespec.readUInt32LE(8) / 1_000);
}

const callNanosleep: (time: Memory, rest: null) => number = libc.func("int nanosleep(void *time, void *rest)");
const span = allocateFixed(16);

/** Sleeps for less than a second; a signal may end it early. */
export function sleepMicros(micros: number): void {
  span.writeUInt32LE(micros * 1_000, 8);
  callNanosleep(span, null);
}
