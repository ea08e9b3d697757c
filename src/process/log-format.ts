// How a line of the log looks: as keepalived writes it to its console, or as JSON.
import type { EventLevel } from "../status/event-text.js";

/** Facts of a log line for machines: they travel beside the text wherever the format has room for them. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface LogLine {
  readonly level: EventLevel;
  readonly message: string;
  /** The program as syslog shows it. */
  readonly ident: string;
  readonly time: Date;
  readonly fields: LogFields;
}

/** `Fri Nov  6 09:03:27 2026: text`, local time, as ctime(3) has it. */
export function textLine({ time, message }: LogLine): string {
  const [weekday = "", month = "", , year = ""] = time.toDateString().split(" ");
  const day = String(time.getDate()).padStart(2);
  const [clock = ""] = time.toTimeString().split(" ");
  return `${weekday} ${month} ${day} ${clock} ${year}: ${message}`;
}

/** One JSON object; a field of the line itself wins over one of the same name in `fields`. */
export function jsonLine({ time, level, ident, message, fields }: LogLine): string {
  const own = { time: time.toISOString(), level, ident, message };
  return JSON.stringify({ ...own, ...fields, ...own });
}

/** The line inside what winston hands on, which has no types. */
export function lineOf(info: Readonly<Record<string, unknown>>): LogLine {
  const { level, message, ident, time, fields } = info;
  return {
    level: isLevel(level) ? level : "info",
    message: String(message),
    ident: String(ident),
    time: time instanceof Date ? time : new Date(),
    fields: isFields(fields) ? fields : {},
  };
}

const isLevel = (value: unknown): value is EventLevel =>
  value === "error" || value === "warn" || value === "info" || value === "debug";

const isFields = (value: unknown): value is LogFields => typeof value === "object" && value !== null;
