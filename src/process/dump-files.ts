// The files that SIGUSR1, SIGUSR2 and SIGRTMIN+2 leave, under keepalived's names.
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";

export interface DumpPaths {
  readonly parentData: string;
  readonly bfdData: string;
  readonly vrrpData: string;
  readonly vrrpStatistics: string;
  readonly vrrpJson: string;
}

/** `stateDumpFile` moves the data files: a directory when it ends in a slash, else the name of the vrrp process's. */
export function dumpPaths(stateDumpFile: string | undefined): DumpPaths {
  const directory = tmpdir();
  const vrrpStatistics = join(directory, "keepalived.stats");
  const vrrpJson = join(directory, "keepalived.json");
  const vrrpData =
    stateDumpFile === undefined
      ? join(directory, "keepalived.data")
      : stateDumpFile.endsWith("/")
        ? join(stateDumpFile, "keepalived.data")
        : stateDumpFile;
  const extension = extname(vrrpData);
  const dataOf = (child: string): string =>
    join(dirname(vrrpData), `${basename(vrrpData, extension)}_${child}${extension}`);
  return { parentData: dataOf("parent"), bfdData: dataOf("bfd"), vrrpData, vrrpStatistics, vrrpJson };
}

/**
 * Writes a file that only its owner may read, in a directory where strangers may have put anything under that name: the
 * text goes into a new file beside it, which then takes the name. A link is replaced and never followed, and a reader
 * sees the old text or the new, never a part.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(temporary, flags, 0o600);
  try {
    await file.writeFile(text);
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}
