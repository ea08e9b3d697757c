// matrix.txt: every setting that is tried, with what keepalived 2.2.7 makes of it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allPairs, type Pair } from "./probes.js";

export const RECORD = join(import.meta.dirname, "..", "..", "..", "..", "test", "config", "matrix", "matrix.txt");

/** What `-t` makes of a configuration. */
export interface Verdict {
  readonly status: number;
  /** The first line that is complained about while it is read, counted from the first line of the setting. */
  readonly line?: number;
}

export interface Try {
  readonly block: string;
  readonly setting: string;
  /** Absent for what has not been tried yet. */
  readonly verdict?: Verdict;
  /** Of keepalived 2.4, where it is another one. */
  readonly later?: Verdict;
}

/** `5 2`: status 5, line 2. */
export const formatVerdict = ({ status, line }: Verdict): string =>
  line === undefined ? `${status}` : `${status} ${line}`;

export function parseVerdict(text: string): Verdict {
  const [status = "", line] = text.split(" ");
  return { status: Number(status), ...(line !== undefined && { line: Number(line) }) };
}

export function readRecord(): readonly Try[] {
  const tries: Try[] = [];
  let block = "";
  for (const line of readFileSync(RECORD, "utf8").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const header = /^\[(.*)\]$/.exec(line)?.[1];
    if (header !== undefined) {
      block = header;
      continue;
    }
    const [, verdict, later, setting] = /^([0-9?][0-9 -]*?)(?: > ([0-9][0-9 -]*))?: (.*)$/.exec(line) ?? [];
    if (verdict === undefined || setting === undefined) throw new Error(`what is meant by ${line} in [${block}]?`);
    tries.push({
      block,
      setting,
      ...(verdict !== "?" && { verdict: parseVerdict(verdict) }),
      ...(later !== undefined && { later: parseVerdict(later) }),
    });
  }
  return tries;
}

/** What the tables want to be tried and the record does not have. */
export function missingTries(tries: readonly Try[], pairs: readonly Pair[] = allPairs()): readonly Try[] {
  const known = new Set(tries.map(({ block, setting }) => `${block}\n${setting}`));
  const wanted = pairs.flatMap(({ block, probes }) => probes.map((setting) => ({ block, setting })));
  return wanted.filter(({ block, setting }) => {
    const key = `${block}\n${setting}`;
    return !known.has(key) && known.add(key);
  });
}

export function formatRecord(head: string, tries: readonly Try[]): string {
  const blocks = new Map<string, Try[]>();
  for (const each of tries) blocks.set(each.block, [...(blocks.get(each.block) ?? []), each]);
  const parts = [...blocks].map(([block, inside]) => `[${block}]\n${inside.map(formatTry).join("")}`);
  return `${head}\n${parts.join("\n")}`;
}

function formatTry({ setting, verdict, later }: Try): string {
  const now = verdict === undefined ? "?" : formatVerdict(verdict);
  return `${later === undefined ? now : `${now} > ${formatVerdict(later)}`}: ${setting}\n`;
}
