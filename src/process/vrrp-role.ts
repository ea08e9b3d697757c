// What the vrrp process is and may do while it works: scheduling, memory, capabilities.
import type { SchedulingParams } from "../supervise/params.js";

export interface VrrpRole {
  readonly realtime: boolean;
  readonly memoryLocked: boolean;
}

export function enterVrrpRole(_scheduling: SchedulingParams): VrrpRole {
  return { realtime: false, memoryLocked: false };
}
