// The language as tables: one row per keyword, one dispatcher for all of them. A row says what the keyword takes, where
// the value goes, and what it means; lookup, arity, blocks and spelling help are the same for every keyword.
import { reportExtraWords, reportMissingBlock, reportUnexpectedBlock, reportUnknown } from "./complaints.js";
import type { Report } from "./diagnostics.js";
import type { ConfigEnvironment } from "./environment.js";
import type { Homes } from "./homes.js";
import type { ItemFacts } from "./item-line.js";
import type { Word } from "./source.js";
import type { Default, Takes } from "./takes.js";
import type { Statement } from "./tree.js";

/** What parsers need besides the words. */
export interface Scope {
  readonly report: Report;
  readonly environment: ConfigEnvironment;
  readonly homes: Homes;
}

/** A kind of argument: how it is written, and how it is read. */
export interface Argument<V> {
  /** For people, for example "a number 1..255". */
  readonly grammar: string;
  /** The same as data; a grammar of its own where nothing is said. */
  readonly takes?: Takes;
  /** Words that must be there; 1 where nothing is said. */
  readonly arity?: number;
  /** Reports what is wrong; undefined leaves the setting as it was. */
  parse(words: readonly Word[], scope: Scope, statement: Statement): V | undefined;
}

/** A block that has been read: its settings, and where each of them stands. */
export interface Section<T> {
  readonly conf: T;
  readonly header: Statement;
  /** Keywords that were given: the last statement of each, the first one of those that add to a list. */
  readonly given: Given;
}

interface GivenKeyword {
  readonly keyword: string;
  statement: Statement;
  readonly next: GivenKeyword | undefined;
}

/** Statements by keyword. A block has few of them, so a chain is smaller and faster than a Map. */
export class Given {
  #first: GivenKeyword | undefined;

  has(keyword: string): boolean {
    return this.#find(keyword) !== undefined;
  }

  get(keyword: string): Statement | undefined {
    return this.#find(keyword)?.statement;
  }

  set(keyword: string, statement: Statement): void {
    const found = this.#find(keyword);
    if (found === undefined) this.#first = { keyword, statement, next: this.#first };
    else found.statement = statement;
  }

  #find(keyword: string): GivenKeyword | undefined {
    let link = this.#first;
    while (link !== undefined && link.keyword !== keyword) link = link.next;
    return link;
  }
}

export const section = <T>(conf: T, header: Statement): Section<T> => ({ conf, header, given: new Given() });

/** Where a setting stands, or the head of its block. */
export const placeOf = (of: Section<unknown>, keyword: string): Word => (of.given.get(keyword) ?? of.header).keyword;

/** What too few words mean: keepalived ends at once, or only complains. */
export type Absence = "missingParameter" | "missingWord";

/** What is known about a keyword without reading one: documentation and tests walk these. */
export interface RowFacts {
  readonly keyword: string;
  readonly shape: "leaf" | "lines" | "section";
  readonly aliases: readonly string[];
  /** Words that must follow. */
  readonly arity: number;
  readonly absence: Absence;
  readonly grammar: string;
  readonly takes: Takes;
  readonly default?: Default;
  /** Whether a reload changes it in a running daemon. */
  readonly reload: "live" | "restart";
  readonly doc: string;
  /** Given twice, it is reported while it is read. */
  readonly once?: true;
  /** Present: read, but not acted on. A text says what differs from keepalived where that matters. */
  readonly notYet?: NotYet;
  /** Keywords of its block. */
  readonly inner?: TableFacts;
  /** Words of the lines of its block. */
  readonly items?: ItemFacts;
}

export type NotYet = true | string;

export interface Row<T> extends RowFacts {
  read(statement: Statement, into: Section<T>, scope: Scope): void;
}

export interface TableFacts {
  /** The keyword of the block; empty for the top level. */
  readonly section: string;
  readonly rows: readonly RowFacts[];
  /** Aliases included. */
  readonly byKeyword: ReadonlyMap<string, RowFacts>;
}

/** The row of a keyword, or of an alias. */
export const rowOf = ({ rows }: TableFacts, keyword: string): RowFacts | undefined =>
  rows.find((row) => row.keyword === keyword || row.aliases.includes(keyword));

export interface Table<T> extends TableFacts {
  readonly rows: readonly Row<T>[];
  readonly byKeyword: ReadonlyMap<string, Row<T>>;
}

export interface RowSpec {
  readonly aliases?: readonly string[];
  readonly reload?: Row<unknown>["reload"];
  readonly doc: string;
  readonly default?: Default;
  readonly notYet?: NotYet;
}

export interface LeafSpec<T> extends RowSpec {
  readonly absence?: Absence;
  /** Given twice is an error; the first one counts, or the last. */
  readonly once?: true | "last";
  /** Why the keyword means nothing after what stands above it; undefined where it does. */
  readonly pointless?: (conf: T) => string | undefined;
}

export interface SectionSpec<T, U> extends RowSpec {
  /** Words that must stand before the block. */
  readonly arity?: number;
  /** Looks at the block when its last line has been read; `end` is its closing brace. */
  readonly finish?: (section: Section<U>, into: T, end: Word, scope: Scope) => void;
}

export interface LinesSpec extends RowSpec {
  /** Words that must stand before the block. */
  readonly arity?: number;
  readonly items?: ItemFacts;
  /** An empty block is worth a complaint. */
  readonly emptyHint?: string;
}

/** Builders of the rows of a block whose settings are a `T`: a wrong field or a parser of the wrong type does not compile. */
export function rowsFor<T>() {
  return {
    /** A keyword with words: one field. */
    leaf: <F extends keyof T & string>(
      keyword: string,
      field: F,
      argument: Argument<Exclude<T[F], undefined>>,
      spec: LeafSpec<T>,
    ): Row<T> => ({
      ...common(keyword, spec),
      ...takenBy(argument, spec),
      shape: "leaf",
      ...(spec.once !== undefined && { once: true }),
      arity: argument.arity ?? 1,
      absence: spec.absence ?? "missingParameter",
      grammar: argument.grammar,
      read(statement, into, scope) {
        reportUnexpectedBlock(statement, scope.report);
        const pointless = spec.pointless?.(into.conf);
        if (pointless !== undefined) {
          reportPointless(statement, pointless, scope.report);
          return;
        }
        if (spec.once !== undefined && into.given.has(keyword)) {
          reportRepetition(statement, placeOf(into, keyword), spec.once, scope.report);
          if (spec.once !== "last") return;
        }
        const value = argument.parse(statement.args, scope, statement);
        if (value === undefined) return;
        into.conf[field] = value;
        into.given.set(keyword, statement);
      },
    }),

    /** A keyword that may be given again and again: every time adds to a list. */
    each: <I>(keyword: string, list: (conf: T) => I[], argument: Argument<readonly I[]>, spec: RowSpec): Row<T> => ({
      ...common(keyword, spec),
      ...takenBy(argument, spec),
      shape: "leaf",
      arity: argument.arity ?? 1,
      grammar: argument.grammar,
      read(statement, into, scope) {
        reportUnexpectedBlock(statement, scope.report);
        if (!into.given.has(keyword)) into.given.set(keyword, statement);
        for (const value of argument.parse(statement.args, scope, statement) ?? []) list(into.conf).push(value);
      },
    }),

    /** A block whose lines are data: every line adds to a list. */
    lines: <I>(keyword: string, list: (conf: T) => I[], item: Argument<readonly I[]>, spec: LinesSpec): Row<T> => ({
      ...common(keyword, spec),
      ...(spec.items !== undefined && { items: spec.items }),
      shape: "lines",
      arity: spec.arity ?? 0,
      grammar: item.grammar,
      read(statement, into, scope) {
        if (!into.given.has(keyword)) into.given.set(keyword, statement);
        const { block } = statement;
        if (block === undefined) {
          reportMissingBlock(statement, scope.report);
          return;
        }
        reportExtraWords(statement, spec.arity ?? 0, scope.report);
        const { statements } = block;
        if (spec.emptyHint !== undefined && statements.length === 0) {
          scope.report.add("missingWord", block.close ?? statement.keyword, `${keyword} is empty`, spec.emptyHint);
        }
        for (const line of statements) {
          reportUnexpectedBlock(line, scope.report);
          const items = item.parse(line.words, scope, line) ?? [];
          for (const value of items) list(into.conf).push(value);
        }
      },
    }),

    /** A block with keywords of its own. `open` makes or finds its settings; undefined skips the block as a unit. */
    section: <U>(
      keyword: string,
      inner: Table<U>,
      open: (statement: Statement, into: T, scope: Scope) => Section<U> | undefined,
      spec: SectionSpec<T, U>,
    ): Row<T> => ({
      ...common(keyword, spec),
      inner,
      shape: "section",
      arity: spec.arity ?? 0,
      grammar: spec.arity === undefined ? "{ ... }" : "NAME { ... }",
      read(statement, into, scope) {
        const opened = open(statement, into.conf, scope);
        into.given.set(keyword, statement);
        const { block } = statement;
        if (block === undefined) reportMissingBlock(statement, scope.report);
        else if (opened !== undefined) {
          readStatements(block.statements, inner, opened, scope);
          if (spec.finish !== undefined) spec.finish(opened, into.conf, block.close ?? statement.keyword, scope);
        }
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
    const row = rows.byKeyword.get(statement.name);
    if (row === undefined) reportUnknown(statement, rows.section, rows.byKeyword.keys(), scope);
    else if (statement.argCount < row.arity)
      reportMissingWord(statement, absenceIn(statement, row), row.grammar, scope.report);
    else {
      row.read(statement, into, scope);
      if (row.notYet !== undefined) reportNotYet(statement, row.notYet, scope.report);
    }
  }
}

/** A command whose quote is not closed is no word at all; that is reported, and not fatal. */
const absenceIn = ({ raw }: Statement, { takes, absence }: RowFacts): Absence =>
  takes.kind === "command" && raw.includes('"') ? "missingWord" : absence;

function reportNotYet({ keyword }: Statement, notYet: NotYet, report: Report): void {
  if (notYet === true) {
    report.addOnce("notSupported", keyword, `${keyword.text} is not supported yet and has no effect`);
  } else report.addOnce("notSupportedLoud", keyword, `${keyword.text} is not supported yet: ${notYet}`);
}

function reportMissingWord({ keyword }: Statement, absence: Absence, grammar: string, report: Report): void {
  report.add(absence, keyword, `${keyword.text} needs a word after it`, `write ${keyword.text} followed by ${grammar}`);
}

function reportRepetition({ keyword }: Statement, first: Word, counts: true | "last", report: Report): void {
  const effect = counts === "last" ? "this one replaces it" : "this one is ignored";
  report.add(
    "alreadyGiven",
    keyword,
    `${keyword.text} is already given in line ${first.line.number}; ${effect}`,
    "keep one of the two",
  );
}

function reportPointless({ keyword }: Statement, why: string, report: Report): void {
  report.add("ignoredSetting", keyword, `${keyword.text} is ignored: ${why}`, "move it below, or remove it");
}

const OWN: Takes = { kind: "own" };

function common(
  keyword: string,
  spec: RowSpec,
): Pick<RowFacts, "keyword" | "aliases" | "reload" | "doc" | "absence" | "takes" | "default" | "notYet"> {
  const { aliases = [], reload = "live", doc, default: fallback, notYet } = spec;
  return {
    keyword,
    aliases,
    reload,
    doc,
    absence: "missingParameter",
    takes: OWN,
    ...(fallback !== undefined && { default: fallback }),
    ...(notYet !== undefined && { notYet }),
  };
}

/** A switch is off where nothing else is said. */
function takenBy({ takes = OWN }: Argument<unknown>, spec: RowSpec): Pick<RowFacts, "takes" | "default"> {
  const isSwitch = takes.kind === "nothing" || takes.kind === "boolean";
  return { takes, ...(isSwitch && spec.default === undefined && { default: "off" }) };
}
