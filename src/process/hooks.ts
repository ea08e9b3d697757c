// Runs the notify hooks of all instances, in the supervisor.
import type { Instant } from "../base/time.js";
import type { HookTransition } from "../notify/notification.js";
import type { HookParams } from "../notify/params.js";

export interface HookRunner {
  /** At start and at every reload, before the vrrp process is told: hooks of instances that go away stay for their last call. */
  configure(hooks: readonly HookParams[]): void;
  transition(transition: HookTransition): void;
  /** keepalived's MASTER_RX_LOWER_PRI. */
  lowerPriorityHeard(instance: string, priority: number): void;
  /** At stop: resolves when every hook has ended. What still runs at `deadline` is ended by signal. */
  drain(deadline: Instant): Promise<void>;
}
