// The two ways an instance's advertisements can be authenticated: RFC 2338's, and keepalived's HMAC extension.
import { micros, type Micros } from "../../base/time.js";
import * as arg from "../arguments.js";
import type { AuthenticationConf, AuthHmacConf, HmacKeyConf } from "../conf.js";
import { wholeNumber } from "../takes.js";
import { rowsFor, table, type Argument, type Table } from "../table.js";
import { encodeUtf8 } from "../../base/utf8.js";

/** RFC 2338 gives a password eight octets. */
const password: Argument<string> = {
  grammar: "a password of at most 8 characters",
  takes: { kind: "text", longest: 8 },
  parse([word], { report }) {
    if (word === undefined || word.text.length <= 8) return word?.text;
    report.add(
      "adjusted",
      word,
      `the password has ${word.text.length} characters, only the first 8 count`,
      "shorten it to 8 characters, the same on every router",
    );
    return word.text.slice(0, 8);
  },
};

const rows = rowsFor<AuthenticationConf>();

export const authentication: Table<AuthenticationConf> = table("authentication", [
  rows.leaf("auth_type", "type", arg.choice({ PASS: "PASS", AH: "AH" }), {
    doc: "PASS: a clear text password; AH: IPsec.",
  }),
  rows.leaf("auth_pass", "password", password, { doc: "Shared secret, at most 8 characters." }),
]);

/** Octets of a key for HMAC-SHA256. */
export const KEY_OCTETS = { min: 32, max: 64 } as const;

/** `ID (ASCII | hex:HEX | file:PATH)`. */
const key: Argument<readonly HmacKeyConf[]> = {
  grammar: "ID and then TEXT, hex:HEX or file:PATH",
  arity: 2,
  parse([number, word], scope) {
    const id = number && arg.readInteger(number, { min: 1, max: 255 }, scope);
    if (id === undefined || word === undefined) return undefined;
    if (word.text.startsWith("file:")) return [{ id, at: word, key: { kind: "file", path: word.text.slice(5) } }];
    const octets = word.text.startsWith("hex:") ? hexOctets(word.text.slice(4)) : encodeUtf8(word.text);
    if (octets === undefined || octets.length < KEY_OCTETS.min || octets.length > KEY_OCTETS.max) {
      const what = octets === undefined ? "is not hexadecimal" : `has ${octets.length} bytes`;
      const hint = `write ${KEY_OCTETS.min}..${KEY_OCTETS.max} bytes, for example 64 hexadecimal digits after hex:`;
      scope.report.add("invalidName", word, `key ${id} ${what}; it is ignored`, hint);
      return undefined;
    }
    return [
      {
        id,
        at: word,
        key: word.text.startsWith("hex:") ? { kind: "octets", octets } : { kind: "text", text: word.text },
      },
    ];
  },
};

/** Undefined where the text is not pairs of hexadecimal digits. */
export function hexOctets(text: string): readonly number[] | undefined {
  if (!/^([0-9a-fA-F]{2})+$/.test(text)) return undefined;
  return Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}

const window: Argument<Micros> = {
  grammar: "whole seconds 1..300",
  takes: wholeNumber(1, 300, "s"),
  parse([word], scope) {
    const value = word && arg.readInteger(word, { min: 1, max: 300 }, scope);
    return value === undefined ? undefined : micros(value * 1_000_000);
  },
};

const hmac = rowsFor<AuthHmacConf>();

export const authHmac: Table<AuthHmacConf> = table("auth_hmac", [
  hmac.each("key", (conf) => conf.keys, key, { doc: "A key of 32 to 64 bytes; there may be several." }),
  hmac.leaf("active_key", "activeKey", arg.integer(1, 255), { doc: "The key that advertisements are signed with." }),
  hmac.leaf("time_window", "timeWindow", window, {
    default: { from: "advert_int: three of them, at least 5 seconds" },
    doc: "Difference of clocks that is borne, in seconds.",
  }),
  hmac.leaf("anti_replay", "antiReplay", arg.choice({ time: "time", monotonic: "monotonic" }), {
    default: "time",
    doc: "How an old advertisement is told from a new one.",
  }),
  hmac.leaf(
    "mode",
    "mode",
    arg.choice({ enforce: "enforce", permissive: "permissive", "receive-only": "receive-only" }),
    { default: "enforce", doc: "Whether unsigned advertisements are accepted, and whether ours are signed." },
  ),
]);
