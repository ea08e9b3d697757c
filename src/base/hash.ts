// The two digests that VRRP authentication needs, and the HMAC over them. The core has no library of its machine, and an
// advertisement has a few hundred octets: plain arithmetic is enough.
import { sha256 } from "./sha256.js";
import { md5 } from "./md5.js";

/** A digest with the block that HMAC pads its key to, in octets. */
export interface Hash {
  readonly blockLength: number;
  readonly digest: (message: Uint8Array) => Uint8Array;
}

export const MD5: Hash = { blockLength: 64, digest: md5 };
export const SHA256: Hash = { blockLength: 64, digest: sha256 };

/** HMAC (RFC 2104 §2). */
export function hmac(hash: Hash, key: Uint8Array, message: Uint8Array): Uint8Array {
  const short = key.length > hash.blockLength ? hash.digest(key) : key;
  const inner = new Uint8Array(hash.blockLength + message.length).fill(0x36, 0, hash.blockLength);
  const outerPad = new Uint8Array(hash.blockLength).fill(0x5c);
  for (const [index, octet] of short.entries()) {
    inner[index] = octet ^ 0x36;
    outerPad[index] = octet ^ 0x5c;
  }
  inner.set(message, hash.blockLength);
  const digest = hash.digest(inner);
  const outer = new Uint8Array(hash.blockLength + digest.length);
  outer.set(outerPad);
  outer.set(digest, hash.blockLength);
  return hash.digest(outer);
}

/** Compares secrets: the time it takes says nothing about where they differ. */
export function sameOctets(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < Math.max(a.length, b.length); i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}
