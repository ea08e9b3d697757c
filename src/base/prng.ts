// A seeded generator, so that a run can be repeated from its seed (splitmix32; not for secrets).

export interface Prng {
  /** A whole number in 0 .. bound - 1. */
  below(bound: number): number;
  /** A number in 0 .. 1, 1 excluded. */
  fraction(): number;
}

export function prng(seed: number): Prng {
  let state = seed | 0;
  const fraction = (): number => {
    state = advance(state);
    return toFraction(state);
  };
  return { fraction, below: (bound) => Math.floor(fraction() * bound) };
}

/** The same generator for an engine, which keeps `random` in its state: a number in 0 .. 1, and what comes next. */
export function draw(random: number): { readonly fraction: number; readonly random: number } {
  const next = advance(random | 0);
  return { fraction: toFraction(next), random: next };
}

const advance = (state: number): number => (state + 0x9e3779b9) | 0;

function toFraction(state: number): number {
  let z = state ^ (state >>> 16);
  z = Math.imul(z, 0x21f0aaad);
  z ^= z >>> 15;
  z = Math.imul(z, 0x735a2d97);
  return ((z ^ (z >>> 15)) >>> 0) / 0x1_0000_0000;
}
