// Distributions of takeover times and advertisement periods, vipd beside keepalived on the same machine in turns.
//
//   node dist/test/bench/takeover.js [ROUNDS]        (root; 20 rounds by default; needs a machine that is left alone)
import { median, milliseconds, quantile } from "../topo/lab/figures.js";
import { withNoise } from "../topo/lab/noise.js";
import { missingRequirements } from "../topo/lab/requirements.js";
import { withLab } from "../topo/lab/scenario.js";
import { type End, measurePeriods, measureTakeovers } from "../topo/lab/takeover.js";

const KINDS = ["keepalived", "vipd"] as const;
const rounds = Number(process.argv[2] ?? 20);

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

function row(title: string, values: readonly number[]): string {
  const figures = [0, 0.5, 0.9, 0.99, 1].map((fraction) => milliseconds(quantile(values, fraction)).padStart(9));
  return `  ${title.padEnd(12)}${figures.join("")}   (${values.length})`;
}

async function compare(title: string, measure: (kind: (typeof KINDS)[number]) => Promise<number[]>): Promise<void> {
  say(`\n${title}`);
  say(`  ${"".padEnd(12)}${["min", "median", "p90", "p99", "max"].map((word) => word.padStart(9)).join("")}   ms`);
  const { value: medians, noise } = await withNoise(async () => {
    const found: number[] = [];
    for (const kind of KINDS) {
      const values = await measure(kind);
      say(row(kind, values));
      found.push(median(values));
    }
    return found;
  });
  const [theirs = Number.NaN, ours = Number.NaN] = medians;
  say(
    `  vipd / keepalived, medians: ${(ours / theirs).toFixed(2)}` +
      `   (a sleeping thread is late by ${milliseconds(noise.medianMicros)} ms, p99 ${milliseconds(noise.p99Micros)} ms)`,
  );
}

async function takeovers(backup: (typeof KINDS)[number], advertInt: number, end: End): Promise<number[]> {
  let overruns: number[] = [];
  await withLab({}, async (lab) => {
    overruns = await measureTakeovers(lab, { backup, advertInt, end }, (soFar) => soFar.length >= rounds);
  });
  return overruns;
}

async function periodErrors(kind: (typeof KINDS)[number], advertInt: number): Promise<number[]> {
  let errors: number[] = [];
  await withLab({ hosts: ["a"] }, async (lab) => {
    const periods = await measurePeriods(lab, kind, advertInt, Math.max(10, Math.round(rounds / advertInt)));
    errors = periods.map((period) => Math.abs(period - advertInt * 1_000_000));
  });
  return errors;
}

const missing = missingRequirements();
if (missing.length > 0) {
  process.stderr.write(`this needs ${missing.join("; ")}\n`);
  process.exit(1);
}
for (const end of ["SIGKILL", "SIGTERM"] as const) {
  for (const advertInt of [1, 0.1, 0.01]) {
    const prescribed = end === "SIGKILL" ? "the master down interval" : "the skew time";
    await compare(`${end} at ${advertInt} s: first gratuitous ARP, beyond ${prescribed}`, (kind) =>
      takeovers(kind, advertInt, end),
    );
  }
}
for (const advertInt of [1, 0.1]) {
  await compare(`Idle master at ${advertInt} s: error of the period`, (kind) => periodErrors(kind, advertInt));
}
