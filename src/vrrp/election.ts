// The arithmetic of the election. Leaf functions: no state, no effects.
import { type IpAddress, compareIp } from "../base/ip.js";
import { type Micros, micros } from "../base/time.js";
import type { VirtualRouterParams, VrrpVersion } from "./params.js";

export const OWNER_PRIORITY = 255;
export const MAX_BACKUP_PRIORITY = 254;
/** Sent by a master that gives up (RFC 5798 §5.2.4). */
export const RESIGNING_PRIORITY = 0;

/**
 * Skew_Time: the lower the priority, the longer the wait.
 * Version 2: (256 - Priority) / 256 seconds (RFC 3768 §6.1).
 * Version 3: ((256 - Priority) * Master_Adver_Interval) / 256 (RFC 5798 §6.1, RFC 9568 §6.1).
 */
export function skewTime(version: VrrpVersion, priority: number, masterAdverInterval: Micros): Micros {
  const unit = version === 2 ? 1_000_000 : masterAdverInterval;
  return micros(Math.round(((256 - priority) * unit) / 256));
}

/** Master_Down_Interval: down_timer_adverts (3 in the RFCs) * Master_Adver_Interval + Skew_Time. */
export const masterDownInterval = (
  params: VirtualRouterParams,
  priority: number,
  masterAdverInterval: Micros,
): Micros =>
  micros(params.downTimerAdverts * masterAdverInterval + skewTime(params.version, priority, masterAdverInterval));

/** Whether (priority, address) of theirs wins over ours: RFC 5798 §6.4.3, the (725) comparison. */
export const outranks = (
  theirs: { readonly priority: number; readonly address: IpAddress },
  ours: { readonly priority: number; readonly address: IpAddress },
): boolean =>
  theirs.priority > ours.priority || (theirs.priority === ours.priority && compareIp(theirs.address, ours.address) > 0);

/** Base priority moved by tracker weights; it stays within 1..254, and that of the address owner never moves. */
export function effectivePriority(base: number, weights: Iterable<number>): number {
  if (base === OWNER_PRIORITY) return OWNER_PRIORITY;
  let total = base;
  for (const weight of weights) total += weight;
  return Math.min(MAX_BACKUP_PRIORITY, Math.max(1, total));
}
