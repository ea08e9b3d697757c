// Runs the programs that a configuration names: the one place of vipd that executes somebody else's program.
//
// As keepalived does: no shell, a process group of its own, standard streams on /dev/null, the daemon's working directory
// and umask, its environment without what could turn a program against its user. A script without `#!` is run by
// /bin/sh, because execvp(3) does so.
//
// Identity: libuv calls setgroups(0), setgid and setuid in the child whenever it is given a uid or gid, so a script never
// keeps a group of the daemon. Supplementary groups are nothing it knows; setpriv(1) of util-linux sets those, and only
// for scripts whose configuration asks for them.
//
// Security: with enable_script_security a program is looked at again right before each run, for its file or a directory above
// it may have been given away since the configuration was read.
import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Command, CommandOutcome } from "../base/command.js";
import { findProgram } from "./program-files.js";

export interface RunningCommand {
  /** To the whole process group. Answers the errno code of a refusal; a program that has ended is none. */
  kill(signal: "SIGTERM" | "SIGKILL"): string | undefined;
}

const withheld = ["IFS", "LD_PRELOAD", "LD_LIBRARY_PATH", "NOTIFY_SOCKET"];

/** Starts `command`. `onEnd` is called exactly once, never before this function has returned. */
export function runCommand(command: Command, onEnd: (outcome: CommandOutcome) => void): RunningCommand {
  const [program = "", ...args] = command.argv;
  let pid: number | undefined;
  let over = false;
  const end = (outcome: CommandOutcome): void => {
    if (over) return;
    over = true;
    onEnd(outcome);
  };
  const child = start(program, args, command);
  if ("kind" in child) {
    setImmediate(() => end(child));
  } else {
    pid = child.pid;
    child.once("error", (error) => end(notStarted(errorCode(error), command)));
    child.once("exit", (status, signal) =>
      end(signal === null ? { kind: "exited", status: status ?? 0 } : { kind: "signalled", signal }),
    );
  }
  return {
    kill: (signal) => (over || pid === undefined ? undefined : killGroup(pid, signal)),
  };
}

type NotStarted = Extract<CommandOutcome, { readonly kind: "notStarted" }>;

/** The child, or what stands in its way. */
function start(program: string, args: readonly string[], command: Command): ChildProcess | NotStarted {
  const insecure = command.security === true ? insecurityOf(program) : undefined;
  if (insecure !== undefined) return { kind: "notStarted", program, code: "EACCES", reason: insecure };
  const { uid, gid, groups } = command.identity;
  const options = { stdio: "ignore", detached: true, env: environment() } as const;
  try {
    if (groups.length > 0) {
      const path = locate(program);
      if (path === undefined) return notStarted("ENOENT", command);
      accessSync(path, constants.X_OK);
      const identity = [`--reuid=${uid}`, `--regid=${gid}`, `--groups=${groups.join(",")}`];
      return spawn("setpriv", [...identity, "--", path, ...args], options);
    }
    return spawn(program, args, isOwnIdentity(uid, gid) ? options : { ...options, uid, gid });
  } catch (error) {
    return notStarted(errorCode(error), command);
  }
}

/** What the start of vipd and every reload have checked may have changed since (`enable_script_security`). */
function insecurityOf(program: string): string | undefined {
  const facts = findProgram(program);
  if (facts.kind !== "found" || facts.insecure === undefined) return undefined;
  return `enable_script_security forbids ${program}: ${facts.insecure}; let every part of its path belong to root and be writable by root alone (chown root, chmod go-w)`;
}

/** Without the right to change groups only the daemon's own identity can be had, and need not be set. */
const isOwnIdentity = (uid: number, gid: number): boolean =>
  uid !== 0 && uid === process.geteuid?.() && gid === process.getegid?.();

function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !withheld.includes(name)));
}

/** As execvp(3) looks for it: a name without a slash is searched in PATH. */
function locate(program: string): string | undefined {
  if (program.includes("/")) return existsSync(program) ? program : undefined;
  const directories = (process.env["PATH"] ?? "/usr/bin:/bin").split(delimiter);
  return directories.map((directory) => join(directory, program)).find((path) => existsSync(path));
}

function killGroup(pid: number, signal: "SIGTERM" | "SIGKILL"): string | undefined {
  try {
    process.kill(-pid, signal);
    return undefined;
  } catch (error) {
    const code = errorCode(error);
    return code === "ESRCH" ? undefined : code;
  }
}

function errorCode(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return String(error);
}

const notStarted = (code: string, command: Command): NotStarted => ({
  kind: "notStarted",
  program: command.argv[0] ?? "",
  code,
  reason: explain(code, command),
});

function explain(code: string, { argv: [program = ""], identity }: Command): string {
  const who = `user ${identity.user} (uid ${identity.uid}, gid ${identity.gid})`;
  switch (code) {
    case "ENOENT":
      return identity.groups.length > 0 && locate("setpriv") === undefined
        ? `setpriv, which gives ${program} its supplementary groups, is not installed: install util-linux`
        : `${program} or the interpreter in its first line does not exist: check the path in the configuration`;
    case "EACCES":
      return `${program} is not an executable file for ${who}: check its mode and those of its directories`;
    case "EPERM":
      return `vipd may not become ${who} to run ${program}: run vipd as root, or set script_user`;
    case "EINVAL":
      return `${who} does not exist in this user namespace, so ${program} cannot run: set script_user`;
    case "EAGAIN":
    case "ENOMEM":
      return `the system has no room for another process (${code}), so ${program} did not run: see ulimit -u and free`;
    default:
      return `${program} cannot be executed as ${who}: ${code}`;
  }
}
