// What a virtual router reports to its hooks.
import type { Reason, StateName } from "../vrrp/effects.js";

/** A change of state as hooks hear of it; the vrrp process's own message fits. */
export interface HookTransition {
  readonly instance: string;
  readonly to: StateName;
  readonly reason: Reason;
  /** Effective priority at that moment. */
  readonly priority: number;
}
