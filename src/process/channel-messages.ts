// Lines from a child into messages. The child is our own program; a line that is none of its messages is a defect, which
// is reported and not guessed at.
import { type Result, err, ok } from "../base/result.js";
import type { FromVrrp } from "../supervise/messages.js";

const types: ReadonlySet<unknown> = new Set<FromVrrp["type"]>([
  "ready",
  "heartbeat",
  "transition",
  "groupTransition",
  "lowerPriorityHeard",
  "priority",
  "complaint",
  "views",
  "removed",
  "tuned",
  "journal",
  "finished",
]);

const isFromVrrp = (value: unknown): value is FromVrrp =>
  typeof value === "object" && value !== null && "type" in value && types.has(value.type);

export function parseFromVrrp(line: string): Result<FromVrrp, string> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return err(`sent a line that is not JSON: ${line.slice(0, 200)}`);
  }
  return isFromVrrp(value) ? ok(value) : err(`sent a message of no known type: ${line.slice(0, 200)}`);
}
