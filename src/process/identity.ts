// Which vipd this is, where several run on one machine: one for each network namespace, or several with names of their own
// (keepalived.conf(5): net_namespace, instance, use_pid_dir). It decides the names of everything that two of them share a
// place for: pid files, the status socket, the program in the syslog.
import { dirname, join } from "node:path";
import type { DaemonParams } from "../supervise/params.js";
import { type Options, defaultOptions } from "./options.js";

export interface Identity {
  /** Network namespace, as ip-netns(8) names it; absent: the one it was started in. */
  readonly namespace?: string;
  /** `instance` */
  readonly name?: string;
  /** `use_pid_dir` */
  readonly ownPidDirectory: boolean;
}

const RUN_DIRECTORY = "/run/keepalived";

/** `-s` outdoes `net_namespace`. */
export function identify(options: Pick<Options, "namespace">, params: DaemonParams | undefined): Identity {
  const fixed = params?.fixed ?? {};
  const namespace = options.namespace ?? fixed["net_namespace"];
  const name = fixed["instance"];
  return {
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ownPidDirectory: "use_pid_dir" in fixed,
  };
}

/** `_NAMESPACE_NAME`, as keepalived has it in the syslog; empty for the only vipd of a machine. */
export const identitySuffix = ({ namespace, name }: Identity): string =>
  [namespace, name].map((word) => (word === undefined ? "" : `_${word}`)).join("");

/** The pid files, in keepalived's directory for daemons with a name; those that the command line names stay. */
export function withPidFiles(options: Options, identity: Identity): Options {
  const { namespace, name, ownPidDirectory } = identity;
  if (!ownPidDirectory && namespace === undefined && name === undefined) return options;
  const directory = namespace === undefined ? RUN_DIRECTORY : join(RUN_DIRECTORY, `keepalived_${namespace}`);
  const suffix = name === undefined ? "" : `_${name}`;
  const place = (key: "pidFile" | "vrrpPidFile" | "checkersPidFile" | "bfdPidFile", program: string): string =>
    options[key] === defaultOptions[key] ? join(directory, `${program}${suffix}.pid`) : options[key];
  return {
    ...options,
    pidFile: place("pidFile", "keepalived"),
    vrrpPidFile: place("vrrpPidFile", "vrrp"),
    checkersPidFile: place("checkersPidFile", "checkers"),
    bfdPidFile: place("bfdPidFile", "bfd"),
  };
}

/** The directories of those files, which may have to be made. */
export const pidDirectories = ({ pidFile, vrrpPidFile, bfdPidFile }: Options): readonly string[] =>
  [...new Set([pidFile, vrrpPidFile, bfdPidFile].map((path) => dirname(path)))].filter((directory) =>
    directory.startsWith(RUN_DIRECTORY),
  );
