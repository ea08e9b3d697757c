// Spans of time as people read them.
import { toSeconds, type Micros } from "../base/time.js";

/** Two units at most, and no more digits than mean something: "400 ms", "3.6 s", "42 s", "3 min 5 s", "2 h 10 min". */
export function formatDuration(span: Micros): string {
  const total = toSeconds(span);
  if (total < 1) return `${Math.round(total * 1_000)} ms`;
  if (total < 10) return `${Number(total.toFixed(1))} s`;
  const whole = Math.round(total);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return pair(Math.floor(whole / 60), "min", whole % 60, "s");
  if (whole < 86_400) return pair(Math.floor(whole / 3_600), "h", Math.floor((whole % 3_600) / 60), "min");
  return pair(Math.floor(whole / 86_400), "d", Math.floor((whole % 86_400) / 3_600), "h");
}

const pair = (major: number, majorUnit: string, minor: number, minorUnit: string): string =>
  minor === 0 ? `${major} ${majorUnit}` : `${major} ${majorUnit} ${minor} ${minorUnit}`;
