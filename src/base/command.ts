// A program that the supervisor is to run on somebody's behalf.

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
}
