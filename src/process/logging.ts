// The log of the daemon.
import type { StatusEvent } from "../status/rpc.js";

/** Facts of a log line for machines: they travel beside the text wherever the format has room for them. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(text: string, fields?: LogFields): void;
  info(text: string, fields?: LogFields): void;
  warn(text: string, fields?: LogFields): void;
  error(text: string, fields?: LogFields): void;
  /** What the status socket also tells: worded, levelled and, for complaints, said once and then counted. */
  event(event: StatusEvent): void;
  /** Writes what is queued, for at most half a second. */
  close(): Promise<void>;
}
