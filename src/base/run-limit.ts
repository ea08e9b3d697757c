// The end of a program that takes too long: SIGTERM to its process group, SIGKILL two seconds later, and SIGKILL again
// every ten seconds for as long as the kernel has not let go of it.
import { after, seconds, type Instant, type Micros } from "./time.js";

export interface RunLimit {
  /** When `signal` is due. */
  readonly due: Instant;
  readonly signal: "SIGTERM" | "SIGKILL";
}

const PATIENCE_AFTER_TERM = seconds(2);
const PATIENCE_AFTER_KILL = seconds(10);

export const limitRun = (startedAt: Instant, timeout: Micros): RunLimit => ({
  due: after(startedAt, timeout),
  signal: "SIGTERM",
});

/** What follows once the signal of `limit` has been sent. */
export const nextLimit = (limit: RunLimit, now: Instant): RunLimit => ({
  due: after(now, limit.signal === "SIGTERM" ? PATIENCE_AFTER_TERM : PATIENCE_AFTER_KILL),
  signal: "SIGKILL",
});
