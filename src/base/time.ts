// Time as the engines see it: monotonic microseconds. Wall time appears only in logs, mail and status.
import { assert } from "./assert.js";

declare const instantBrand: unique symbol;
declare const microsBrand: unique symbol;

/** A point of monotonic time, in microseconds since an origin that only the host knows. */
export type Instant = number & { readonly [instantBrand]: true };
/** A span of time in whole microseconds; never negative. */
export type Micros = number & { readonly [microsBrand]: true };

const isInstant = (value: number): value is Instant => Number.isSafeInteger(value);
const isMicros = (value: number): value is Micros => Number.isSafeInteger(value) && value >= 0;

export function instant(microseconds: number): Instant {
  assert(isInstant(microseconds), "an instant is a whole number of microseconds", { microseconds });
  return microseconds;
}

export function micros(microseconds: number): Micros {
  assert(isMicros(microseconds), "a span is a whole, non-negative number of microseconds", { microseconds });
  return microseconds;
}

export const millis = (milliseconds: number): Micros => micros(Math.round(milliseconds * 1_000));
export const seconds = (value: number): Micros => micros(Math.round(value * 1_000_000));
export const centiseconds = (value: number): Micros => micros(Math.round(value * 10_000));

export const toSeconds = (span: Micros): number => span / 1_000_000;
export const toCentiseconds = (span: Micros): number => Math.round(span / 10_000);

/** The instant `span` after `from`. */
export const after = (from: Instant, span: Micros): Instant => instant(from + span);

/** How long before `now` was `earlier`; zero when it is still to come. */
export const elapsed = (earlier: Instant, now: Instant): Micros => micros(Math.max(0, now - earlier));

/** How long until `due`; zero when it has passed. */
export const until = (due: Instant, now: Instant): Micros => micros(Math.max(0, due - now));

export const latest = (a: Instant, b: Instant): Instant => (a >= b ? a : b);

/** The earlier of two deadlines, either of which may be absent. */
export function earliest(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return a <= b ? a : b;
}

/** A schedule that keeps its phase: the next multiple after `due`, unless a whole period has been missed. */
export function nextTick(due: Instant, period: Micros, now: Instant): Instant {
  const next = due + period;
  return instant(next > now ? next : now + period);
}
