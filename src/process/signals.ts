// The signals of the supervisor (signal(7)); keepalived's meanings.
import { SIGRTMAX, SIGRTMIN, ignoreSignal, watchSignal } from "../host/signals.js";
import type { Options } from "./options.js";
import type { Supervisor } from "./supervisor.js";

/** keepalived's `--signum=JSON` and `--signum=STATS_CLEAR`. */
export const SIGNAL_JSON = SIGRTMIN + 2;
export const SIGNAL_STATS_CLEAR = SIGRTMAX - 1;

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
  const realtime: readonly (readonly [number, () => void])[] = [
    [SIGNAL_JSON, () => void supervisor.dumpJson()],
    [SIGNAL_STATS_CLEAR, () => void supervisor.dumpAndClearStatistics()],
  ];
  for (const [signal, answer] of realtime) {
    // Where it cannot be answered it must not end the daemon either: programs written for keepalived send it.
    if (watchSignal(signal, answer) !== undefined) ignoreSignal(signal);
  }
  return {
    release: () => {
      for (const [signal, answer] of answers) process.off(signal, answer);
    },
  };
}
