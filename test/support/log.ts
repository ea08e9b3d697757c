// A log that remembers what it was told.
import type { Logger } from "../../src/process/logging.js";

export interface RememberingLog extends Logger {
  readonly lines: readonly string[];
}

export function rememberingLog(): RememberingLog {
  const lines: string[] = [];
  const remember =
    (level: string) =>
    (text: string): void => {
      lines.push(`${level}: ${text}`);
    };
  return {
    lines,
    debug: remember("debug"),
    info: remember("info"),
    warn: remember("warn"),
    error: remember("error"),
    event: (event) => lines.push(`event: ${event.kind}`),
    close: () => Promise.resolve(),
  };
}
