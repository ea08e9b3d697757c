// SHA-256 (FIPS 180-4 §6.2).
import { BLOCK_LENGTH, fractionBits, padded, rotateRight } from "./merkle-damgard.js";

const primes: readonly number[] = firstPrimes(64);
/** FIPS 180-4 §5.3.3: square roots of the first eight primes. */
const INITIAL = Int32Array.from(primes.slice(0, 8), (prime) => fractionBits(Math.sqrt(prime)));
/** FIPS 180-4 §4.2.2: cube roots of the first 64 primes. */
const CONSTANTS = Int32Array.from(primes, (prime) => fractionBits(Math.cbrt(prime)));

/** Thirty-two octets. */
export function sha256(message: Uint8Array): Uint8Array {
  const view = padded(message, false);
  const state = INITIAL.slice();
  const schedule = new Int32Array(64);
  for (let block = 0; block < view.byteLength; block += BLOCK_LENGTH) addBlock(state, schedule, view, block);
  const digest = new DataView(new ArrayBuffer(32));
  for (const [index, word] of state.entries()) digest.setInt32(4 * index, word);
  return new Uint8Array(digest.buffer);
}

function addBlock(state: Int32Array, w: Int32Array, view: DataView, block: number): void {
  for (let t = 0; t < 16; t++) w[t] = view.getInt32(block + 4 * t);
  for (let t = 16; t < 64; t++) {
    const [early, late] = [w[t - 15] ?? 0, w[t - 2] ?? 0];
    const s0 = rotateRight(early, 7) ^ rotateRight(early, 18) ^ (early >>> 3);
    const s1 = rotateRight(late, 17) ^ rotateRight(late, 19) ^ (late >>> 10);
    w[t] = (w[t - 16] ?? 0) + s0 + (w[t - 7] ?? 0) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const sum1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
    const sum0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
    const first = (h + sum1 + choice + (CONSTANTS[t] ?? 0) + (w[t] ?? 0)) | 0;
    const second = (sum0 + majority) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = (state[index] ?? 0) + word;
}

function firstPrimes(count: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}
