// What MD5 and SHA-256 have in common: a message is padded to whole blocks of 64 octets, and each changes a state of
// 32-bit words (RFC 1321 §3, FIPS 180-4 §5.1.1).

export const BLOCK_LENGTH = 64;
const LENGTH_FIELD = 8;

/** The message, one bit, zeros, and the length in bits in the last eight octets of the last block. */
export function padded(message: Uint8Array, littleEndianLength: boolean): DataView {
  const blocks = Math.ceil((message.length + 1 + LENGTH_FIELD) / BLOCK_LENGTH);
  const bytes = new Uint8Array(blocks * BLOCK_LENGTH);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(bytes.length - LENGTH_FIELD, BigInt(message.length) * 8n, littleEndianLength);
  return view;
}

export const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));
export const rotateRight = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

/** A table constant: the first 32 bits of the fraction of `value`. */
export const fractionBits = (value: number): number => Math.floor((value - Math.floor(value)) * 2 ** 32) | 0;
