// Processes as /proc shows them. Only ever used on the descendants of a process that the test started itself.
import { readFileSync, readdirSync } from "node:fs";

/** pid → parent's pid, of every process there is. */
function parents(): Map<number, number> {
  const map = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    if (!/^[0-9]+$/.test(entry)) continue;
    const parent = parentOf(Number(entry));
    if (parent !== undefined) map.set(Number(entry), parent);
  }
  return map;
}

/** proc(5): the name in field 2 may hold blanks and brackets, so fields are counted from the last bracket. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined; // it has ended meanwhile
  }
}

function parentOf(pid: number): number | undefined {
  const parent = statFields(pid)?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** True until the process has been reaped. */
export const exists = (pid: number): boolean => statFields(pid) !== undefined;

/** True while the process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  const state = statFields(pid)?.[0];
  return state !== undefined && state !== "Z" && state !== "X";
}

/** `pid` and all its descendants, ancestors first. */
export function processTree(pid: number): number[] {
  const tree = [pid];
  const known = parents();
  for (const ancestor of tree) {
    for (const [child, parent] of known) if (parent === ancestor) tree.push(child);
  }
  return tree;
}

/** Resident memory in KiB. */
export function residentKib(pid: number): number {
  const line = /^VmRSS:\s+([0-9]+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? Number.NaN);
}

/** Sends a signal to a process that may have ended already. */
export function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (failure) {
    if (!(failure instanceof Error && "code" in failure && failure.code === "ESRCH")) throw failure;
  }
}
