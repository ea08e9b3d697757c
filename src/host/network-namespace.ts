// Network namespaces by name, as ip-netns(8) keeps them.
import { closeSync, constants, openSync } from "node:fs";
import { join } from "node:path";
import { CLONE_NEWNET, setns } from "../native/index.js";
import { attempt, isSystemError, type SystemError } from "./system-error.js";

const DIRECTORY = "/run/netns";

/**
 * Moves the calling thread into the namespace; sockets that it opens and processes that it starts from now on are there.
 * ENOENT: there is no such namespace.
 */
export function enterNetworkNamespace(name: string): SystemError | undefined {
  const fd = attempt(() => openSync(join(DIRECTORY, name), constants.O_RDONLY));
  if (isSystemError(fd)) return fd;
  const entered = setns(fd, CLONE_NEWNET);
  closeSync(fd);
  return isSystemError(entered) ? entered : undefined;
}
