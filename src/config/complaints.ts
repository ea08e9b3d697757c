// What the dispatcher says about a statement that does not fit its block.
import type { Report } from "./diagnostics.js";
import { TOP_LEVEL, type Homes } from "./homes.js";
import { suggestion } from "./spelling.js";
import type { Scope } from "./table.js";
import type { Statement } from "./tree.js";

/** More blocks than these do not help. */
const MAX_HOMES = 3;

/** An unknown keyword is left out together with its block. */
export function reportUnknown(
  statement: Statement,
  inside: string,
  known: Iterable<string>,
  { report, homes }: Scope,
): void {
  const { text } = statement.keyword;
  const where = inside === "" ? "at the top level" : `in ${inside}`;
  const hint = hintFor(text, inside, known, homes);
  if (statement.block === undefined)
    report.add("unknownKeyword", statement.keyword, `unknown keyword '${text}' ${where}; the line is ignored`, hint);
  else {
    const message = `unknown keyword '${text}' ${where}; its whole block is ignored`;
    report.add("unknownBlock", statement.keyword, message, hint);
  }
}

/** Words that are in many a file because keepalived once knew them, or knows them elsewhere. */
const FORMER: ReadonlyMap<string, string> = new Map([
  ["lvs_id", "write router_id instead"],
  ["nat_mask", "remove the line: keepalived has dropped this keyword long ago"],
  ["nb_get_retry", "write retry instead"],
]);

/** White space that is none in this language: it comes along when text is copied from a web page. */
const FALSE_SPACE = /[\u00a0\u2000-\u200b\u202f\u3000\ufeff]/;

function hintFor(word: string, inside: string, known: Iterable<string>, homes: Homes): string {
  if (FALSE_SPACE.test(word)) {
    return "the word contains a no-break space or the like, which is a letter here: type a plain space instead";
  }
  if (/^\$[A-Za-z_]\w*$/.test(word)) return `define it above, with ${word}=VALUE, or remove it`;
  if (inside !== "" && TOP_LEVEL.has(word)) return `${word} stands at the top level: is a '}' missing above?`;
  const former = FORMER.get(word);
  if (former !== undefined) return former;
  const belongs = homes(word);
  if (belongs.length > 0) {
    const slip =
      inside === "" ? "is there a '}' too many above, or a '{' missing?" : "is a brace missing or too many above?";
    return `${word} belongs into ${belongs.slice(0, MAX_HOMES).join(" or ")}: ${slip}`;
  }
  const near = suggestion(word, known);
  return near === undefined ? "check its spelling, or remove it: no block knows this keyword" : `did you mean ${near}?`;
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
