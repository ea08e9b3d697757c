// How late this machine wakes anybody up: a thread that only sleeps and looks at the clock. What a daemon is measured
// to be late by can be no better than this.
import { Worker } from "node:worker_threads";
import { median } from "./figures.js";

const SLEEP_MS = 5;
const SLEEPER = `
  const { parentPort } = require("node:worker_threads");
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const lateness = [];
  parentPort.once("message", () => { stopped = true; });
  let stopped = false;
  const round = () => {
    for (let i = 0; i < 10; i++) {
      const before = performance.now();
      Atomics.wait(cell, 0, 0, ${SLEEP_MS});
      lateness.push((performance.now() - before - ${SLEEP_MS}) * 1000);
    }
    if (stopped) parentPort.postMessage(lateness);
    else setImmediate(round);
  };
  round();
`;

export interface Noise {
  /** Microseconds by which a sleeper woke too late. */
  readonly medianMicros: number;
  readonly p99Micros: number;
}

/** Runs `body` and measures the machine meanwhile. */
export async function withNoise<T>(body: () => Promise<T>): Promise<{ readonly value: T; readonly noise: Noise }> {
  const sleeper = new Worker(SLEEPER, { eval: true });
  try {
    const value = await body();
    const lateness = await new Promise<number[]>((settle, reject) => {
      sleeper.once("error", reject);
      sleeper.once("message", (numbers: number[]) => {
        settle(numbers.sort((one, other) => one - other));
      });
      sleeper.postMessage("stop");
    });
    const p99 = lateness[Math.floor(lateness.length * 0.99)] ?? 0;
    return { value, noise: { medianMicros: median(lateness), p99Micros: p99 } };
  } finally {
    await sleeper.terminate();
  }
}
