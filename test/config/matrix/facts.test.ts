// The rows against what is known of keepalived: what a reload changes, and the ranges and defaults of every keyword.
// The list is looked for in the folder `../shared` beside the checkout, or where VIPD_SHARED says.
import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ItemFacts } from "../../../src/config/item-line.js";
import { root } from "../../../src/config/keywords/root.js";
import { rowOf, type TableFacts } from "../../../src/config/table.js";
import type { Default, Takes } from "../../../src/config/takes.js";

const SHARED = process.env["VIPD_SHARED"] ?? fileURLToPath(new URL("../../../../../shared", import.meta.url));
const LIST = `${SHARED}/keepalived/keywords.tsv`;

interface Facts {
  readonly takes: Takes;
  readonly default?: Default;
}

/** By `BLOCK KEYWORD`. */
function factsOf({ rows }: TableFacts, path: string, into = new Map<string, Facts>()): ReadonlyMap<string, Facts> {
  for (const row of rows) {
    for (const word of [row.keyword, ...row.aliases]) {
      into.set(`${path === "" ? "(root)" : path} ${word}`, row);
      const inner = path === "" ? word : `${path}/${word}`;
      if (row.inner !== undefined) factsOf(row.inner, inner, into);
      if (row.items !== undefined) itemFactsOf(row.items, inner, into);
    }
  }
  return into;
}

function itemFactsOf({ options }: ItemFacts, path: string, into: Map<string, Facts>): void {
  for (const option of options) {
    for (const word of [option.word, ...option.aliases]) into.set(`${path} ${word}`, option);
    for (const [name, inner] of Object.entries(option.inner ?? {})) itemFactsOf(inner, `${path}/${name}`, into);
  }
}

/** `0..2^32-1 s`: both ends; undefined for what is no range. */
function rangeOf(text: string): readonly [min: number, max: number] | undefined {
  const [, min, base, exponent, less] = /^(-?[\d.]+)\.\.(-?\d[\d.]*)(?:\^(\d+))?(-1)?(?:[ ,;(]|$)/.exec(text) ?? [];
  if (min === undefined || base === undefined) return undefined;
  const least = min === "0" && text.includes("(0 becomes 1") ? 1 : Number(min);
  return [least, exponent === undefined ? Number(base) : Number(base) ** Number(exponent) - (less ? 1 : 0)];
}

/** Seconds whose end is that of 32 bits of microseconds: the list rounds it. */
const isSameEnd = (listed: number, own: number): boolean => listed === own || (listed === 4294 && own === 4294.967295);

describe("config: rows and reloads", () => {
  const reloadOf = (table: TableFacts, keyword: string): string | undefined => rowOf(table, keyword)?.reload;

  /** What only the start of a process looks at. */
  const fixed = {
    "(root)": "net_namespace net_namespace_ipvs instance use_pid_dir",
    global_defs:
      "nftables_ipvs tmp_config_directory umask startup_script vrrp_startup_delay " +
      "vrrp_priority vrrp_no_swap vrrp_rt_priority vrrp_rlimit_rttime vrrp_cpu_affinity bfd_priority bfd_no_swap " +
      "bfd_rt_priority bfd_rlimit_rttime bfd_cpu_affinity checker_priority lvs_flush",
    vrrp_instance: "state",
  };
  for (const [block, keywords] of Object.entries(fixed)) {
    it(`says of ${block} what waits for a restart`, () => {
      const table = block === "(root)" ? root : rowOf(root, block)?.inner;
      if (table === undefined) expect.fail(`there is no block ${block}`);
      const live = keywords.split(" ").filter((keyword) => reloadOf(table, keyword) !== "restart");
      expect(live).to.deep.equal([]);
    });
  }

  it("says that the settings of an instance change in a running daemon", () => {
    const table = rowOf(root, "vrrp_instance")?.inner;
    for (const keyword of ["priority", "advert_int", "virtual_ipaddress", "nopreempt", "notify", "track_script"]) {
      expect(table && reloadOf(table, keyword), keyword).to.equal("live");
    }
  });
});

describe("config: rows and the list of keepalived's keywords", () => {
  // The list of all keywords lies beside some checkouts only.
  if (!existsSync(LIST)) return;

  const facts = factsOf(root, "");
  const listed = readFileSync(LIST, "utf8")
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [block = "", keyword = "", , range = "", fallback = ""] = line.split("\t");
      const own = facts.get(`${block} ${keyword}`);
      return own === undefined ? [] : [{ name: `${block} ${keyword}`, range, fallback, own }];
    });

  it("have the same ranges", () => {
    let compared = 0;
    const other = listed.flatMap(({ name, range, own: { takes } }) => {
      const ends = rangeOf(range);
      if (ends === undefined || takes.kind === "own") return [];
      compared++;
      if (takes.kind === "number" && takes.min === ends[0] && isSameEnd(ends[1], takes.max)) return [];
      const own = takes.kind === "number" ? `${takes.min}..${takes.max}` : takes.kind;
      return [`${name}: ${own} instead of ${range}`];
    });
    expect(other.join("\n"), `${compared} ranges`).to.equal("");
    expect(compared).to.be.above(150);
  });

  it("have the same defaults, where those are fixed", () => {
    let compared = 0;
    const other = listed.flatMap(({ name, fallback, own }) => {
      if (!/^(-?[\d.]+|off|[a-z0-9.:]+\.[a-z0-9.:]+|ff02::12)$/.test(fallback)) return [];
      compared++;
      if (own.default === fallback || (fallback === "off" && own.takes.kind === "nothing")) return [];
      return DEFAULTS.has(name) ? [] : [`${name}: ${JSON.stringify(own.default)} instead of ${fallback}`];
    });
    expect(other.join("\n"), `${compared} defaults`).to.equal("");
    expect(compared).to.be.above(150);
  });
});

/** Defaults that are not the listed ones, and why. */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ["vrrp_instance timer_expired_backup", "254 is what the keyword alone means; without it nothing is given way to"],
  ["vrrp_track_process delay", "it sets fork_delay and terminate_delay, which have their own"],
  ["track_file init_file", "0 is what the keyword alone means; without it no file is made"],
  ["vrrp_track_file init_file", "the same"],
  ["bfd_instance ttl", "one row with hoplimit: the family of the neighbour decides"],
  ["bfd_instance hoplimit", "the same"],
  ["virtual_server retry", "each kind of checker has its own"],
  ["virtual_server/real_server/UDP_CHECK require_reply", "no switch: the bytes may follow"],
]);
