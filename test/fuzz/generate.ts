// Configurations that nobody would write: grown from the keyword tables, and bent from texts that somebody did write.
import { prng } from "../../src/base/prng.js";
import { root } from "../../src/config/keywords/root.js";
import type { ItemFacts } from "../../src/config/item-line.js";
import type { RowFacts, TableFacts } from "../../src/config/table.js";

/** A number 0..limit-1, the same sequence for the same seed. */
export type Draw = (limit: number) => number;

export function draws(seed: number): Draw {
  const generator = prng(seed);
  return (limit) => generator.below(limit);
}

const WORDS = [
  ..."0 1 -1 5 50 51 90 100 150 255 256 65535 65536 4294967295 4294967296 99999999999999999999 0.5 1.5 .5 5. 0x10 1e3".split(
    " ",
  ),
  ..."on off true no ON eth0 eth1 lo eth9 10.0.0.1 10.0.0.1/24 10.0.0.2-20 224.0.0.18 ::1 fe80::1/64 2001:db8::/32".split(
    " ",
  ),
  ..."MASTER BACKUP TCP UDP rr wlc NAT DR TUN PASS AH VI_1 chk G all none reverse weight fwmark group default".split(
    " ",
  ),
  ...[
    '"/bin/true"',
    "\"/bin/true 'a b' c\"",
    '"unclosed',
    "'a",
    "\\#",
    "#c",
    "!",
    "{",
    "}",
    '""',
    "${A}",
    "$A",
    "${_RANDOM 1 9}",
  ],
  "\u00a0",
  "\u0000",
  "x".repeat(300),
];

const pick = <T>(items: readonly T[], draw: Draw): T | undefined => items[draw(Math.max(1, items.length))];

/** A configuration with blocks and keywords in their places and words that fit now and then. */
export function grow(draw: Draw): string {
  const lines = ["$A=10", "vrrp_script chk {", '  script "/bin/true"', "}"];
  const blocks = 1 + draw(6);
  for (let count = 0; count < blocks; count++) lines.push(...statement(root, draw, 0));
  return lines.join("\n");
}

function statement(table: TableFacts, draw: Draw, depth: number): readonly string[] {
  const row = pick(table.rows, draw);
  if (row === undefined) return [];
  const indent = "  ".repeat(depth);
  const head = `${indent}${pick([row.keyword, ...row.aliases], draw) ?? ""} ${words(row.grammar, draw)}`;
  if (row.shape === "leaf" && draw(40) !== 0) return [head];
  const inner: string[] = [];
  const count = draw(depth === 0 ? 12 : 6);
  for (let index = 0; index < count; index++) inner.push(...content(row, draw, depth + 1));
  return draw(20) === 0 ? [`${head} {`, ...inner] : [`${head} {`, ...inner, `${indent}}`];
}

function content({ inner, items, grammar }: RowFacts, draw: Draw, depth: number): readonly string[] {
  if (inner !== undefined) return statement(inner, draw, depth);
  return [`${"  ".repeat(depth)}${words(grammar, draw)} ${options(items, draw)}`];
}

/** Words that the grammar names, and words that it does not. */
function words(grammar: string, draw: Draw): string {
  const named = grammar.match(/[A-Za-z_][A-Za-z0-9_]*|-?[0-9]+/g) ?? [];
  const count = draw(4);
  return Array.from({ length: count }, () => pick(draw(3) === 0 ? named : WORDS, draw) ?? "").join(" ");
}

function options(items: ItemFacts | undefined, draw: Draw): string {
  if (items === undefined) return "";
  return Array.from({ length: draw(4) }, () => {
    const option = pick(items.options, draw);
    return option === undefined ? "" : `${option.word} ${pick(WORDS, draw) ?? ""}`;
  }).join(" ");
}

/** The text with pieces of it removed, doubled, moved or replaced. */
export function bend(text: string, draw: Draw): string {
  let bent = text;
  for (let count = 1 + draw(4); count > 0; count--) {
    const at = draw(bent.length + 1);
    const length = draw(40);
    const piece = bent.slice(at, at + length);
    const put = [`${piece}${piece}`, "", pick(WORDS, draw) ?? "", ` ${pick(WORDS, draw) ?? ""} `, "\n"][draw(5)] ?? "";
    bent = bent.slice(0, at) + put + bent.slice(at + length);
  }
  return bent;
}
