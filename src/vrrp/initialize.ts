// Initialize: nothing has been decided yet (RFC 5798 §6.4.1). The VRRP router delivers `startup` when trackers have
// reported and a start delay is over.
import { type Instant, after, micros } from "../base/time.js";
import { allAddresses } from "./announce.js";
import { becomeMaster, routingEffect } from "./become.js";
import { OWNER_PRIORITY, masterDownInterval, skewTime } from "./election.js";
import type { VrrpEffect } from "./effects.js";
import type { VrrpEvent } from "./events.js";
import { type VirtualRouter, type VrrpStep, changePriority, enter, stay } from "./virtual-router.js";

type Startup = Extract<VrrpEvent, { kind: "startup" }>;

export function stepInitialize(router: VirtualRouter, event: VrrpEvent, now: Instant): VrrpStep {
  switch (event.kind) {
    case "startup":
      return start(router, event, now);
    case "shutdown":
      return enter(router, { state: "stopped" }, { code: event.why }, now, []);
    case "faultsChanged":
      return stay({ ...router, causes: event.causes });
    case "priorityChanged":
      return changePriority(router, event.priority);
    case "sourceChanged":
      return stay({ ...router, source: event.source });
    case "paramsReplaced":
      return stay({ ...router, params: event.params });
    case "advertReceived": // held back by a start delay: advertisements are ignored
    case "timeout":
    case "groupLeads":
    case "announceAgain":
    case "addressesLost":
    case "addressChecked":
      return stay(router);
  }
}

/** Addresses, routes and rules found at the start are a predecessor's: adopted by a master, removed by everybody else. */
function start(router: VirtualRouter, { resumeUntil, joinsMasterGroup }: Startup, now: Instant): VrrpStep {
  const { params } = router;
  const leftOver: readonly VrrpEffect[] = [
    ...routingEffect("removeRouting", params.routing),
    { kind: "removeAddresses", addresses: allAddresses(params) },
  ];
  if (router.causes.length > 0) {
    return enter(router, { state: "fault" }, { code: "fault", causes: router.causes }, now, leftOver);
  }
  // A predecessor was master and its peers still wait for it: going on costs nobody a packet.
  if (resumeUntil !== undefined && now < resumeUntil) return becomeMaster(router, { code: "resumed" }, now);
  if (joinsMasterGroup !== undefined) {
    return becomeMaster(router, { code: "joinedMasterGroup", group: joinsMasterGroup }, now);
  }
  // RFC 5798 §6.4.1: the address owner becomes master at once. In a sync group it waits for the others, as state MASTER.
  if (router.priority === OWNER_PRIORITY && params.startAs === "master" && params.syncGroup === undefined) {
    return becomeMaster(router, { code: "addressOwner" }, now);
  }
  const masterAdverInterval = params.advertisementInterval;
  // keepalived: `state MASTER` waits for one interval and the smallest skew only.
  const wait =
    params.startAs === "master"
      ? micros(masterAdverInterval + skewTime(params.version, OWNER_PRIORITY, masterAdverInterval))
      : masterDownInterval(params, router.priority, masterAdverInterval);
  const phase = { state: "backup", masterAdverInterval, masterDownAt: after(now, wait) } as const;
  return enter(router, phase, { code: params.startAs === "master" ? "startupAsMaster" : "startup" }, now, leftOver);
}
