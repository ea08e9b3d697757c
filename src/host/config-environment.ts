// The machine as a configuration asks about it: files, users, programs, and the interfaces that rtnetlink reported.
import { isAscii } from "node:buffer";
import { constants, lstatSync, readdirSync, readFileSync, statSync, type Stats } from "node:fs";
import { availableParallelism, hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import type { ConfigEnvironment, FileContent, InterfaceFacts, ProgramFacts } from "../config/environment.js";
import type { Link, LinkAddress } from "../wire/link.js";
import { findGroup, findUser } from "./accounts.js";

/** What is known about the network at this moment, and settings from the command line. */
export interface Surroundings {
  readonly links: () => readonly Link[];
  readonly addresses: () => readonly LinkAddress[];
  /** `--config-id`. */
  readonly configId?: string;
}

const ANY_EXECUTE = constants.S_IXUSR | constants.S_IXGRP | constants.S_IXOTH;
const FOREIGN_READ = constants.S_IRGRP | constants.S_IROTH;
const FOREIGN_WRITE = constants.S_IWGRP | constants.S_IWOTH;
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export function configEnvironment(surroundings: Surroundings): ConfigEnvironment {
  const { uid, gid, username } = userInfo();
  return {
    readFile,
    readDirectory,
    exists: (path) => status(path) !== undefined,
    findInterface: (name) => findInterface(name, surroundings),
    findUser,
    findGroup,
    findProgram,
    variable: (name) => process.env[name],
    random: (min, max) => min + Math.floor(Math.random() * (max - min + 1)),
    hostName: hostname(),
    workingDirectory: process.cwd(),
    ...(surroundings.configId !== undefined && { configId: surroundings.configId }),
    self: { name: username, uid, gid },
    processors: availableParallelism(),
  };
}

function readFile(path: string): FileContent {
  try {
    const { mode } = statSync(path);
    if ((mode & constants.S_IFMT) === constants.S_IFDIR) return { kind: "directory" };
    if ((mode & constants.S_IFMT) !== constants.S_IFREG || (mode & ANY_EXECUTE) !== 0) return { kind: "notPlain" };
    const bytes = readFileSync(path);
    // The same text, but of a large file ten times as fast.
    return {
      kind: "text",
      text: bytes.toString(isAscii(bytes) ? "latin1" : "utf8"),
      exposed: (mode & FOREIGN_READ) !== 0,
    };
  } catch (error) {
    const code = errorCode(error);
    return code === "ENOENT" ? { kind: "missing" } : { kind: "unreadable", code };
  }
}

function readDirectory(path: string): readonly string[] | undefined {
  try {
    return readdirSync(path);
  } catch {
    // A directory that cannot be listed matches nothing: the include line reports that.
    return undefined;
  }
}

function findInterface(name: string, { links, addresses }: Surroundings): InterfaceFacts | undefined {
  const link = links().find((candidate) => candidate.name === name);
  if (link === undefined) return undefined;
  return {
    loopback: link.loopback,
    mtu: link.mtu,
    addresses: addresses()
      .filter(({ interfaceIndex }) => interfaceIndex === link.index)
      .map(({ prefix }) => prefix.address),
    ...(link.kind !== undefined && { kind: link.kind }),
    ...(link.alias !== undefined && { alias: link.alias }),
  };
}

function findProgram(program: string): ProgramFacts {
  const candidates = program.includes("/")
    ? [program]
    : (process.env["PATH"] ?? DEFAULT_PATH).split(":").map((directory) => join(directory, program));
  let notExecutable: string | undefined;
  for (const path of candidates) {
    const found = status(path);
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

/** The first part of a path that somebody other than root may change, in words; undefined when there is none. */
function insecurity(path: string): string | undefined {
  for (let part = path; ; part = dirname(part)) {
    const found = status(part);
    if (found === undefined) return `${part} cannot be examined`;
    const sticky = found.isDirectory() && (found.mode & 0o1000) !== 0;
    if (found.uid !== 0) return `${part} does not belong to root`;
    if ((found.mode & FOREIGN_WRITE) !== 0 && !sticky) return `${part} can be written by others than root`;
    if (part === dirname(part)) return undefined;
  }
}

/** The outermost part of a path that is a symbolic link. */
function linkIn(path: string): string | undefined {
  const outer = path === dirname(path) ? undefined : linkIn(dirname(path));
  return outer ?? (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? path : undefined);
}

/** Follows links; undefined when there is nothing, or nothing that may be looked at. */
function status(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // ENOTDIR, EACCES, ELOOP: there is nothing that could be used.
    return undefined;
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : String(error);
}
