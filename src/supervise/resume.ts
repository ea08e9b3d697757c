// What a restarted vrrp child may take for granted: where its predecessor was master and the peers cannot have noticed
// its death yet, it goes on as master, and nobody sees a gap.
import { type Instant, after, instant, micros } from "../base/time.js";
import type { InstanceView } from "../status/views.js";
import type { Resumption } from "../vrrp/events.js";

/** A backup waits for three advertisement intervals and its skew time (RFC 5798 §6.1); we do not count on the skew. */
const INTERVALS_UNTIL_TAKEOVER = 3;

/**
 * The instances that a new process may resume as master.
 *
 * `lastAlive` is the instant of the predecessor's last sign of life. It advertised at least once in the interval before
 * that, and at the latest one interval before its announced next advertisement.
 */
export function resumptions(views: Iterable<InstanceView>, lastAlive: Instant, now: Instant): readonly Resumption[] {
  const found: Resumption[] = [];
  for (const view of views) {
    if (view.state !== "master") continue;
    const lastPlanned = Math.max(view.nextDeadline ?? lastAlive, lastAlive);
    const remaining = micros((INTERVALS_UNTIL_TAKEOVER - 1) * view.advertisementIntervalMicros);
    const until = after(instant(lastPlanned), remaining);
    if (until > now) found.push({ instance: view.name, until });
  }
  return found;
}
