// The Internet checksum (RFC 1071): ones' complement of the ones' complement sum of 16-bit words.

/** Adds `bytes` to a running sum; odd lengths are padded with a zero octet, so only the last part may be odd. */
export function addToSum(sum: number, bytes: Uint8Array, start = 0, end = bytes.length): number {
  let total = sum;
  let i = start;
  for (; i + 1 < end; i += 2) total += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  if (i < end) total += (bytes[i] ?? 0) << 8;
  return total;
}

/** Folds a running sum to 16 bits and complements it. */
export function finishChecksum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}

export const checksum = (bytes: Uint8Array, start = 0, end = bytes.length): number =>
  finishChecksum(addToSum(0, bytes, start, end));
