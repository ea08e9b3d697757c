// `reload_time_file`: when the reload that its first line asks for is due.

const FORM = /^(?:(\d{2}|\d{4})-(\d{2})-(\d{2}) )?(\d{2}):(\d{2}):(\d{2})(Z?)$/;

export type ReloadTime =
  /** Milliseconds since 1970. */
  { readonly kind: "at"; readonly wallMillis: number } | { readonly kind: "past" } | { readonly kind: "unreadable" };

/**
 * keepalived.conf(5): `[YY[YY]-MM-DD ]HH:MM:SS[Z]`, with Z in UTC, else in local time. Without a date it is the next time
 * that the clock shows it.
 */
export function readReloadTime(text: string, nowMillis: number): ReloadTime {
  const words = FORM.exec(text.split("\n", 1)[0] ?? "");
  if (words === null) return { kind: "unreadable" };
  const [year, month, day, hour = 0, minute = 0, second = 0] = words
    .slice(1, 7)
    .map((word: string | undefined) => (word === undefined ? undefined : Number(word)));
  if (hour > 23 || minute > 59 || second > 59) return { kind: "unreadable" };
  const onDay = words[7] === "Z" ? utc : local;
  if (year === undefined || month === undefined || day === undefined) {
    const today = onDay.dayOf(nowMillis);
    const at = (days: number): number => onDay.millis(today.year, today.month, today.day + days, hour, minute, second);
    return { kind: "at", wallMillis: at(0) > nowMillis ? at(0) : at(1) };
  }
  const fullYear = year < 100 ? 2000 + year : year;
  const wallMillis = onDay.millis(fullYear, month, day, hour, minute, second);
  const found = onDay.dayOf(wallMillis);
  if (found.month !== month || found.day !== day) return { kind: "unreadable" };
  return wallMillis > nowMillis ? { kind: "at", wallMillis } : { kind: "past" };
}

interface Calendar {
  /** Months count from 1; a day beyond the end of its month is one of the next. */
  millis(year: number, month: number, day: number, hour: number, minute: number, second: number): number;
  dayOf(millis: number): { readonly year: number; readonly month: number; readonly day: number };
}

const utc: Calendar = {
  millis: (year, month, ...rest) => Date.UTC(year, month - 1, ...rest),
  dayOf: (millis) => {
    const date = new Date(millis);
    return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  },
};

const local: Calendar = {
  millis: (year, month, ...rest) => new Date(year, month - 1, ...rest).getTime(),
  dayOf: (millis) => {
    const date = new Date(millis);
    return { year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() };
  },
};
