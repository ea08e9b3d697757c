// `~SEQ(VAR, START, STEP, END) text` and `~LST(VAR, A, B, ...) text`: the text once for each value.
import { err, ok, type Result } from "../base/result.js";

/** One round of a repetition: variables and their values. */
export type Round = ReadonlyMap<string, string>;

export interface Repetition {
  readonly rounds: Iterable<Round>;
  readonly body: string;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Whether a line starts a repetition. */
export const isRepetition = (text: string): boolean => /^~(SEQx?|LST)\s*\(/.test(text);

/** The part in parentheses, and what follows it; undefined when they are not closed. */
export function splitRepetition(text: string): { readonly head: string; readonly body: string } | undefined {
  const close = text.indexOf(")");
  return close < 0 ? undefined : { head: text.slice(0, close + 1), body: text.slice(close + 1).trimStart() };
}

/** Reads `~SEQ(...)` or `~LST(...)`; the error says what is wrong with it. */
export function parseRepetition(head: string): Result<Iterable<Round>, string> {
  const [, kind = "", inner = ""] = /^~(SEQx?|LST)\s*\((.*)\)$/s.exec(head) ?? [];
  return kind === "LST" ? parseList(inner) : parseSequence(inner, kind === "SEQx");
}

function parseSequence(inner: string, hexadecimal: boolean): Result<Iterable<Round>, string> {
  const [name = "", ...numbers] = inner.split(",").map((part) => part.trim());
  if (!NAME.test(name)) return err(`'${name}' is no name for a variable`);
  if (numbers.length < 1 || numbers.length > 3) return err("it takes a variable and one to three numbers");
  const values: number[] = [];
  for (const text of numbers) {
    const value = parseInteger(text);
    if (value === undefined) return err(`'${text}' is not a number`);
    values.push(value);
  }
  const end = values.at(-1) ?? 0;
  const start = values.length > 1 ? (values[0] ?? 0) : end < 0 ? -1 : 1;
  const step = values.length > 2 ? (values[1] ?? 0) : end < start ? -1 : 1;
  if (step === 0) return err("a step of 0 never arrives");
  if (step > 0 !== end >= start && start !== end) return err(`steps of ${step} do not lead from ${start} to ${end}`);
  if (hexadecimal && Math.min(start, end) < 0) return err("~SEQx counts from 0 upwards only");
  return ok(count(name, start, step, end, hexadecimal ? 16 : 10));
}

function* count(name: string, start: number, step: number, end: number, radix: number): Generator<Round> {
  for (let value = start; step > 0 ? value <= end : value >= end; value += step) {
    yield new Map([[name, value.toString(radix)]]);
  }
}

/** A number as C writes it: decimal, 0x hexadecimal, 0 octal, perhaps with a sign. */
function parseInteger(text: string): number | undefined {
  const [, sign = "", digits = ""] = /^([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(text) ?? [];
  if (digits === "") return undefined;
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return Number.isSafeInteger(value) ? (sign === "-" ? -value : value) : undefined;
}

function parseList(inner: string): Result<Iterable<Round>, string> {
  const [names, ...values] = splitTuples(inner);
  if (names === undefined || values.length === 0) return err("it takes a variable and at least one value");
  const wrong = names.find((name) => !NAME.test(name));
  if (wrong !== undefined) return err(`'${wrong}' is no name for a variable`);
  const tooLong = values.find((tuple) => tuple.length > names.length);
  if (tooLong !== undefined) return err(`{${tooLong.join(",")}} has more values than there are variables`);
  return ok(values.map((tuple) => new Map(names.map((name, index) => [name, tuple[index] ?? ""]))));
}

/** `A, {B,C}, D` as lists of words. */
function splitTuples(text: string): readonly (readonly string[])[] {
  const tuples: string[][] = [];
  for (const [, tuple, single = ""] of text.matchAll(/\s*(?:\{([^}]*)\}|([^,{}]*))\s*(?:,|$)/g)) {
    tuples.push(tuple === undefined ? [single.trim()] : tuple.split(",").map((part) => part.trim()));
  }
  // The pattern also matches the empty end of the text.
  return tuples.slice(0, -1);
}
