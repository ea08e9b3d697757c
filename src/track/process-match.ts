// Whether a process is one that is tracked (keepalived.conf(5), vrrp_track_process).
import type { ProcessParams } from "./params.js";

/** What a process is called: /proc/PID/comm, and /proc/PID/cmdline where somebody asks for it. */
export interface ProcessNames {
  /** At most 15 octets (TASK_COMM_LEN). */
  readonly comm: string;
  readonly commandLine: readonly string[];
}

const LONGEST_COMM = 15;

/** Whether a command line is needed to tell. */
export const needsCommandLine = ({ fullCommand, match }: ProcessParams): boolean => fullCommand || match !== "none";

export function isTracked(params: ProcessParams, { comm, commandLine }: ProcessNames): boolean {
  const [program, ...wanted] = params.command;
  if (!needsCommandLine(params)) return program.slice(0, LONGEST_COMM) === comm;
  const [started, ...given] = commandLine;
  return started === program && argumentsMatch(params, wanted, given);
}

function argumentsMatch({ match }: ProcessParams, wanted: readonly string[], given: readonly string[]): boolean {
  switch (match) {
    case "none":
      return true;
    case "exact":
      return given.length === wanted.length && startsWith(given, wanted);
    case "partial":
      return startsWith(given, wanted);
    case "initial": {
      const last = wanted.at(-1);
      if (last === undefined) return true;
      return startsWith(given, wanted.slice(0, -1)) && given[wanted.length - 1]?.startsWith(last) === true;
    }
  }
}

const startsWith = (list: readonly string[], start: readonly string[]): boolean =>
  start.every((word, index) => list[index] === word);
