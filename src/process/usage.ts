// What the program says about itself: help, version, signal numbers.
import { readFileSync } from "node:fs";
import { arch, release } from "node:os";
import { optionRows } from "./option-rows.js";
import { type OptionRow, sections } from "./option-table.js";

/** The release of keepalived whose command line, signals and files these are. */
const INTERFACE_OF = "2.2.7";

const versionIn = (manifest: unknown): string => {
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) return String(manifest.version);
  return "unknown";
};

/** The version of package.json, three directories above this file once it is compiled. */
export const VERSION: string = versionIn(
  JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")),
);

export function helpText(program: string): string {
  const lines = [`Usage: ${program} [OPTION...]`, "", "A VRRP high-availability daemon that reads keepalived.conf."];
  for (const section of sections) {
    const rows = optionRows.filter((row) => row.section === section && row.hidden !== true);
    lines.push("", `${section}:`, ...rows.map(helpLine));
  }
  lines.push("", "Ask the running daemon with vipctl status. SIGHUP reloads, SIGTERM stops in good order.", "");
  return lines.join("\n");
}

const SPELLING_WIDTH = 33;

function helpLine(row: OptionRow): string {
  const short = row.short === undefined ? "    " : `-${row.short}, `;
  const value = row.valueName ?? "";
  const long = { none: row.long, required: `${row.long}=${value}`, optional: `${row.long}[=${value}]` }[row.argument];
  return `  ${`${short}--${long}`.padEnd(SPELLING_WIDTH)} ${row.help}`;
}

/** The first line carries both versions: programs that read `keepalived -v` look for "Keepalived v". */
export function versionText(): string {
  return [
    `vipd v${VERSION} (command line, signals and files of Keepalived v${INTERFACE_OF})`,
    "",
    `Running on Linux ${release()} ${arch()} with Node ${process.version}`,
    "",
    "Config options:  VRRP VRRP_AUTH",
    "",
  ].join("\n");
}

/** Signals by the names of `--signum`; the same numbers as keepalived's. */
const signalNumbers: Readonly<Record<string, number>> = {
  STOP: 15,
  RELOAD: 1,
  DATA: 10,
  STATS: 12,
  STATS_CLEAR: 63,
  JSON: 36,
};

/** Absent: no such name. */
export const signalNumber = (name: string): number | undefined =>
  Object.hasOwn(signalNumbers, name) ? signalNumbers[name] : undefined;

export const signalNames: readonly string[] = Object.keys(signalNumbers);
