// A file with a number in it, and news of its directory (inotify(7) by way of fs.watch).
import { type FSWatcher, watch } from "node:fs";
import { constants, open } from "node:fs/promises";
import { basename } from "node:path";

/** The first octets of a file; undefined where there is none. Never waits for the other end of a pipe. */
export async function readStart(path: string, length: number): Promise<string | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
      return buffer.toString("latin1", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isSystemCode(error, "ENOENT") || isSystemCode(error, "ENOTDIR")) return undefined;
    throw error;
  }
}

/** Makes the file with this text where there is none or, with `overwrite`, in any case. Links are not followed. */
export async function writeInitially(path: string, text: string, overwrite: boolean): Promise<void> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_TRUNC, O_NOFOLLOW } = constants;
  try {
    const file = await open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | (overwrite ? O_TRUNC : O_EXCL), 0o644);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!overwrite && isSystemCode(error, "EEXIST")) return;
    throw error;
  }
}

export interface DirectoryListener {
  /** A file of that name was made, written, renamed or removed. */
  changed(name: string): void;
  /** The directory is not the one it was, or cannot be watched any more. */
  lost(): void;
}

/** Undefined where it cannot be watched, because it does not exist for example. */
export function watchDirectory(path: string, listener: DirectoryListener): FSWatcher | undefined {
  try {
    const own = basename(path);
    const watcher = watch(path, { persistent: false }, (event, name) => {
      if (name === null) listener.lost();
      else {
        listener.changed(name);
        // Of the directory itself inotify tells with the directory's own name.
        if (event === "rename" && name === own) listener.lost();
      }
    });
    watcher.on("error", () => {
      listener.lost();
    });
    return watcher;
  } catch {
    return undefined;
  }
}

const isSystemCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
