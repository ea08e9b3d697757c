// The processes of the machine and what they are called (proc(5)). Everything is asynchronous: the command line of a
// process that is stuck can block whoever reads it.
import { readFile, readdir } from "node:fs/promises";

/** Of the calling process's process namespace. */
export async function listProcesses(): Promise<readonly number[]> {
  const names = await readdir("/proc");
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

export interface ProcessDescription {
  /** /proc/PID/comm */
  readonly comm: string;
  /** Empty where nobody asked for it. */
  readonly commandLine: readonly string[];
}

/** Undefined: there is no such process (any more), or it has ended and only waits for its parent. */
export async function describeProcess(pid: number, withCommandLine: boolean): Promise<ProcessDescription | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1");
    const end = stat.lastIndexOf(")");
    const state = stat[end + 2];
    if (end < 0 || state === "Z" || state === "X") return undefined;
    const comm = stat.slice(stat.indexOf("(") + 1, end);
    const commandLine = withCommandLine ? await readCommandLine(pid) : [];
    return { comm, commandLine };
  } catch {
    // ENOENT and ESRCH: it has ended. Whatever else it may be, nothing can be said of the process.
    return undefined;
  }
}

async function readCommandLine(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, "utf8");
  return text.replace(/\0$/, "").split("\0");
}
