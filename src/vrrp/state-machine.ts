// One virtual router as a machine: RFC 3768 §6.4, RFC 5798 §6.4, RFC 9568 §6.4, with keepalived's extensions (FAULT,
// preempt_delay, down_timer_adverts, garp_*). Each state has a file of its own; each branch there names its clause.
import type { Instant } from "../base/time.js";
import { stepBackup } from "./backup.js";
import type { VrrpEvent } from "./events.js";
import { stepFault } from "./fault.js";
import { stepInitialize } from "./initialize.js";
import { stepMaster } from "./master.js";
import { type VirtualRouter, type VrrpStep, stay } from "./virtual-router.js";

export function step(router: VirtualRouter, event: VrrpEvent, now: Instant): VrrpStep {
  switch (router.phase.state) {
    case "initialize":
      return stepInitialize(router, event, now);
    case "backup":
      return stepBackup(router, router.phase, event, now);
    case "master":
      return stepMaster(router, router.phase, event, now);
    case "fault":
      return stepFault(router, event, now);
    case "stopped":
      return stay(router);
  }
}
