// The signals of the supervisor (signal(7)); keepalived's meanings.
import type { Options } from "./options.js";
import type { Supervisor } from "./supervisor.js";

/** Answers them from now on, until `release`. */
export function onSignals({ ignoreSigint }: Options, supervisor: Supervisor): { release(): void } {
  const answers: readonly (readonly [NodeJS.Signals, () => void])[] = [
    ["SIGTERM", () => supervisor.stop()],
    ["SIGINT", () => (ignoreSigint ? undefined : supervisor.stop())],
    ["SIGHUP", () => supervisor.reload()],
    ["SIGUSR1", () => void supervisor.dumpData()],
    ["SIGUSR2", () => void supervisor.dumpStatistics()],
  ];
  for (const [signal, answer] of answers) process.on(signal, answer);
  return {
    release: () => {
      for (const [signal, answer] of answers) process.off(signal, answer);
    },
  };
}
