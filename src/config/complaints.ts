// What the dispatcher says about a statement that does not fit its block.
import type { Report } from "./diagnostics.js";
import { suggestion } from "./spelling.js";
import type { Statement } from "./tree.js";

/** Blocks that can only stand at the top level; inside another block they betray a missing brace. */
const TOP_LEVEL: ReadonlySet<string> = new Set([
  "global_defs",
  "vrrp_instance",
  "vrrp_script",
  "vrrp_sync_group",
  "virtual_server",
  "virtual_server_group",
  "static_ipaddress",
  "static_routes",
  "static_rules",
  "bfd_instance",
]);

/** An unknown keyword is left out together with its block. */
export function reportUnknown(statement: Statement, inside: string, known: Iterable<string>, report: Report): void {
  const { text } = statement.keyword;
  const where = inside === "" ? "at the top level" : `in ${inside}`;
  const hint = hintFor(text, inside, known);
  if (statement.block === undefined)
    report.add("unknownKeyword", statement.keyword, `unknown keyword '${text}' ${where}; the line is ignored`, hint);
  else {
    const message = `unknown keyword '${text}' ${where}; its whole block is ignored`;
    report.add("unknownBlock", statement.keyword, message, hint);
  }
}

/** Common keywords of blocks; at the top level they betray a block that has ended too early. */
const INNER: ReadonlyMap<string, string> = new Map([
  ...namesOf("vrrp_instance", "state interface virtual_router_id priority advert_int authentication virtual_ipaddress"),
  ...namesOf("vrrp_instance", "virtual_ipaddress_excluded virtual_routes virtual_rules unicast_peer unicast_src_ip"),
  ...namesOf("vrrp_instance", "track_script track_interface nopreempt preempt_delay notify notify_master"),
  ...namesOf("vrrp_instance", "notify_backup notify_fault notify_stop"),
  ...namesOf("vrrp_script", "script interval fall rise"),
  ...namesOf("virtual_server", "real_server lvs_sched lb_algo lvs_method lb_kind protocol sorry_server delay_loop"),
]);

/** White space that is none in this language: it comes along when text is copied from a web page. */
const FALSE_SPACE = /[\u00a0\u2000-\u200b\u202f\u3000\ufeff]/;

function hintFor(word: string, inside: string, known: Iterable<string>): string | undefined {
  if (FALSE_SPACE.test(word)) {
    return "the word contains a no-break space or the like, which is a letter here: type a plain space instead";
  }
  if (inside !== "" && TOP_LEVEL.has(word)) return `${word} stands at the top level: is a '}' missing above?`;
  const home = inside === "" ? INNER.get(word) : undefined;
  if (home !== undefined) return `${word} belongs into ${home}: is there a '}' too many above, or a '{' missing?`;
  const near = suggestion(word, known);
  return near === undefined ? undefined : `did you mean ${near}?`;
}

function namesOf(block: string, keywords: string): readonly (readonly [string, string])[] {
  return keywords.split(" ").map((keyword) => [keyword, block]);
}

export function reportUnexpectedBlock(statement: Statement, report: Report): void {
  const { block } = statement;
  if (block === undefined) return;
  report.add(
    "unexpectedBlock",
    block.open,
    `${statement.keyword.text} takes no block; the block is ignored`,
    "remove the block, up to its '}'",
  );
}

export function reportMissingBlock({ keyword }: Statement, report: Report): void {
  report.add("missingBlock", keyword, `${keyword.text} has no block`, `write ${keyword.text} { ... }`);
}

/** Words between a keyword and its block beyond the `arity` that belong there. */
export function reportExtraWords({ keyword, args }: Statement, arity: number, report: Report): void {
  const extra = args[arity];
  if (extra === undefined) return;
  report.add(
    "extraWords",
    extra,
    `'${extra.text}' does not belong between ${keyword.text} and its block; it is ignored`,
    `write ${keyword.text} { ... }`,
  );
}
