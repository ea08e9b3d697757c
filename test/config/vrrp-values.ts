// Reads vrrp-values.txt: good and bad values of keywords around VRRP, as whole configurations with what keepalived says.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const VALUES = join(import.meta.dirname, "..", "..", "..", "test", "config", "vrrp-values.txt");

export interface Case {
  readonly name: string;
  readonly text: string;
  /** What `-t` exits with. */
  readonly status: number;
  /** keepalived 2.2.7 says something else. */
  readonly since24: boolean;
}

const SECURE = "enable_script_security\nscript_user root\n";
const instance = (settings: string): string =>
  `vrrp_instance VI {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress {\n10.9.9.9\n}\n${settings}\n}\n`;

/** A configuration with settings in the block of a name. */
const BLOCKS: Readonly<Record<string, (settings: string) => string>> = {
  global_defs: (settings) => `global_defs {\n${SECURE}${settings}\n}\n${instance("")}`,
  root: (settings) => `${settings}\n${instance("")}`,
  vrrp_instance: (settings) => instance(settings),
  vrrp_script: (settings) =>
    `global_defs {\n${SECURE}}\nvrrp_script s {\nscript "/usr/bin/true"\n${settings}\n}\n${instance("track_script {\ns\n}")}`,
  vrrp_track_process: (settings) =>
    `vrrp_track_process p {\nprocess sleep\n${settings}\n}\n${instance("track_process {\np\n}")}`,
  bfd_instance: (settings) =>
    `bfd_instance b {\nneighbor_ip 10.9.9.2\n${settings}\n}\n${instance("track_bfd {\nb\n}")}`,
};

const STATUS: Readonly<Record<string, number>> = { good: 0, bad: 5, missing: 2 };

export function readCases(): readonly Case[] {
  const cases: Case[] = [];
  let block = "";
  for (const line of readFileSync(VALUES, "utf8").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    block = /^\[(.*)\]$/.exec(line)?.[1] ?? block;
    const [, since24, verdict = "", setting = ""] = /^(2\.4 )?(good|bad|missing): ?(.*)$/.exec(line) ?? [];
    const status = STATUS[verdict];
    const build = BLOCKS[block];
    if (status === undefined || build === undefined) continue;
    const text = build(setting.replaceAll(";", "\n"));
    cases.push({ name: `${block}: ${setting}`, text, status, since24: since24 !== undefined });
  }
  return cases;
}
