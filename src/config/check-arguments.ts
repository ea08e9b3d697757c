// Kinds of arguments of checkers: status codes, digests, bytes in hexadecimal, domain names.
import * as arg from "./arguments.js";
import { DNS_TYPES, type BytePattern, type DnsType, type StatusRange } from "./lvs-conf.js";
import { INT32_MAX } from "./lvs-arguments.js";
import { shellWords } from "./shell-words.js";
import { wholeNumber } from "./takes.js";
import type { Argument } from "./table.js";
import type { TrackWeight } from "./conf.js";

/** `N|A-B ...`; what is wrong is left out, the rest counts. */
export const statusCodes: Argument<readonly StatusRange[]> = {
  grammar: "status codes 100..599 or ranges of them, such as 200 300-307",
  arity: 0,
  parse(words, { report }) {
    const ranges: StatusRange[] = [];
    for (const word of words) {
      const [, fromText, toText = fromText] = /^([0-9]+)(?:-([0-9]+))?$/.exec(word.text) ?? [];
      const from = Number(fromText);
      const to = Number(toText);
      if (from >= 100 && to <= 599 && from <= to) ranges.push({ from, to });
      else
        report.add(
          "outOfRange",
          word,
          `'${word.text}' is neither a status code nor a range of them`,
          "write numbers 100..599, or FIRST-LAST",
        );
    }
    return ranges;
  },
};

/** MD5 of a body, as genhash prints it. */
export const digest: Argument<readonly string[]> = {
  grammar: "32 hexadecimal digits",
  parse([word], { report }) {
    if (word === undefined) return undefined;
    if (/^[0-9a-fA-F]{32}$/.test(word.text)) return [word.text.toLowerCase()];
    const what =
      word.text.length === 32 ? "has a character that is no hexadecimal digit" : `has ${word.text.length} characters`;
    report.add("invalidChoice", word, `the digest ${what}`, "write the 32 hexadecimal digits that genhash prints");
    return undefined;
  },
};

/** `"PATTERN"` in shell-like quotes; whether it is a pattern is found out when it is used, as keepalived does. */
export const pattern: Argument<string> = {
  grammar: '"PATTERN"',
  takes: { kind: "text" },
  arity: 0,
  parse(words, { report }, statement) {
    const split = shellWords(statement.raw);
    if (split !== undefined) return split[1];
    report.add(
      "unterminatedQuote",
      words[0] ?? statement.keyword,
      "a quote in the pattern is not closed",
      "close it, or escape it with a backslash",
    );
    return undefined;
  },
};

export const words: Argument<readonly string[]> = {
  grammar: "words",
  arity: 0,
  parse: (given) => given.map(({ text }) => text),
};

/** Numbers that keepalived does not check: anything else counts as absent. */
export const offset: Argument<number> = {
  grammar: "a number of bytes",
  takes: wholeNumber(0, Number.MAX_SAFE_INTEGER, "bytes"),
  arity: 0,
  parse: ([word]) => (word !== undefined && /^[0-9]+$/.test(word.text) ? Number(word.text) : undefined),
};

export const stackSizes: Argument<readonly [number, number]> = {
  grammar: "START MAX, in bytes",
  arity: 0,
  parse([startWord, maxWord]) {
    const start = Number(startWord?.text);
    const max = Number(maxWord?.text);
    return Number.isInteger(start) && Number.isInteger(max) && start <= max ? [start, max] : undefined;
  },
};

/** Whether any other word than those of a boolean is reported, here it is optional and 1 word long. */
export const httpProtocol = arg.choice<"1.0" | "1.0C" | "1.1">({
  "1.0": "1.0",
  "1.0C": "1.0C",
  "1.0c": "1.0C",
  "1.1": "1.1",
});

/** A record type in any case. */
export const dnsType: Argument<DnsType> = {
  grammar: DNS_TYPES.join(" or "),
  takes: { kind: "choice", words: DNS_TYPES },
  parse([word], { report }) {
    if (word === undefined) return undefined;
    const upper = word.text.toUpperCase();
    const type = DNS_TYPES.find((name) => name === upper);
    if (type === undefined)
      report.add("invalidChoice", word, `'${word.text}' is no record type known here`, `write ${DNS_TYPES.join(", ")}`);
    return type;
  },
};

/** A domain name (RFC 1035 §2.3.4): labels of 1..63 octets. */
export const domainName: Argument<string> = {
  grammar: "a domain name",
  takes: { kind: "text" },
  parse([word], { report }) {
    if (word === undefined || word.text === ".") return word?.text;
    const labels = word.text.replace(/\.$/, "").split(".");
    // keepalived 2.4 takes a first label of one letter for an empty one.
    if (labels.every((label) => label !== "") && (labels[0] ?? "").length > 1) return word.text;
    const what = labels.includes("")
      ? "has an empty label"
      : "has a first label of one letter, which keepalived refuses";
    report.add("invalidName", word, `the name '${word.text}' ${what}`, "write a name such as www.example.org");
    return undefined;
  },
};

/** Bytes in hexadecimal, white space between them or not; X stands for a digit that may be anything. */
const hexadecimal = (wildcards: boolean): Argument<BytePattern> => ({
  grammar: wildcards ? "bytes in hexadecimal, X for any digit" : "bytes in hexadecimal",
  parse(given, { report }, statement) {
    const bytes: number[] = [];
    const mask: number[] = [];
    for (const word of given) {
      const allowed = wildcards ? /^[0-9a-fA-FxX]+$/ : /^[0-9a-fA-F]+$/;
      if (!allowed.test(word.text)) {
        report.add("invalidNumber", word, `'${word.text}' is not hexadecimal`, "write pairs of digits 0-9 and a-f");
        return undefined;
      }
      const digits = word.text.length % 2 === 0 ? word.text : `0${word.text}`;
      for (let i = 0; i < digits.length; i += 2) {
        const pair = digits.slice(i, i + 2);
        bytes.push(Number.parseInt(pair.replace(/x/gi, "0"), 16));
        mask.push(Number.parseInt(pair.replace(/[^x]/gi, "f").replace(/x/gi, "0"), 16));
      }
    }
    if (given.length > 0) return { bytes, mask };
    report.add(
      "missingWord",
      statement.keyword,
      `${statement.keyword.text} needs bytes after it`,
      "write them in hexadecimal",
    );
    return undefined;
  },
});

export const payload: Argument<readonly number[]> = {
  grammar: "bytes in hexadecimal",
  parse: (given, scope, statement) => hexadecimal(false).parse(given, scope, statement)?.bytes,
};

/** Without bytes, any reply will do. */
export const expectedReply: Argument<BytePattern> = {
  grammar: "[bytes in hexadecimal, X for any digit]",
  arity: 0,
  parse: (given, scope, statement) =>
    given.length === 0 ? { bytes: [], mask: [] } : hexadecimal(true).parse(given, scope, statement),
};

/** `N [reverse|noreverse]` of FILE_CHECK. */
export const fileWeight: Argument<TrackWeight> = {
  grammar: `a number -${INT32_MAX}..${INT32_MAX}, and perhaps reverse`,
  takes: wholeNumber(-INT32_MAX, INT32_MAX),
  parse([number, direction], scope) {
    if (number === undefined) return undefined;
    const weight = arg.readInteger(number, { min: -INT32_MAX, max: INT32_MAX }, scope);
    if (weight === undefined) return undefined;
    if (direction !== undefined && direction.text !== "reverse" && direction.text !== "noreverse") {
      scope.report.add(
        "unknownOption",
        direction,
        `'${direction.text}' is not understood here; it is ignored`,
        "only reverse or noreverse can follow a weight",
      );
    }
    return { weight, reverse: direction?.text === "reverse" };
  },
};
