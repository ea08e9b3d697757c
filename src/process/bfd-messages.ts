// Both ends of the conversation between the supervisor and the bfd process (supervise/bfd-messages.ts).
import { type Result, err, ok } from "../base/result.js";
import type { SpeakerEffect } from "../bfd/effects.js";
import type { FromBfd, ToBfd } from "../supervise/bfd-messages.js";

const typesTo: ReadonlySet<unknown> = new Set<ToBfd["type"]>(["configure", "shutdown"]);
const typesFrom: ReadonlySet<unknown> = new Set<FromBfd["type"]>([
  "ready",
  "heartbeat",
  "changed",
  "complaint",
  "views",
  "finished",
]);

/** Both ends are of one build, so the type of a message vouches for the rest of it. */
export const isToBfd = (value: unknown): value is ToBfd =>
  typeof value === "object" && value !== null && "type" in value && typesTo.has(value.type);

const isFromBfd = (value: unknown): value is FromBfd =>
  typeof value === "object" && value !== null && "type" in value && typesFrom.has(value.type);

export function parseFromBfd(line: string): Result<FromBfd, string> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return err(`sent a line that is not JSON: ${line.slice(0, 200)}`);
  }
  return isFromBfd(value) ? ok(value) : err(`sent a message of no known type: ${line.slice(0, 200)}`);
}

/** What the supervisor is told of an effect; undefined for those that are nobody else's business. */
export function messageOf(effect: SpeakerEffect): FromBfd | undefined {
  switch (effect.kind) {
    case "changed": {
      const { kind: _kind, ...change } = effect;
      return { type: "changed", ...change };
    }
    case "complain": {
      const { session, about } = effect;
      return { type: "complaint", ...(session !== undefined && { session }), about };
    }
    case "listen":
    case "stopListening":
    case "open":
    case "close":
    case "transmit":
    case "finished":
      return undefined;
  }
}
