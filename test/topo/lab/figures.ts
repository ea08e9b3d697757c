// Figures over measured values.

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which the given fraction lies, interpolated. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export const milliseconds = (micros: number): string => (micros / 1_000).toFixed(2);
