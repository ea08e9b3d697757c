// Reads lvs-values.txt: one good and several bad values for every keyword of virtual servers and checkers, as whole
// configurations with what keepalived says about them.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const VALUES = join(import.meta.dirname, "..", "..", "..", "test", "config", "lvs-values.txt");

export interface Case {
  readonly name: string;
  readonly text: string;
  /** What `-t` exits with. */
  readonly status: number;
  /** Lines that are named. */
  readonly lines: readonly number[];
  /** keepalived 2.2.7 says something else. */
  readonly since24: boolean;
}

const server = (settings: string, real: string, header = "10.0.0.1 80", realHeader = "10.0.0.2 80"): string =>
  `virtual_server ${header} {\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\n${settings}\nreal_server ${realHeader} {\n${real}\n}\n}\n`;

const real = (checks: string): string => server("delay_loop 60", checks);
const checker = (name: string, lines: string): string => real(`${name} {\n${lines}\n}`);

/** A configuration with settings in the block of a name. */
const BLOCKS: Readonly<Record<string, (settings: string) => string>> = {
  virtual_server: (header) => server("alpha", "", header),
  real_server: (header) => server("alpha", "", undefined, header),
  vs: (settings) => server(settings, ""),
  rs: real,
  ...Object.fromEntries(
    ["TCP_CHECK", "SMTP_CHECK", "DNS_CHECK", "UDP_CHECK", "PING_CHECK", "FILE_CHECK"].map((name) => [
      name,
      (settings: string) => checker(name, settings),
    ]),
  ),
  host: (settings) => checker("SMTP_CHECK", `host {\n${settings}\n}`),
  HTTP_GET: (settings) => checker("HTTP_GET", `url {\npath /\n}\n${settings}`),
  SSL_GET: (settings) => checker("SSL_GET", `url {\npath /\n}\n${settings}`),
  url: (settings) => checker("HTTP_GET", `url {\npath /a\n${settings}\n}`),
  MISC_CHECK: (settings) => checker("MISC_CHECK", `misc_path "/bin/true"\n${settings}`),
  virtual_server_group: (settings) => `virtual_server_group g {\n${settings}\n}\n${server("alpha", "", "group g")}`,
  global_defs: (settings) => `global_defs {\n${settings}\n}\n${server("alpha", "")}`,
  SSL: (settings) => `SSL {\n${settings}\n}\n`,
};

/** The status, and the line relative to the last one of the setting. */
const VERDICTS: Readonly<Record<string, { readonly status: number; readonly line?: number }>> = {
  good: { status: 0 },
  line: { status: 5, line: 0 },
  end: { status: 5, line: 1 },
  whole: { status: 5 },
  missing: { status: 2, line: 0 },
  script: { status: 6 },
  "script line": { status: 6, line: 0 },
};

export function readCases(): readonly Case[] {
  const cases: Case[] = [];
  let block = "";
  for (const line of readFileSync(VALUES, "utf8").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, header] = /^\[(.*)\]$/.exec(line) ?? [];
    if (header !== undefined) block = header;
    else cases.push(readCase(block, line));
  }
  return cases;
}

function readCase(block: string, line: string): Case {
  const [, since, verdictName = "", written = ""] = /^(2\.4 )?([a-z ]+): ?(.*)$/.exec(line) ?? [];
  const build = BLOCKS[block];
  const verdict = VERDICTS[verdictName];
  if (build === undefined || verdict === undefined) throw new Error(`what is meant by ${line} in [${block}]?`);
  const setting = written.replaceAll("; ", "\n");
  const before = build("\u0000").split("\u0000")[0] ?? "";
  const last = before.split("\n").length + setting.split("\n").length - 1;
  // Settings of a real server that are judged at an end are whole checkers: they bring that end.
  const offset = block === "rs" && verdict.line === 1 ? 0 : verdict.line;
  return {
    name: `${block}: ${written}`,
    text: build(setting),
    status: verdict.status,
    lines: offset === undefined ? [] : [last + offset],
    since24: since !== undefined,
  };
}
