// Lines that are data rather than keywords: addresses, routes, rules, peers, trackers. Their options are table rows as
// keywords are, so that lookup, spelling help and documentation come from one place.
import type { Word } from "./source.js";
import { suggestion } from "./spelling.js";
import type { Default, Takes } from "./takes.js";
import type { Absence, Argument, Scope } from "./table.js";
import type { Statement } from "./tree.js";

export interface OptionFacts {
  readonly word: string;
  readonly aliases: readonly string[];
  /** What follows the word. */
  readonly grammar: string;
  readonly takes: Takes;
  /** What holds where the word is not written; nothing when absent. */
  readonly default?: Default;
  readonly doc: string;
  /** Grammars of its own that an option opens, by the name of each: `(encap ip)`, `(nexthop)`. */
  readonly inner?: Readonly<Record<string, ItemFacts>>;
}

/** What is known about a kind of line without reading one. */
export interface ItemFacts {
  /** The first words of the line, such as `<ADDR>`; absent where options come at once. */
  readonly first?: { readonly name: string; readonly grammar: string; readonly doc: string };
  readonly options: readonly OptionFacts[];
}

/** An option, and how it changes the item that is being read. */
export interface OptionRow<D> extends OptionFacts {
  read(line: ItemLine, option: Word, into: D): void;
}

export interface ItemTable<D> extends ItemFacts {
  readonly options: readonly OptionRow<D>[];
  /** Aliases included. */
  readonly byWord: ReadonlyMap<string, OptionRow<D>>;
}

/** The words of one line, taken from left to right. */
export class ItemLine {
  readonly scope: Scope;
  readonly statement: Statement;
  readonly #words: readonly Word[];
  #absence: Absence;
  #position = 0;
  #broken = false;

  /** `absence`: what it means that an option stands without its word. */
  constructor(words: readonly Word[], scope: Scope, statement: Statement, absence: Absence = "missingWord") {
    this.#words = words;
    this.scope = scope;
    this.statement = statement;
    this.#absence = absence;
  }

  peek(): Word | undefined {
    return this.#words[this.#position];
  }

  next(): Word | undefined {
    const word = this.peek();
    if (word !== undefined) this.#position++;
    return word;
  }

  /** The next word when it is `text`. */
  accept(text: string): boolean {
    if (this.peek()?.text !== text) return false;
    this.#position++;
    return true;
  }

  /** The word after an option; its absence is reported. */
  after(option: Word, grammar: string): Word | undefined {
    const word = this.next();
    if (word !== undefined) return word;
    const message = `${option.text} needs a word after it`;
    this.scope.report.add(this.#absence, option, message, `write ${option.text} ${grammar}`);
    return undefined;
  }

  /** The next word as an `argument` reads it. */
  value<V>(option: Word, argument: Argument<V>): V | undefined {
    const word = this.after(option, argument.grammar);
    return word === undefined ? undefined : argument.parse([word], this.scope, this.statement);
  }

  /** What `read` takes from the line may lack a word without ending the reading. */
  leniently<V>(read: () => V): V {
    const absence = this.#absence;
    this.#absence = "missingWord";
    const value = read();
    this.#absence = absence;
    return value;
  }

  /** The item is of no use: nothing more is read from the line. */
  giveUp(): void {
    this.#broken = true;
    this.#position = this.#words.length;
  }

  get isBroken(): boolean {
    return this.#broken;
  }
}

export interface OptionSpec {
  readonly aliases?: readonly string[];
  readonly takes?: Takes;
  readonly default?: Default;
  readonly doc: string;
}

/** Builders of the options of items that are a `D`. */
export function optionsFor<D>() {
  const custom = (
    word: string,
    grammar: string,
    spec: OptionSpec & { readonly inner?: Readonly<Record<string, ItemFacts>> },
    read: OptionRow<D>["read"],
  ): OptionRow<D> => ({
    word,
    grammar,
    aliases: [],
    takes: grammar === "" ? { kind: "nothing" } : { kind: "own" },
    ...spec,
    read,
  });
  return {
    custom,
    /** A word that alone says everything. */
    flag: <F extends keyof D>(word: string, field: F, value: D[F], spec: OptionSpec): OptionRow<D> =>
      custom(word, "", spec, (_line, _option, into) => void (into[field] = value)),
    /** A word and its value. */
    value: <F extends keyof D>(
      word: string,
      field: F,
      argument: Argument<Exclude<D[F], undefined>>,
      spec: OptionSpec,
    ): OptionRow<D> =>
      custom(word, argument.grammar, { ...takesOf(argument), ...spec }, (line, option, into) => {
        const value = line.value(option, argument);
        if (value !== undefined) into[field] = value;
      }),
  };
}

const takesOf = ({ takes }: Argument<unknown>): { readonly takes?: Takes } => (takes === undefined ? {} : { takes });

export function itemTable<D>(options: readonly OptionRow<D>[], first?: ItemFacts["first"]): ItemTable<D> {
  const byWord = new Map<string, OptionRow<D>>();
  for (const row of options) for (const spelling of [row.word, ...row.aliases]) byWord.set(spelling, row);
  return { options, byWord, ...(first !== undefined && { first }) };
}

/** Takes a word that no option is called by; false when it is of no use. */
export type Fallback<D> = (line: ItemLine, word: Word, into: D) => boolean;

/** Reads options to the end of the line; one that is not known is reported, and left out. */
export function readOptions<D>(line: ItemLine, table: ItemTable<D>, into: D, fallback?: Fallback<D>): void {
  for (let option = line.next(); option !== undefined; option = line.next()) {
    const row = table.byWord.get(option.text);
    if (row !== undefined) row.read(line, option, into);
    else if (fallback?.(line, option, into) !== true) reportUnknownOption(option, table.byWord.keys(), line.scope);
  }
}

/** Reads options as long as they are known: for grammars inside a line. */
export function readKnownOptions<D>(line: ItemLine, table: ItemTable<D>, into: D): void {
  for (let option = line.peek(); option !== undefined; option = line.peek()) {
    const row = table.byWord.get(option.text);
    if (row === undefined) return;
    line.next();
    row.read(line, option, into);
  }
}

function reportUnknownOption(option: Word, known: Iterable<string>, { report }: Scope): void {
  const words = [...known];
  const near = suggestion(option.text, words);
  const hint =
    near !== undefined
      ? `did you mean ${near}?`
      : words.length === 0
        ? "remove it"
        : `words that can stand here: ${words.join(" ")}`;
  report.add("unknownOption", option, `'${option.text}' is not understood here; it is ignored`, hint);
}
