// The clock of the engines: CLOCK_MONOTONIC, in microseconds since boot, the same in every process of the machine.
import { uptime } from "node:os";
import { instant, type Instant } from "../base/time.js";

/** When the machine was booted: before the clock began where it has been suspended since (CLOCK_BOOTTIME). */
export const bootTime = (now: Instant): Instant => instant(now - Math.round(uptime() * 1_000_000));

/** Node's high resolution time is CLOCK_MONOTONIC on Linux; the time files and timers of the kernel agree with it. */
export function monotonicNow(): Instant {
  const [seconds, nanoseconds] = process.hrtime();
  return instant(seconds * 1_000_000 + Math.floor(nanoseconds / 1_000));
}
