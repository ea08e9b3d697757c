// Programs as files: where a program is, and who besides root could put another in its place.
import { constants, lstatSync, realpathSync, statSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";
import type { ProgramFacts } from "../config/environment.js";

const ANY_EXECUTE = constants.S_IXUSR | constants.S_IXGRP | constants.S_IXOTH;
const FOREIGN_WRITE = constants.S_IWGRP | constants.S_IWOTH;
/** Nobody but its owner may replace a file in such a directory (inode(7), S_ISVTX). */
const STICKY = 0o1000;
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** As execvp(3) looks for it: a name without a slash is searched in PATH. */
export function findProgram(program: string): ProgramFacts {
  const candidates = program.includes("/")
    ? [program]
    : (process.env["PATH"] ?? DEFAULT_PATH).split(":").map((directory) => join(directory, program));
  let notExecutable: string | undefined;
  for (const path of candidates) {
    const found = fileStatus(path);
    if (found?.isFile() !== true) continue;
    if ((found.mode & ANY_EXECUTE) === 0) notExecutable ??= path;
    else {
      const insecure = insecurity(path);
      const link = program.startsWith("/") ? linkIn(dirname(path)) : undefined;
      return {
        kind: "found",
        path,
        ...(insecure !== undefined && { insecure }),
        ...(link !== undefined && { link }),
      };
    }
  }
  return notExecutable === undefined ? { kind: "missing" } : { kind: "notExecutable", path: notExecutable };
}

/**
 * The first part of a path that somebody other than root may change, in words; undefined when there is none. Of a link both
 * ways count: the one to the link, and the one to what it stands for.
 */
function insecurity(path: string): string | undefined {
  const found = weakPart(path);
  if (found !== undefined) return found;
  try {
    const target = realpathSync(path);
    return target === path ? undefined : weakPart(target);
  } catch {
    // ENOENT, ELOOP, EACCES: it has changed between two looks.
    return `${path} cannot be examined`;
  }
}

function weakPart(path: string): string | undefined {
  for (let part = path; ; part = dirname(part)) {
    const found = fileStatus(part);
    if (found === undefined) return `${part} cannot be examined`;
    const sticky = found.isDirectory() && (found.mode & STICKY) !== 0;
    const about = `(owner ${found.uid}, mode ${(found.mode & 0o7777).toString(8).padStart(4, "0")})`;
    if (found.uid !== 0) return `${part} does not belong to root ${about}`;
    if ((found.mode & FOREIGN_WRITE) !== 0 && !sticky) return `${part} can be written by others than root ${about}`;
    if (part === dirname(part)) return undefined;
  }
}

/** The outermost part of a path that is a symbolic link. */
function linkIn(path: string): string | undefined {
  const outer = path === dirname(path) ? undefined : linkIn(dirname(path));
  return outer ?? (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? path : undefined);
}

/** Follows links; undefined when there is nothing, or nothing that may be looked at. */
export function fileStatus(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // ENOTDIR, EACCES, ELOOP: there is nothing that could be used.
    return undefined;
  }
}
