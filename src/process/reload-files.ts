// The files around the reading of a new configuration: `reload_file`, which is there while it goes on, and the report of
// `reload_check_config`.
import { closeSync, constants, openSync, unlinkSync, writeSync } from "node:fs";
import { attempt, describeSystemError, isSystemError } from "../host/system-error.js";
import type { ReloadParams } from "../supervise/params.js";
import type { Configuration } from "./configuration.js";
import type { Logger } from "./logging.js";

/** Reads a configuration with what the one in force wants around it; a file that cannot be written hinders nothing. */
export function readWithFiles({ marker, report }: ReloadParams, read: () => Configuration, log: Logger): Configuration {
  if (marker !== undefined) write("reload_file", marker, 0o644, "", log);
  try {
    const configuration = read();
    if (report !== undefined) write("reload_check_config", report, 0o600, reportOf(configuration), log);
    return configuration;
  } finally {
    if (marker !== undefined) attempt(() => unlinkSync(marker));
  }
}

const reportOf = ({ problems }: Configuration): string =>
  problems.length === 0 ? "nothing is wrong with it\n" : problems.map(({ text }) => `${text}\n`).join("");

/** Never through a link: the directory may be one where strangers write. */
function write(keyword: string, path: string, mode: number, text: string, log: Logger): void {
  const refused = attempt(() => {
    const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW, O_NONBLOCK } = constants;
    const file = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, mode);
    try {
      writeSync(file, text);
    } finally {
      closeSync(file);
    }
  });
  if (isSystemError(refused)) log.warn(`${keyword}: ${path} cannot be written: ${describeSystemError(refused)}`);
}
