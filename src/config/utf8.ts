// UTF-8 (RFC 3629): octets of a text, for passwords and line lengths.

/** Octets of a text. */
export function utf8Bytes(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
  }
  return bytes;
}

/** A character has at most three octets per UTF-16 code unit, so short texts need no counting. */
export const isLongerThan = (text: string, octets: number): boolean =>
  text.length > octets || (text.length * 3 > octets && utf8Bytes(text).length > octets);
