// Backup: listen to the master and be ready (RFC 3768 §6.4.2, RFC 5798 §6.4.2, RFC 9568 §6.4.2).
import { formatIp } from "../base/ip.js";
import { type Instant, after, elapsed, instant } from "../base/time.js";
import { becomeMaster, routingEffect } from "./become.js";
import { OWNER_PRIORITY, RESIGNING_PRIORITY, masterDownInterval, skewTime } from "./election.js";
import type { Reason } from "./effects.js";
import type { VrrpEvent } from "./events.js";
import { diffAddresses } from "./replace.js";
import { withoutItems } from "./routing.js";
import { reclaim } from "./two-owners.js";
import { type BackupPhase, type VirtualRouter, type VrrpStep, changePriority, enter, stay } from "./virtual-router.js";

type AdvertReceived = Extract<VrrpEvent, { kind: "advertReceived" }>;

export function stepBackup(router: VirtualRouter, phase: BackupPhase, event: VrrpEvent, now: Instant): VrrpStep {
  switch (event.kind) {
    case "timeout":
      // RFC 5798 §6.4.2: Master_Down_Timer fires.
      return now < phase.masterDownAt ? stay(router) : takeOver(router, phase, now);
    case "groupLeads":
      // The last timer of the sync group has run out: those of all members have.
      return event.to === "master" ? takeOver(router, phase, now) : stay(router);
    case "advertReceived":
      return hear(router, phase, event, now);
    case "shutdown":
      return enter(router, { state: "stopped" }, { code: event.why }, now, []);
    case "faultsChanged": {
      const { causes } = event;
      const next = { ...router, causes };
      return causes.length > 0 ? enter(next, { state: "fault" }, { code: "fault", causes }, now, []) : stay(next);
    }
    case "priorityChanged":
      return changePriority(router, event.priority);
    case "sourceChanged":
      return stay({ ...router, source: event.source });
    case "paramsReplaced":
      return replaceParams(router, phase, event.params, now);
    case "startup":
    case "announceAgain":
    case "addressesLost":
    case "addressChecked":
      return stay(router);
  }
}

function takeOver(router: VirtualRouter, phase: BackupPhase, now: Instant): VrrpStep {
  const own = reclaim(router);
  const taken = becomeMaster(own.router, whyTimerExpired(own.router, phase), now);
  return { ...taken, effects: [...own.effects, ...taken.effects] };
}

function hear(router: VirtualRouter, phase: BackupPhase, event: AdvertReceived, now: Instant): VrrpStep {
  // Another address owner for which this one made way: whoever says less than 255 is not it.
  const own = event.advert.priority === OWNER_PRIORITY ? { router, effects: [] } : reclaim(router);
  const heard = listen(own.router, phase, event, now);
  return { ...heard, effects: [...own.effects, ...heard.effects] };
}

function listen(router: VirtualRouter, phase: BackupPhase, { from, advert }: AdvertReceived, now: Instant): VrrpStep {
  const { params, priority } = router;
  const heard = { address: from, priority: advert.priority, lastHeard: now };
  const listener: VirtualRouter = { ...router, heard };
  const wait = (next: BackupPhase): VrrpStep => stay({ ...listener, phase: next });

  // RFC 5798 §6.4.2, Priority zero: the master resigns, and only the skew time is left to wait.
  if (advert.priority === RESIGNING_PRIORITY) {
    const skew = skewTime(params.version, priority, phase.masterAdverInterval);
    return wait({ ...phase, masterDownAt: after(now, skew), expecting: "resignation" });
  }

  const outrankedOrContent = advert.priority >= priority || !params.preemptMode;
  const preemptAfter = outrankedOrContent ? undefined : preemptionDeadline(params.preemptDelay, phase, now);
  const tolerated = preemptAfter !== undefined && now < preemptAfter;

  // RFC 5798 §6.4.2, Preempt_Mode false or Priority not below ours: listen on. preempt_delay defers the other case.
  if (outrankedOrContent || tolerated) {
    const masterAdverInterval = params.version === 3 ? advert.interval : params.advertisementInterval;
    return wait({
      state: "backup",
      masterAdverInterval,
      masterDownAt: after(now, masterDownInterval(params, priority, masterAdverInterval)),
      ...(preemptAfter !== undefined && { preemptAfter }),
    });
  }

  // RFC 5798 §6.4.2, otherwise: discarded, so the running timer ends that master's time.
  return wait({ ...phase, expecting: "preemption", ...(preemptAfter !== undefined && { preemptAfter }) });
}

/** preempt_delay begins with the first advertisement of a lower priority master. */
function preemptionDeadline(delay: number, phase: BackupPhase, now: Instant): Instant | undefined {
  return delay === 0 ? undefined : (phase.preemptAfter ?? instant(now + delay));
}

function whyTimerExpired(router: VirtualRouter, phase: BackupPhase): Reason {
  const { heard } = router;
  if (heard === undefined) return { code: "masterDownTimerExpired" };
  const master = formatIp(heard.address);
  if (phase.expecting === "resignation") return { code: "masterResigned", master };
  if (phase.expecting === "preemption") {
    return { code: "preempting", master, masterPriority: heard.priority, priority: router.priority };
  }
  return { code: "masterDownTimerExpired", lastHeard: master };
}

/** Timers follow changed intervals at once; the time already waited counts. */
function replaceParams(
  router: VirtualRouter,
  phase: BackupPhase,
  params: VirtualRouter["params"],
  now: Instant,
): VrrpStep {
  const next: VirtualRouter = { ...router, params };
  const learned = params.version === 3 && router.heard !== undefined;
  const masterAdverInterval = learned ? phase.masterAdverInterval : params.advertisementInterval;
  const waited = elapsed(router.heard?.lastHeard ?? router.since, now);
  const whole = masterDownInterval(params, next.priority, masterAdverInterval);
  const timersChanged =
    params.advertisementInterval !== router.params.advertisementInterval ||
    params.downTimerAdverts !== router.params.downTimerAdverts ||
    params.version !== router.params.version;
  const masterDownAt = timersChanged ? instant(now + Math.max(0, whole - waited)) : phase.masterDownAt;
  const { removed } = diffAddresses(router.params, params);
  const keepsDelay = params.preemptDelay === router.params.preemptDelay && phase.preemptAfter !== undefined;
  const nextPhase: BackupPhase = {
    state: "backup",
    masterAdverInterval,
    masterDownAt,
    ...(phase.expecting !== undefined && { expecting: phase.expecting }),
    ...(keepsDelay && { preemptAfter: phase.preemptAfter }),
  };
  return {
    state: { ...next, phase: nextPhase },
    // A backup holds none of them; one that was left over from an earlier life goes with its configuration line.
    effects: [
      ...routingEffect("removeRouting", withoutItems(router.params.routing, params.routing)),
      ...(removed.length > 0 ? [{ kind: "removeAddresses", addresses: removed } as const] : []),
    ],
  };
}
