// The clock of the lab's processes. CLOCK_MONOTONIC is the same for all of them, so their readings can be compared.

export const monotonicMilliseconds = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;
