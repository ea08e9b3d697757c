// What /proc tells about processes (proc(5)).
import { readdirSync, readFileSync } from "node:fs";

interface Stat {
  readonly state: string;
  readonly parent: number;
}

/** State letter and parent of a process; undefined when there is none. */
function stat(pid: number): Stat | undefined {
  try {
    // The second field is a name in parentheses and may itself contain some.
    const [state = "", parent = ""] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** Whether a signal has stopped the process. */
export const isFrozen = (pid: number): boolean => stat(pid)?.state === "T";

/** The process and all that descend from it, parents first. */
export function processTree(pid: number): number[] {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), stat(Number(name))?.parent] as const),
  );
  const tree = [pid];
  for (const member of tree) {
    for (const [child, parent] of parents) if (parent === member) tree.push(child);
  }
  return tree;
}

/** Sends a signal; false when the process has gone already. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
