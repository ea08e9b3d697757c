// The lab lives in a machine of its own: network, mount and process namespaces (namespaces(7)), and a user namespace
// besides when it was not started by root. The kernel removes all of it, interfaces, files under /run and processes,
// when the last process inside ends: so a lab that is killed, in whatever way, leaves nothing behind.
import { spawn, spawnSync } from "node:child_process";
import { Socket } from "node:net";

/** Tells the program that it is inside already. */
export const insideFlag = "--inside";

/** Exit status of a lab that Ctrl-C has ended; greater ones come from signals that it could not answer. */
export const INTERRUPTED = 130;

/** Read end of a stream that ends when the process outside ends, whatever the reason. */
const LEASH = 3;

// Process 1 inside is this shell. It collects the processes whose parent was killed, which Node would not do.
const asFirstProcess = `mount -t tmpfs -o mode=0755 lab /run && "$@"; exit $?`;

/** The options of unshare(1) that give a command its own machine. */
function namespaces(): readonly string[] {
  const user = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  return [...user, "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
}

/** Runs this program again, inside; resolves to its exit status. */
export async function runInside(argv: readonly string[]): Promise<number> {
  const command = ["sh", "-c", asFirstProcess, "lab", process.execPath, ...argv, insideFlag];
  const restoreTerminal = rememberTerminal();
  const child = spawn("unshare", [...namespaces(), ...command], { stdio: ["inherit", "inherit", "inherit", "pipe"] });
  // The lab inside ends in good order and says how it went, so this process waits for it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => child.stdio[LEASH]?.destroy());
  }
  return new Promise((resolve) => {
    child.on("error", (error) => {
      process.stderr.write(
        `The lab cannot run unshare(1) of util-linux: ${error.message}. Please install util-linux.\n`,
      );
      resolve(1);
    });
    child.on("exit", (status, signal) => {
      if (signal !== null || (status ?? 0) > INTERRUPTED) restoreTerminal();
      resolve(status ?? 1);
    });
  });
}

/** Calls back once when the process outside has ended. */
export function onOutsideGone(callback: () => void): void {
  const leash = new Socket({ fd: LEASH, readable: true, writable: false });
  leash.on("error", callback);
  leash.on("close", callback);
  leash.resume();
}

/** Whether namespaces can be had here; otherwise the reason, in words. */
export function whyNotIsolated(): string | undefined {
  const trial = spawnSync("unshare", [...namespaces(), "true"], { encoding: "utf8" });
  if (trial.error !== undefined)
    return `unshare(1) of util-linux cannot be run: ${trial.error.message}. Install util-linux.`;
  if (trial.status === 0) return undefined;
  const remedy =
    process.getuid?.() === 0
      ? "in a container, start it with --privileged or --cap-add SYS_ADMIN --cap-add NET_ADMIN"
      : "run it as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns)";
  return `the kernel does not let it create namespaces (${trial.stderr.trim()}): ${remedy}.`;
}

/** What puts the terminal back as it is now, if the lab cannot do so itself. */
function rememberTerminal(): () => void {
  if (!process.stdin.isTTY) return () => undefined;
  const settings = spawnSync("stty", ["-g"], { stdio: ["inherit", "pipe", "ignore"], encoding: "utf8" });
  return () => {
    process.stdout.write("\x1b[?1049l\x1b[?25h\x1b[?7h");
    if (settings.status === 0) spawnSync("stty", [settings.stdout.trim()], { stdio: "inherit" });
  };
}
