// The number in a tracked file (keepalived.conf(5), track_file).

const INT32_MAX = 2_147_483_647;
const INT32_MIN = -2_147_483_648;

/** So much of a file is looked at; a number is shorter. */
export const LONGEST_NUMBER = 128;

/**
 * The number that a text begins with, behind white space and a sign; what follows does not count. Without any it is 0, as
 * of a file that does not exist. Undefined: it does not fit 32 bits, and means nothing.
 */
export function readNumber(text: string): number | undefined {
  const digits = /^\s*([+-]?\d+)/.exec(text)?.[1];
  if (digits === undefined) return 0;
  const value = Number(digits);
  return value < INT32_MIN || value > INT32_MAX ? undefined : value;
}
