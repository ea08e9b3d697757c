// How fast a backup takes over, and how exactly a master keeps its period: the stated bounds, on the capture's clock.
//
// The machine may be shared and slow. A run that has not convinced after a few takeovers is given more, and what is late
// with everybody is not held against the daemon: where the median is above the bound, keepalived is measured on the same
// machine right afterwards, and the bound counts from its median.
import { expect } from "chai";
import { isAdvert, isAnnouncement } from "../topo/lab/capture.js";
import { VIP } from "../topo/lab/conf.js";
import type { DaemonKind } from "../topo/lab/daemon.js";
import { median, milliseconds } from "../topo/lab/figures.js";
import { type Noise, withNoise } from "../topo/lab/noise.js";
import { openWithMasterA, startNode } from "../topo/lab/pairing.js";
import { forEachPair, kinds, topologySuite, withLab } from "../topo/lab/scenario.js";
import { type TakeoverPlan, measurePeriods, measureTakeovers } from "../topo/lab/takeover.js";

const BOUND_MICROS = 3_000;
const PERIOD_TOLERANCE = 0.02;
const TIMEOUT_MS = 180_000;
/** For a machine that was busy with something else in the first of two measurements and not in the second. */
const RETRIES = 2;

/** keepalived alone is measured only where it is all there is: to test this file. */
const measuredKinds: readonly DaemonKind[] = kinds.includes("vipd") ? ["vipd"] : kinds;

interface Measured {
  readonly overruns: readonly number[];
  readonly noise: Noise;
}

topologySuite("timing", () => {
  forEachPair("version 3 at 10 ms: one master, a takeover, and back", {}, async (lab, pair) => {
    const { a, mark } = await openWithMasterA(lab, pair, { advertInt: 0.01 });
    const adverts = await lab.capture.untilCount(100, "advertisements from a", isAdvert({ sender: "a" }), mark);
    expect(adverts[0]).to.include({ intervalMillis: 10, priority: 200 });
    await a.daemon.killTree();
    await lab.capture.until("gratuitous ARP from b", isAnnouncement({ sender: "b", address: VIP }), mark);
    startNode(lab, "a", pair, { priority: 200, advertInt: 0.01 });
    await lab.untilHeldBy(VIP, ["a"]);
  });

  for (const backup of measuredKinds) {
    for (const end of ["SIGKILL", "SIGTERM"] as const) {
      for (const [advertInt, atLeast, atMost] of [
        [1, 3, 7],
        [0.1, 5, 15],
        [0.01, 5, 15],
      ] as const) {
        it(`takeover after ${end} at ${advertInt} s is at most 3 ms late [${backup}]`, () =>
          expectTakeovers({ backup, end, advertInt }, atLeast, atMost))
          .timeout(TIMEOUT_MS)
          .retries(RETRIES);
      }
    }

    for (const [advertInt, count] of [
      [1, 8],
      [0.1, 50],
    ] as const) {
      it(`the period of an idle master at ${advertInt} s is exact within 2 % [${backup}]`, () =>
        expectPeriod(backup, advertInt, count)).timeout(TIMEOUT_MS);
    }
  }
});

async function expectTakeovers(plan: TakeoverPlan, atLeast: number, atMost: number): Promise<void> {
  const measured = await takeovers(plan, atLeast, atMost);
  const figures = inWords(measured);
  process.stdout.write(`      ${figures}\n`);
  const late = median(measured.overruns);
  if (late <= BOUND_MICROS) return;
  const reference = await takeovers({ ...plan, backup: "keepalived" }, atLeast, atLeast);
  process.stdout.write(`      keepalived for comparison: ${inWords(reference)}\n`);
  expect(late, figures).to.be.at.most(BOUND_MICROS + median(reference.overruns));
}

/** Until the median of at least `atLeast` takeovers keeps the bound, but no more than `atMost`. */
async function takeovers(plan: TakeoverPlan, atLeast: number, atMost: number): Promise<Measured> {
  const enough = (soFar: readonly number[]): boolean =>
    soFar.length >= atMost || (soFar.length >= atLeast && median(soFar) <= BOUND_MICROS);
  const { value: overruns, noise } = await withNoise(async () => {
    let measured: number[] = [];
    await withLab({}, async (lab) => {
      measured = await measureTakeovers(lab, plan, enough);
    });
    return measured;
  });
  return { overruns, noise };
}

function inWords({ overruns, noise }: Measured): string {
  const sorted = [...overruns].sort((one, other) => one - other).map(milliseconds);
  return (
    `late by [${sorted.join(" ")}] ms, median ${milliseconds(median(overruns))} ms; ` +
    `a sleeping thread: median ${milliseconds(noise.medianMicros)} ms, p99 ${milliseconds(noise.p99Micros)} ms`
  );
}

async function expectPeriod(kind: DaemonKind, advertInt: number, count: number): Promise<void> {
  await withLab({ hosts: ["a"] }, async (lab) => {
    const periods = await measurePeriods(lab, kind, advertInt, count);
    const mean = periods.reduce((sum, period) => sum + period, 0) / periods.length;
    const expected = advertInt * 1_000_000;
    for (const [name, value] of [
      ["mean", mean],
      ["median", median(periods)],
    ] as const) {
      const figures = `${name} ${milliseconds(value)} ms of [${periods.map(milliseconds).join(" ")}]`;
      expect(Math.abs(value - expected) / expected, figures).to.be.at.most(PERIOD_TOLERANCE);
    }
  });
}
