// Lengths of lines as keepalived counts them: in octets of UTF-8.
import { encodeUtf8 } from "../base/utf8.js";

/** A character has at most three octets per UTF-16 code unit, so short texts need no counting. */
export const isLongerThan = (text: string, octets: number): boolean =>
  text.length > octets || (text.length * 3 > octets && encodeUtf8(text).length > octets);
