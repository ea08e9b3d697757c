// One timer for all deadlines of a machine that runs on libuv. libuv steps in milliseconds: good for scripts, which is
// all that this process times; the protocol has its own exact timer.
import { until, type Instant } from "../base/time.js";

export interface WakeTimer {
  /** Replaces what was asked for before. */
  readonly wakeAt: (due: Instant | undefined) => void;
}

const LONGEST_SLEEP_MILLISECONDS = 0x7fff_ffff;

export function createWakeTimer(now: () => Instant, onDue: () => void): WakeTimer {
  let timer: NodeJS.Timeout | undefined;
  return {
    wakeAt: (due) => {
      clearTimeout(timer);
      if (due === undefined) return;
      const milliseconds = Math.ceil(until(due, now()) / 1_000);
      timer = setTimeout(onDue, Math.min(milliseconds, LONGEST_SLEEP_MILLISECONDS));
    },
  };
}
