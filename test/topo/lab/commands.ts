// Running the tools of iproute2. A command that fails is an error that names the command and carries what it said.
import { execFile, execFileSync } from "node:child_process";

/** Runs a program to its end; resolves with its standard output. */
export function run(program: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { maxBuffer: 16 << 20 }, (failure, stdout, stderr) => {
      if (failure === null) resolve(stdout);
      else reject(new Error(`${program} ${args.join(" ")}: ${stderr.trim() || failure.message}`));
    });
    child.stdin?.end(input);
  });
}

/** `ip ARGS`, words separated by spaces. */
export const ip = (words: string): Promise<string> => run("ip", words.split(" "));

/** Several `ip` commands in one process inside a namespace, one a line. */
export const ipBatch = (namespace: string, lines: readonly string[]): Promise<string> =>
  run("ip", ["-n", namespace, "-batch", "-"], `${lines.join("\n")}\n`);

/** For the exit path, where nothing can be awaited and a failure changes nothing any more. */
export function runSyncQuietly(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}
