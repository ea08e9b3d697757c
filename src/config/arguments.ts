// Kinds of arguments: flags, numbers, times, addresses, choices. What keepalived accepts is accepted, in particular
// words behind the ones that count are ignored.
import { formatIp, maxPrefixLength, parseIp, type IpAddress, type IpFamily, type IpPrefix } from "../base/ip.js";
import { micros, type Micros } from "../base/time.js";
import type { Scope, Argument } from "./table.js";
import type { Word } from "./source.js";
import { wholeNumber } from "./takes.js";
import { suggestion } from "./spelling.js";

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ["on", true],
  ["true", true],
  ["yes", true],
  ["off", false],
  ["false", false],
  ["no", false],
]);

/** A keyword that alone says everything. */
export const flag = <V extends boolean>(value: V): Argument<V> => ({
  grammar: "",
  takes: { kind: "nothing" },
  arity: 0,
  parse: () => value,
});

/** A keyword that means on, unless a word says otherwise. */
export const optionalBoolean: Argument<boolean> = {
  grammar: "[on|off]",
  takes: { kind: "boolean" },
  arity: 0,
  parse([word], { report }) {
    if (word === undefined) return true;
    const value = BOOLEANS.get(word.text);
    if (value === undefined) {
      const near = BOOLEANS.has(word.text.toLowerCase()) ? word.text.toLowerCase() : "on or off";
      report.add("invalidBoolean", word, `'${word.text}' is neither on nor off`, `write ${near}`);
    }
    return value;
  },
};

/** A keyword that takes no word, whatever stands there. */
export const bare: Argument<boolean> = flag<boolean>(true);

export const text: Argument<string> = {
  grammar: "a word",
  takes: { kind: "text" },
  parse: ([word]) => word?.text,
};

/** One word and no other: with more of them the line does not count. */
export const alone = <V>(argument: Argument<V>): Argument<V> => ({
  ...argument,
  parse(words, scope, statement) {
    const extra = words[1];
    if (extra === undefined) return argument.parse(words, scope, statement);
    const message = `'${extra.text}' does not belong here; the line is ignored`;
    scope.report.add("extraWords", extra, message, `write ${argument.grammar} and nothing else`);
    return undefined;
  },
});

export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

/** A whole decimal number; undefined after a report. */
export function readInteger(word: Word, range: NumberRange, { report }: Scope): number | undefined {
  const { text } = word;
  const { min, max } = range;
  const pattern = min < 0 ? /^[+-]?[0-9]+$/ : /^\+?[0-9]+$/;
  const value = pattern.test(text) ? Number(text) : undefined;
  if (value !== undefined && value >= min && value <= max) return value;
  const allowed = `write a whole number ${min}..${max}`;
  if (value !== undefined) report.add("outOfRange", word, `${text} is outside ${min}..${max}`, allowed);
  else {
    const negative = min >= 0 && /^-[0-9]+$/.test(text);
    report.add(negative ? "outOfRange" : "invalidNumber", word, `'${text}' is not a number that fits here`, allowed);
  }
  return undefined;
}

export const integer = (min: number, max: number): Argument<number> => ({
  grammar: `a number ${min}..${max}`,
  takes: wholeNumber(min, max),
  parse: ([word], scope) => (word === undefined ? undefined : readInteger(word, { min, max }, scope)),
});

/** A number whose 0 is taken for 1, with a complaint. */
export const count = (max: number): Argument<number> => ({
  grammar: `a number 1..${max}`,
  takes: wholeNumber(1, max),
  parse([word], scope) {
    if (word === undefined) return undefined;
    const value = readInteger(word, { min: 0, max }, scope);
    if (value !== 0) return value;
    scope.report.add("adjusted", word, "0 is not possible here, 1 is used", `write a number 1..${max}`);
    return 1;
  },
});

/** One of a few words, spelt exactly. */
export const choice = <V>(choices: Readonly<Record<string, V>>): Argument<V> => ({
  grammar: Object.keys(choices).join(" or "),
  takes: { kind: "choice", words: Object.keys(choices) },
  parse([word], { report }) {
    if (word === undefined) return undefined;
    if (Object.hasOwn(choices, word.text)) return choices[word.text];
    const near = suggestion(word.text, Object.keys(choices));
    report.add(
      "invalidChoice",
      word,
      `'${word.text}' is not allowed here`,
      near === undefined ? `write ${Object.keys(choices).join(" or ")}` : `did you mean ${near}?`,
    );
    return undefined;
  },
});

export interface TimeRange {
  /** Seconds, as they are written. */
  readonly min: number;
  readonly max: number;
  /** Decimal places that count; more are reported, and rounded. */
  readonly decimals: number;
  /** As it is said; absent: seconds. */
  readonly unit?: "seconds" | "milliseconds";
}

/** Seconds with decimals. */
export function readSeconds(
  word: Word,
  { min, max, decimals, unit = "seconds" }: TimeRange,
  { report }: Scope,
): Micros | undefined {
  const { text } = word;
  const allowed = (): string => `write ${unit}, ${min}..${max}`;
  if (!/^\+?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(text)) {
    const hint = /^[0-9.]+m?s$/.test(text) ? `${allowed()}, without a unit` : allowed();
    const code = /^-[0-9.]+$/.test(text) ? "outOfRange" : "invalidNumber";
    report.add(code, word, `'${text}' is not a time in ${unit}`, hint);
    return undefined;
  }
  const written = Number(text);
  if (written < min || written > max) {
    report.add("outOfRange", word, `${text} is outside ${min}..${max} ${unit}`, allowed());
    return undefined;
  }
  const point = text.indexOf(".");
  if (point >= 0 && text.length - point - 1 > decimals) {
    report.add("tooManyDecimals", word, `${text} has more than ${decimals} decimals and is rounded`, allowed());
  }
  const step = 10 ** (6 - decimals);
  // Some keywords allow more than numbers are exact for: 285 years are as good.
  return micros(Math.min(Number.MAX_SAFE_INTEGER, Math.round((written * 1_000_000) / step) * step));
}

export const time = (range: TimeRange): Argument<Micros> => ({
  grammar: `seconds ${range.min}..${range.max}`,
  takes: { kind: "number", ...range, unit: "s" },
  parse: ([word], scope) => (word === undefined ? undefined : readSeconds(word, range, scope)),
});

/** Seconds without decimals. */
export const wholeSeconds = (min: number, max: number): Argument<Micros> => ({
  grammar: `whole seconds ${min}..${max}`,
  takes: wholeNumber(min, max, "s"),
  parse([word], scope) {
    const value = word === undefined ? undefined : readInteger(word, { min, max }, scope);
    return value === undefined ? undefined : micros(value * 1_000_000);
  },
});

/** Numeric address, of a word or of the part of it that is `text`; undefined after a report. */
export function readAddress(word: Word, { report }: Scope, text = word.text): IpAddress | undefined {
  const address = parseIp(text);
  if (address === undefined) {
    report.add(
      "invalidAddress",
      word,
      `'${text}' is not an IP address`,
      "write a numeric IPv4 or IPv6 address, such as 192.0.2.1; host names are not looked up",
    );
  }
  return address;
}

/** A word without what follows the first `/` or `-`: keepalived does not look at it where one host is meant. */
export function hostPart(word: Word): Word {
  const end = word.text.search(/[/-]/);
  return end <= 0 ? word : { ...word, text: word.text.slice(0, end) };
}

export const address: Argument<IpAddress> = {
  grammar: "an IP address",
  takes: { kind: "address", of: "host" },
  parse: ([word], scope) => (word === undefined ? undefined : readAddress(hostPart(word), scope)),
};

export const multicastAddress = (family: IpFamily | "any"): Argument<IpAddress> => ({
  grammar: "a multicast address",
  takes: { kind: "address", of: "multicast", ...(family !== "any" && { family }) },
  parse([word], scope) {
    const value = word === undefined ? undefined : readAddress(word, scope);
    if (word === undefined || value === undefined) return undefined;
    const first = value.octets[0] ?? 0;
    const multicast = value.family === 4 ? first >= 224 && first < 240 : first === 0xff;
    if (multicast && (family === "any" || value.family === family)) return value;
    scope.report.add(
      "invalidAddress",
      word,
      `${formatIp(value)} is not ${family === "any" ? "a" : `an IPv${family}`} multicast address`,
      "write an address of 224.0.0.0/4, such as 224.0.0.18",
    );
    return undefined;
  },
});

/** Spellings of the zero address in address lines. */
const ZERO_ADDRESS: ReadonlyMap<string, string> = new Map([
  ["default", "0.0.0.0/0"],
  ["any", "0.0.0.0/0"],
  ["all", "0.0.0.0/0"],
  ["default6", "::/0"],
]);

/** `IP[/LEN]`, the length of a single host where none is given; a length that is too long is clipped. */
export function readPrefix(word: Word, scope: Scope): IpPrefix | undefined {
  const written = ZERO_ADDRESS.get(word.text) ?? word.text;
  const slash = written.indexOf("/");
  const base = readAddress(word, scope, slash < 0 ? written : written.slice(0, slash));
  if (base === undefined) return undefined;
  const longest = maxPrefixLength(base.family);
  if (slash < 0) return { address: base, length: longest };
  const lengthText = written.slice(slash + 1);
  if (!/^[0-9]+$/.test(lengthText)) {
    scope.report.add(
      "invalidAddress",
      word,
      `'${lengthText}' is not a prefix length`,
      `write ${formatIp(base)}/LENGTH with a length 0..${longest}`,
    );
    return undefined;
  }
  const length = Number(lengthText);
  if (length <= longest) return { address: base, length };
  scope.report.add(
    "adjusted",
    word,
    `a prefix length of ${lengthText} is too long, ${longest} is used`,
    `write a length 0..${longest}`,
  );
  return { address: base, length: longest };
}

export const prefix: Argument<IpPrefix> = {
  grammar: "IP[/LEN]",
  takes: { kind: "address", of: "prefix" },
  parse: ([word], scope) => (word === undefined ? undefined : readPrefix(word, scope)),
};

/** Linux allows 15 characters (IFNAMSIZ). */
export const MAX_INTERFACE_NAME = 15;

export const interfaceName: Argument<string> = {
  grammar: "an interface name",
  takes: { kind: "interface" },
  parse([word], { report }) {
    if (word === undefined) return undefined;
    if (word.text !== "" && word.text.length <= MAX_INTERFACE_NAME) return word.text;
    report.add(
      "invalidName",
      word,
      `'${word.text}' cannot be the name of an interface`,
      `interface names have 1..${MAX_INTERFACE_NAME} characters`,
    );
    return undefined;
  },
};
