// MD5 (RFC 1321). Broken for signatures; VRRP's AH (RFC 2338 §5.3.6.3) keys it as HMAC-MD5-96, and nothing else uses it.
import { BLOCK_LENGTH, padded, rotateLeft } from "./merkle-damgard.js";

/** RFC 1321 §3.4: the integer part of 4294967296 times abs(sin(i)). */
const SINES = Int32Array.from({ length: 64 }, (_, i) => Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))) | 0);
const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

/** Sixteen octets. */
export function md5(message: Uint8Array): Uint8Array {
  const view = padded(message, true);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let block = 0; block < view.byteLength; block += BLOCK_LENGTH) addBlock(state, view, block);
  const digest = new DataView(new ArrayBuffer(16));
  for (const [index, word] of state.entries()) digest.setInt32(4 * index, word, true);
  return new Uint8Array(digest.buffer);
}

function addBlock(state: Int32Array, view: DataView, block: number): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let step = 0; step < 64; step++) {
    const [mixed, word] = round(step, b, c, d);
    const sum = (a + mixed + (SINES[step] ?? 0) + view.getInt32(block + 4 * word, true)) | 0;
    const next = (b + rotateLeft(sum, SHIFTS[step >> 4]?.[step & 3] ?? 0)) | 0;
    [a, d, c, b] = [d, c, b, next];
  }
  for (const [index, word] of [a, b, c, d].entries()) state[index] = (state[index] ?? 0) + word;
}

/** The function of a step, and the word of the block that it takes. */
function round(step: number, b: number, c: number, d: number): readonly [number, number] {
  switch (step >> 4) {
    case 0:
      return [(b & c) | (~b & d), step];
    case 1:
      return [(d & b) | (~d & c), (5 * step + 1) & 15];
    case 2:
      return [b ^ c ^ d, (3 * step + 5) & 15];
    default:
      return [c ^ (b | ~d), (7 * step) & 15];
  }
}
