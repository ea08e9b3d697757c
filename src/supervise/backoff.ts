// How long a child that has died stays down: keepalived's rule (observed): at once after a minute of good work, else
// 0, 1, 2, 4 .. 60 s.
import { type Micros, micros, seconds } from "../base/time.js";

/** A child that ran this long has shown that it can: its next death is the first again. */
export const GOOD_RUN: Micros = seconds(60);
const LONGEST: Micros = seconds(60);
const NONE: Micros = micros(0);

/** The delay after a run of `ranFor`; `previous` is the delay before that run, absent before the first death. */
export function respawnDelay(ranFor: Micros, previous: Micros | undefined): Micros {
  if (previous === undefined || ranFor >= GOOD_RUN) return NONE;
  if (previous === NONE) return seconds(1);
  return micros(Math.min(previous * 2, LONGEST));
}
