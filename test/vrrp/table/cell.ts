// One cell of the state table, and the events that the rows of every state share.
import type { Instant } from "../../../src/base/time.js";
import type { StateName } from "../../../src/vrrp/effects.js";
import type { VrrpEvent } from "../../../src/vrrp/events.js";
import type { VirtualRouterParams } from "../../../src/vrrp/params.js";
import type { Phase, VirtualRouter } from "../../../src/vrrp/virtual-router.js";
import { LOWER_ADDRESS, address, params, seconds } from "../../support/vrrp.js";

/** What a cell says: effects in short form, the state after, and where the deadline stands in milliseconds after T0. */
export interface Cell {
  readonly name: string;
  readonly event: VrrpEvent;
  readonly with?: Partial<VirtualRouterParams>;
  readonly router?: Partial<VirtualRouter>;
  readonly phase?: Phase;
  readonly now?: Instant;
  readonly to: StateName;
  readonly effects: readonly string[];
  readonly due?: number;
  /** End of preempt_delay afterwards, in milliseconds after T0; not looked at where the cell does not name it. */
  readonly preemptAfter?: number | undefined;
}

export const down = [{ kind: "interfaceDown", interfaceName: "eth0" }] as const;
export const other = params({ priority: 100, advertisementInterval: seconds(2) });
export const moved = params({ addresses: [address("10.0.0.101/24"), address("10.0.0.102/24")] });

export const stop: VrrpEvent = { kind: "shutdown", why: "shutdown" };
export const removed: VrrpEvent = { kind: "shutdown", why: "removedByReload" };
export const fault: VrrpEvent = { kind: "faultsChanged", causes: down };
export const healthy: VrrpEvent = { kind: "faultsChanged", causes: [] };
export const lost: VrrpEvent = { kind: "addressesLost", addresses: [address("10.0.0.100/24")] };
export const timeout: VrrpEvent = { kind: "timeout" };
export const because = { code: "syncGroup", group: "G", instance: "VI_2", because: { code: "faultCleared" } } as const;
const leads = (to: "master" | "backup", resign = false): VrrpEvent => ({
  kind: "groupLeads",
  to,
  resign,
  reason: because,
});
export const toMaster = leads("master");
export const toBackup = leads("backup");
export const resigns = leads("backup", true);
export const again: VrrpEvent = { kind: "announceAgain" };
export const startup: VrrpEvent = { kind: "startup" };
export const priority: VrrpEvent = { kind: "priorityChanged", priority: 90 };
export const samePriority: VrrpEvent = { kind: "priorityChanged", priority: 100 };
export const source: VrrpEvent = { kind: "sourceChanged", source: LOWER_ADDRESS };
export const replaced: VrrpEvent = { kind: "paramsReplaced", params: other };
