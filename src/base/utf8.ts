// Text as octets and back: UTF-8 (RFC 3629), for the names that the kernel and we tell each other.

const REPLACEMENT = 0xfffd;

/** Octets of a text; half a surrogate pair becomes U+FFFD. */
export function encodeUtf8(text: string): number[] {
  const octets: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? REPLACEMENT;
    const point = code >= 0xd800 && code <= 0xdfff ? REPLACEMENT : code;
    if (point < 0x80) octets.push(point);
    else if (point < 0x800) octets.push(0xc0 | (point >> 6), continuation(point));
    else if (point < 0x10000) octets.push(0xe0 | (point >> 12), continuation(point >> 6), continuation(point));
    else octets.push(0xf0 | (point >> 18), continuation(point >> 12), continuation(point >> 6), continuation(point));
  }
  return octets;
}

/** Text of the octets from `start` up to `end`; every octet that belongs to no character becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = "";
  let at = start;
  while (at < end) {
    const length = sequenceLength(bytes[at] ?? 0);
    const point = at + length <= end ? codePoint(bytes, at, length) : undefined;
    text += String.fromCodePoint(point ?? REPLACEMENT);
    at += point === undefined ? 1 : length;
  }
  return text;
}

const continuation = (bits: number): number => 0x80 | (bits & 0x3f);

/** Octets of the sequence that begins with `lead`; an octet that cannot lead stands alone. */
function sequenceLength(lead: number): 1 | 2 | 3 | 4 {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}

/** The character of a sequence; undefined when it is not well formed, too long for its character or a surrogate. */
function codePoint(bytes: Uint8Array, at: number, length: 1 | 2 | 3 | 4): number | undefined {
  const lead = bytes[at] ?? 0;
  if (length === 1) return lead < 0x80 ? lead : undefined;
  let point = lead & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const octet = bytes[at + i] ?? 0;
    if ((octet & 0xc0) !== 0x80) return undefined;
    point = (point << 6) | (octet & 0x3f);
  }
  const smallest = { 2: 0x80, 3: 0x800, 4: 0x10000 }[length];
  const surrogate = point >= 0xd800 && point <= 0xdfff;
  return lead > 0xf4 || point < smallest || point > 0x10ffff || surrogate ? undefined : point;
}
