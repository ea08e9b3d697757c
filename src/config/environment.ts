// What the configuration has to know about the machine it is for, as functions: this room reads no file and asks no
// kernel itself, so a test can be any machine it likes.
import type { IpAddress } from "../base/ip.js";

export type FileContent =
  | {
      readonly kind: "text";
      readonly text: string;
      /** Not only its owner may read it. */
      readonly exposed?: boolean;
    }
  | { readonly kind: "missing" }
  | { readonly kind: "directory" }
  /** Neither a plain file nor a directory, or one with an execute bit: keepalived does not read those. */
  | { readonly kind: "notPlain" }
  /** For example EACCES. */
  | { readonly kind: "unreadable"; readonly code: string };

export interface InterfaceFacts {
  readonly loopback: boolean;
  readonly mtu: number;
  readonly addresses: readonly IpAddress[];
  /** Of a virtual one, for example "macvlan". */
  readonly kind?: string;
  readonly alias?: string;
}

export interface UserFacts {
  readonly uid: number;
  /** The primary group. */
  readonly gid: number;
  readonly supplementaryGroups: readonly number[];
}

/** What became of the search for a script's program. */
export type ProgramFacts =
  | {
      readonly kind: "found";
      readonly path: string;
      /** Why a stranger could change it. */
      readonly insecure?: string;
      /** The directory of the path, as it was written, that is a symbolic link. */
      readonly link?: string;
    }
  | { readonly kind: "missing" }
  | { readonly kind: "notExecutable"; readonly path: string };

export interface ConfigEnvironment {
  readFile(path: string): FileContent;
  /** Names in a directory, without "." and ".."; undefined when it cannot be listed. */
  readDirectory(path: string): readonly string[] | undefined;
  /** True for whatever exists, of any kind. */
  exists(path: string): boolean;
  findInterface(name: string): InterfaceFacts | undefined;
  findUser(name: string): UserFacts | undefined;
  /** The number of a group. */
  findGroup(name: string): number | undefined;
  /** Looks in PATH when `program` has no slash. */
  findProgram(program: string): ProgramFacts;
  /** An environment variable. */
  variable(name: string): string | undefined;
  /** A whole number in `min .. max`, both included. */
  random(min: number, max: number): number;
  readonly hostName: string;
  /** Relative paths start here. */
  readonly workingDirectory: string;
  /** What `@ID` lines are compared with; absent: the host name up to its first dot. */
  readonly configId?: string;
  /** Identity of the daemon: what scripts run as where nothing else is said. */
  readonly self: { readonly name: string; readonly uid: number; readonly gid: number };
  /** Processors that may be named by `vrrp_cpu_affinity`. */
  readonly processors: number;
}
