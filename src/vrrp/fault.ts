// Fault: something the instance depends on is missing. keepalived's extension; the RFCs know only Initialize for it.
import type { Instant } from "../base/time.js";
import { becomeBackup, becomeMaster } from "./become.js";
import { OWNER_PRIORITY } from "./election.js";
import type { FaultCause, VrrpEvent } from "./events.js";
import { type VirtualRouter, type VrrpStep, changePriority, enter, stay } from "./virtual-router.js";

export function stepFault(router: VirtualRouter, event: VrrpEvent, now: Instant): VrrpStep {
  switch (event.kind) {
    case "faultsChanged":
      return event.causes.length > 0 ? stillFaulty(router, event.causes) : recover(router, now);
    case "shutdown":
      return enter(router, { state: "stopped" }, { code: event.why }, now, []);
    case "priorityChanged":
      return changePriority(router, event.priority);
    case "sourceChanged":
      return stay({ ...router, source: event.source });
    case "paramsReplaced":
      return stay({ ...router, params: event.params });
    case "startup":
    case "timeout":
    case "groupLeads":
    case "announceAgain":
    case "advertReceived":
    case "addressesLost":
    case "addressChecked":
      return stay(router);
  }
}

const stillFaulty = (router: VirtualRouter, causes: readonly FaultCause[]): VrrpStep =>
  stay({ ...router, causes, reason: { code: "fault", causes } });

/** What switches and peers have learned of us may have gone with the link. */
const SOURCE = [{ kind: "announceSource" }] as const;

/** RFC 5798 §6.4.1: what a start would do; a master that is alive is heard before the timer ends. */
function recover(router: VirtualRouter, now: Instant): VrrpStep {
  const healthy: VirtualRouter = { ...router, causes: [] };
  const { params } = healthy;
  // A member of a sync group waits for the others.
  return healthy.priority === OWNER_PRIORITY && params.startAs === "master" && params.syncGroup === undefined
    ? becomeMaster(healthy, { code: "addressOwner" }, now)
    : becomeBackup(healthy, { code: "faultCleared" }, now, params.destination.kind === "unicast" ? SOURCE : []);
}
