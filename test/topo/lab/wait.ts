// Waiting for something that announces itself by no event: asked again and again until it holds or the time is up.
import { setTimeout as pause } from "node:timers/promises";

/** Generous, because it only decides how long a failure takes to be reported. */
export const DEFAULT_WITHIN_MS = 15_000;

/** Resolves with the first defined answer of `probe`; rejects, naming `what`, when there is none within the time. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  withinMs = DEFAULT_WITHIN_MS,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pause(30);
  }
}

/** As {@link eventually}, for a condition. */
export async function eventuallyTrue(
  what: string,
  condition: () => Promise<boolean> | boolean,
  withinMs = DEFAULT_WITHIN_MS,
): Promise<void> {
  await eventually(what, async () => ((await condition()) ? true : undefined), withinMs);
}
