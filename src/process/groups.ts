// Groups by name (group(5)).
import { readFileSync } from "node:fs";

/** The number of a group of /etc/group, or of one given as a number; absent when there is none. */
export function findGroup(name: string): number | undefined {
  if (/^[0-9]+$/.test(name)) return Number(name);
  for (const line of readFileSync("/etc/group", "utf8").split("\n")) {
    const [group, , gid] = line.split(":");
    if (group === name && gid !== undefined) return Number(gid);
  }
  return undefined;
}
