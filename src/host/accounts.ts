// Users and groups of the machine: passwd(5), group(5).
import { readFileSync } from "node:fs";
import type { UserFacts } from "../config/environment.js";

/** passwd(5): name:password:UID:GID:... */
export function findUser(name: string): UserFacts | undefined {
  const fields = findRecord("/etc/passwd", name);
  if (fields === undefined) return undefined;
  return { uid: Number(fields[2]), gid: Number(fields[3]), supplementaryGroups: supplementaryGroups(name) };
}

/** group(5): name:password:GID:members */
export function findGroup(name: string): number | undefined {
  const fields = findRecord("/etc/group", name);
  return fields === undefined ? undefined : Number(fields[2]);
}

const supplementaryGroups = (user: string): readonly number[] =>
  records("/etc/group")
    .filter((fields) => (fields[3] ?? "").split(",").includes(user))
    .map((fields) => Number(fields[2]));

const findRecord = (path: string, name: string): readonly string[] | undefined =>
  records(path).find((fields) => fields[0] === name && /^[0-9]+$/.test(fields[2] ?? ""));

function records(path: string): readonly (readonly string[])[] {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .map((line) => line.split(":"));
  } catch {
    // Without the file nobody has an account, and whoever looks one up says that it was not found.
    return [];
  }
}
