// The notify scripts of an instance (keepalived.conf(5), vrrp_instance).
import type { Command } from "../base/command.js";

export interface HookParams {
  readonly instance: string;
  readonly master?: Command;
  readonly backup?: Command;
  readonly fault?: Command;
  readonly stop?: Command;
  /** Called at every transition with INSTANCE, the name, the state and the priority. */
  readonly any?: Command;
  /** Called when a master hears a lower priority advertisement. */
  readonly masterReceivedLowerPriority?: Command;
}
