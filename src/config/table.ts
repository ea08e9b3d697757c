// The language as tables: one row per keyword, one dispatcher for all of them. A row says what the keyword takes, where
// the value goes, and what it means; lookup, arity, blocks and spelling help are the same for every keyword.
import type { ConfigEnvironment } from "./environment.js";
import type { Report } from "./diagnostics.js";
import { suggestion } from "./spelling.js";
import type { Word } from "./source.js";
import type { Statement } from "./tree.js";

/** What parsers need besides the words. */
export interface Scope {
  readonly report: Report;
  readonly environment: ConfigEnvironment;
}

/** A kind of argument: how it is written, and how it is read. */
export interface Argument<V> {
  /** For people, for example "a number 1..255". */
  readonly grammar: string;
  /** Reports what is wrong; undefined leaves the setting as it was. */
  parse(words: readonly Word[], scope: Scope, statement: Statement): V | undefined;
}

/** A block that has been read: its settings, and where each of them stands. */
export interface Section<T> {
  readonly conf: T;
  readonly header: Statement;
  /** Keywords that were given: the last statement of each, the first one of those that add to a list. */
  readonly given: Map<string, Statement>;
}

export const section = <T>(conf: T, header: Statement): Section<T> => ({ conf, header, given: new Map() });

/** Where a setting stands, or the head of its block. */
export const placeOf = (of: Section<unknown>, keyword: string): Word => (of.given.get(keyword) ?? of.header).keyword;

export type Shape = "leaf" | "lines" | "section" | "unsupported";

export interface Row<T> {
  readonly keyword: string;
  readonly shape: Shape;
  readonly aliases: readonly string[];
  /** Words that must follow; with fewer, keepalived ends at once. */
  readonly arity: number;
  readonly grammar: string;
  /** Whether a reload changes it in a running daemon. */
  readonly reload: "live" | "restart";
  readonly doc: string;
  read(statement: Statement, into: Section<T>, scope: Scope): void;
}

export interface Table<T> {
  /** The keyword of the block. */
  readonly section: string;
  readonly rows: readonly Row<T>[];
  readonly byKeyword: ReadonlyMap<string, Row<T>>;
}

interface Common {
  readonly aliases?: readonly string[];
  readonly reload?: "live" | "restart";
  readonly doc: string;
}

interface LeafSpec extends Common {
  readonly arity?: number;
  /** The first one counts, and any other is an error. */
  readonly once?: boolean;
}

type Given<T> = Exclude<T, undefined>;

/** Builders of the rows of a block whose settings are a `T`: a wrong field or a parser of the wrong type does not compile. */
export function rowsFor<T>() {
  return {
    /** A keyword with words: one field. */
    leaf: <F extends keyof T & string>(
      keyword: string,
      field: F,
      argument: Argument<Given<T[F]>>,
      spec: LeafSpec,
    ): Row<T> => ({
      ...common(keyword, spec),
      shape: "leaf",
      arity: spec.arity ?? 1,
      grammar: argument.grammar,
      read(statement, into, scope) {
        if (statement.block !== undefined) reportUnexpectedBlock(statement, scope);
        if (spec.once === true && into.given.has(keyword)) {
          scope.report.add(
            "alreadyGiven",
            statement.keyword,
            `${keyword} is already given in line ${placeOf(into, keyword).line.number}; this one is ignored`,
            "keep one of the two",
          );
          return;
        }
        const value = argument.parse(statement.args, scope, statement);
        if (value === undefined) return;
        into.conf[field] = value;
        into.given.set(keyword, statement);
      },
    }),

    /** A block whose lines are data: every line adds to a list. */
    lines: <I>(keyword: string, list: (conf: T) => I[], item: Argument<readonly I[]>, spec: Common): Row<T> => ({
      ...common(keyword, spec),
      shape: "lines",
      arity: 0,
      grammar: item.grammar,
      read(statement, into, scope) {
        if (!into.given.has(keyword)) into.given.set(keyword, statement);
        if (statement.block === undefined) {
          reportMissingBlock(statement, scope);
          return;
        }
        for (const line of statement.block.statements) {
          if (line.block !== undefined) reportUnexpectedBlock(line, scope);
          for (const value of item.parse([line.keyword, ...line.args], scope, line) ?? []) list(into.conf).push(value);
        }
      },
    }),

    /** A block with keywords of its own. `open` makes or finds its settings; undefined skips the block as a unit. */
    section: <U>(
      keyword: string,
      inner: Table<U>,
      open: (statement: Statement, into: T, scope: Scope) => Section<U> | undefined,
      spec: Common & { readonly arity?: number },
    ): Row<T> => ({
      ...common(keyword, spec),
      shape: "section",
      arity: spec.arity ?? 0,
      grammar: "{ ... }",
      read(statement, into, scope) {
        const opened = open(statement, into.conf, scope);
        into.given.set(keyword, statement);
        if (statement.block === undefined) reportMissingBlock(statement, scope);
        else if (opened !== undefined) readStatements(statement.block.statements, inner, opened, scope);
      },
    }),
  };
}

export function table<T>(name: string, rows: readonly Row<T>[]): Table<T> {
  const byKeyword = new Map<string, Row<T>>();
  for (const row of rows) for (const spelling of [row.keyword, ...row.aliases]) byKeyword.set(spelling, row);
  return { section: name, rows, byKeyword };
}

/** The dispatcher: gives every statement to the row of its keyword. */
export function readStatements<T>(
  statements: readonly Statement[],
  rows: Table<T>,
  into: Section<T>,
  scope: Scope,
): void {
  for (const statement of statements) {
    const row = rows.byKeyword.get(statement.keyword.text);
    if (row === undefined) reportUnknown(statement, rows.section, [...rows.byKeyword.keys()], scope);
    else if (statement.args.length < row.arity) reportMissingWord(statement, row.grammar, scope);
    else row.read(statement, into, scope);
  }
}

/** An unknown keyword is left out together with its block. */
export function reportUnknown(statement: Statement, inside: string, known: Iterable<string>, { report }: Scope): void {
  const { text } = statement.keyword;
  const better = suggestion(text, known);
  const where = inside === "" ? "at the top level" : `in ${inside}`;
  const skipped = statement.block === undefined ? "the line is ignored" : "its whole block is ignored";
  const hint =
    rootKeywords.has(text) && inside !== ""
      ? `${text} stands at the top level: is a '}' missing above?`
      : better === undefined
        ? undefined
        : `did you mean ${better}?`;
  report.add("unknownKeyword", statement.keyword, `unknown keyword '${text}' ${where}; ${skipped}`, hint);
}

/** Blocks that can only stand at the top level; inside another block they betray a missing brace. */
const rootKeywords = new Set([
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

export function reportMissingWord(statement: Statement, grammar: string, { report }: Scope): void {
  report.add(
    "missingParameter",
    statement.keyword,
    `${statement.keyword.text} needs a word after it`,
    `write ${statement.keyword.text} followed by ${grammar}`,
  );
}

export function reportUnexpectedBlock(statement: Statement, { report }: Scope): void {
  if (statement.block === undefined) return;
  report.add(
    "unexpectedBlock",
    statement.block.open,
    `${statement.keyword.text} takes no block; the block is ignored`,
    "remove the block, up to its '}'",
  );
}

function reportMissingBlock(statement: Statement, { report }: Scope): void {
  const { text } = statement.keyword;
  report.add("missingBlock", statement.keyword, `${text} has no block`, `write ${text} { ... }`);
}

/** A keyword of keepalived's that vipd does not act on yet: one warning by name, its block checked for spelling only. */
export function unsupported<T>(keyword: string, known?: KnownBlock, consequence?: string): Row<T> {
  return {
    keyword,
    aliases: [],
    reload: "live",
    doc: "not supported yet",
    shape: "unsupported",
    arity: 0,
    grammar: known === undefined ? "" : "{ ... }",
    read(statement, into, scope) {
      into.given.set(keyword, statement);
      scope.report.addOnce(
        consequence === undefined ? "notSupported" : "notSupportedLoud",
        statement.keyword,
        consequence === undefined
          ? `${keyword} is not supported yet and has no effect`
          : `${keyword} is not supported yet: ${consequence}`,
      );
      if (known === undefined) reportUnexpectedBlock(statement, scope);
      else if (statement.block === undefined) reportMissingBlock(statement, scope);
      else checkSpelling(statement.block.statements, keyword, known, scope);
    },
  };
}

/** Rows for a list of such keywords that take no block. */
export const unsupportedAll = <T>(keywords: string): readonly Row<T>[] =>
  keywords
    .trim()
    .split(/\s+/)
    .map((keyword) => unsupported<T>(keyword));

/** The keywords of a block nothing is done with, and its inner blocks; "items": its lines are data. */
export type KnownBlock =
  "items" | { readonly keywords: ReadonlySet<string>; readonly blocks: Readonly<Record<string, KnownBlock>> };

export const knownBlock = (keywords: string, blocks: Readonly<Record<string, KnownBlock>> = {}): KnownBlock => ({
  keywords: new Set(keywords.trim().split(/\s+/)),
  blocks,
});

function checkSpelling(statements: readonly Statement[], inside: string, known: KnownBlock, scope: Scope): void {
  if (known === "items") return;
  for (const statement of statements) {
    const { text } = statement.keyword;
    const inner = Object.hasOwn(known.blocks, text) ? known.blocks[text] : undefined;
    if (inner !== undefined) checkSpelling(statement.block?.statements ?? [], text, inner, scope);
    else if (!known.keywords.has(text))
      reportUnknown(statement, inside, [...known.keywords, ...Object.keys(known.blocks)], scope);
    else reportUnexpectedBlock(statement, scope);
  }
}

function common(keyword: string, spec: Common): Pick<Row<unknown>, "keyword" | "aliases" | "reload" | "doc"> {
  return { keyword, aliases: spec.aliases ?? [], reload: spec.reload ?? "live", doc: spec.doc };
}
