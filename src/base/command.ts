// A program that the supervisor is to run on somebody's behalf, and how it ended.

/** Numeric identity of a script: what setgroups, setgid and setuid are given. */
export interface Identity {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups; empty unless the configuration asks for them. */
  readonly groups: readonly number[];
}

export interface Command {
  /** Program first, then its arguments, as the configuration spells them. */
  readonly argv: readonly string[];
  readonly identity: Identity;
  /** `enable_script_security`: looked at again before every run, and not run when somebody else than root could change it. */
  readonly security?: true;
}

export type CommandOutcome =
  | { readonly kind: "exited"; readonly status: number }
  | { readonly kind: "signalled"; readonly signal: string }
  /** The program could not be started: `code` as errno(3) names it, `reason` for people, with what to do. */
  | { readonly kind: "notStarted"; readonly program: string; readonly code: string; readonly reason: string };

export const succeeded = (outcome: CommandOutcome): boolean => outcome.kind === "exited" && outcome.status === 0;

/** In words, to go after the name of the script: "exited with status 1". */
export function describeOutcome(outcome: CommandOutcome): string {
  switch (outcome.kind) {
    case "exited":
      return `exited with status ${outcome.status}`;
    case "signalled":
      return `ended by signal ${outcome.signal}`;
    case "notStarted":
      return `could not be started: ${outcome.reason}`;
  }
}
