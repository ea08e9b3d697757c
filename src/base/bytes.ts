// Text forms of octets, and big-endian fields.

export const toHex = (bytes: ArrayLike<number>): string =>
  Array.from(bytes, (octet) => octet.toString(16).padStart(2, "0")).join("");

/** Octets of a hexadecimal text; undefined when it has an odd length or a character that is no digit. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

export const readU16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

export function writeU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 0xff;
}

export const readU32 = (bytes: Uint8Array, at: number): number => readU16(bytes, at) * 0x10000 + readU16(bytes, at + 2);

export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  writeU16(bytes, at, value >>> 16);
  writeU16(bytes, at + 2, value & 0xffff);
}
