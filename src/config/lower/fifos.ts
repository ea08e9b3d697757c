// The notify FIFOs of the configuration, and whose changes of priority are written to them.
import type { FifoParams } from "../../notify/params.js";
import type { GlobalConf, RootConf, ScriptConf } from "../conf.js";
import type { FifoConf } from "../conf-global.js";
import type { Scope } from "../table.js";
import { lowerCommand, type ScriptRules } from "./scripts.js";

/** The first of two FIFOs of the same path counts. */
export function lowerFifos(globals: GlobalConf, rules: ScriptRules, scope: Scope): readonly FifoParams[] {
  const fifos: FifoParams[] = [];
  const add = (fifo: FifoConf | undefined, script: ScriptConf | undefined, events: FifoParams["events"]): void => {
    if (fifo === undefined || fifos.some(({ path }) => path === fifo.path)) return;
    const reader = script && lowerCommand(script, rules, "missingHook", scope);
    const { path, identity } = fifo;
    fifos.push({
      path,
      events,
      ...(identity !== undefined && { owner: { uid: identity.uid, gid: identity.gid } }),
      ...(reader !== undefined && { reader }),
    });
  };
  add(globals.notifyFifo, globals.notifyFifoScript, "all");
  add(globals.vrrpNotifyFifo, globals.vrrpNotifyFifoScript, "vrrp");
  return fifos;
}

/** `notify_priority_changes` of the instance, else of a group that it is in, else of global_defs. */
export function priorityReporters(conf: RootConf): readonly string[] {
  const ofGroup = new Map<string, boolean>();
  for (const { conf: group } of conf.syncGroups.values()) {
    for (const { name } of group.members) {
      if (group.notifyPriorityChanges !== undefined) ofGroup.set(name, group.notifyPriorityChanges);
    }
  }
  return [...conf.instances.values()]
    .filter(
      ({ conf: { name, notifyPriorityChanges } }) =>
        notifyPriorityChanges ?? ofGroup.get(name) ?? conf.globals.conf.notifyPriorityChanges ?? false,
    )
    .map(({ conf: { name } }) => name);
}
