// Master: advertise, hold the addresses, yield to whoever outranks us (RFC 3768 §6.4.3, RFC 5798 §6.4.3, RFC 9568 §6.4.3).
import { formatIp, sameIp } from "../base/ip.js";
import { type Instant, type Micros, after, earliest, elapsed, instant, nextTick } from "../base/time.js";
import { announceAfterLowerPriority, runDue } from "./announce.js";
import { becomeBackup, release, routingEffect } from "./become.js";
import { MAX_BACKUP_PRIORITY, OWNER_PRIORITY, RESIGNING_PRIORITY, masterDownInterval, outranks } from "./election.js";
import type { Reason, VrrpEffect } from "./effects.js";
import type { VrrpEvent } from "./events.js";
import type { VirtualAddress, VirtualRouterParams } from "./params.js";
import { diffAddresses } from "./replace.js";
import { withoutItems } from "./routing.js";
import { concede, dispute, twoOwners } from "./two-owners.js";
import { interfaceOf } from "./world.js";
import { type MasterPhase, type VirtualRouter, type VrrpStep, changePriority, enter, stay } from "./virtual-router.js";

type AdvertReceived = Extract<VrrpEvent, { kind: "advertReceived" }>;

export function stepMaster(router: VirtualRouter, phase: MasterPhase, event: VrrpEvent, now: Instant): VrrpStep {
  switch (event.kind) {
    case "timeout":
      return runTimers(router, phase, now);
    case "groupLeads": {
      if (event.to === "master") return stay(router);
      const left = release(router, event.resign);
      return becomeBackup(left.router, event.reason, now, left.effects);
    }
    case "announceAgain": {
      const again = announceAfterLowerPriority(phase.announcements, router.params, now);
      return { state: { ...router, phase: { ...phase, announcements: again.announcements } }, effects: again.effects };
    }
    case "advertReceived":
      return hear(router, phase, event, now);
    case "shutdown": {
      // RFC 5798 §6.4.3 (655): priority 0 spares the others the master down interval.
      const left = release(router, true);
      return enter(left.router, { state: "stopped" }, { code: event.why }, now, left.effects);
    }
    case "faultsChanged":
      return event.causes.length > 0 ? fail({ ...router, causes: event.causes }, now) : stay({ ...router, causes: [] });
    case "priorityChanged":
      return changePriority(router, event.priority);
    case "sourceChanged":
      return stay({ ...router, source: event.source });
    case "paramsReplaced":
      return replaceParams(router, phase, event.params, now);
    case "addressesLost":
      return restore(router, event.addresses);
    case "addressChecked":
      return event.outcome === "usable" ? announceOne(router, event.address) : reportDuplicate(router, event.address);
    case "startup":
      return stay(router);
  }
}

/** RFC 5798 §6.4.3 (680): Adver_Timer has fired, or an announcement is due, or both. */
function runTimers(router: VirtualRouter, phase: MasterPhase, now: Instant): VrrpStep {
  const silence = elapsed(instant(phase.adverAt - router.params.advertisementInterval), now);
  if (hasBeenReplaced(router.params, silence)) {
    const left = release(router, false);
    return becomeBackup(left.router, { code: "stoodStill", span: silence }, now, left.effects);
  }
  const effects: VrrpEffect[] = [];
  let { adverAt } = phase;
  if (adverAt <= now) {
    effects.push({ kind: "sendAdvert", priority: router.priority });
    adverAt = nextTick(adverAt, router.params.advertisementInterval, now);
  }
  const { announcements, effects: announced } = runDue(phase.announcements, router.params, now);
  return { state: { ...router, phase: { ...phase, adverAt, announcements } }, effects: [...effects, ...announced] };
}

/** timer_expired_backup: the others have not heard us for a whole Master_Down_Interval of theirs. */
const hasBeenReplaced = (params: VirtualRouterParams, silence: Micros): boolean =>
  params.giveWayToPriority !== undefined &&
  silence >= masterDownInterval(params, params.giveWayToPriority, params.advertisementInterval);

function hear(router: VirtualRouter, phase: MasterPhase, { from, advert }: AdvertReceived, now: Instant): VrrpStep {
  const ours = router.source;
  // RFC 5798 §6.4.3 (705): somebody resigns: answer at once, so that nobody else waits for a master that exists.
  if (advert.priority === RESIGNING_PRIORITY) {
    const adverAt = after(now, router.params.advertisementInterval);
    return {
      state: { ...router, phase: { ...phase, adverAt } },
      effects: [{ kind: "sendAdvert", priority: router.priority }],
    };
  }
  if (ours !== undefined && advert.priority === router.priority && sameIp(from, ours)) {
    const detail = `both advertise priority ${advert.priority} from ${formatIp(from)}: one address is configured twice`;
    return complain(router, { kind: "sameAddressSamePriority", from: formatIp(from), detail });
  }
  if (router.priority === OWNER_PRIORITY && advert.priority === OWNER_PRIORITY) {
    return meetOwner(router, phase, { kind: "advertReceived", from, advert }, now);
  }
  const theirs = { priority: advert.priority, address: from };
  // RFC 5798 §6.4.3 (725): theirs is higher, or equal with the higher address: yield.
  if (ours !== undefined && outranks(theirs, { priority: router.priority, address: ours })) {
    return yieldTo(router, { kind: "advertReceived", from, advert }, now);
  }
  return answerLowerPriority(router, phase, { kind: "advertReceived", from, advert }, now);
}

function meetOwner(router: VirtualRouter, phase: MasterPhase, event: AdvertReceived, now: Instant): VrrpStep {
  const told = (step: VrrpStep): VrrpStep => ({ ...step, effects: [twoOwners(event.from), ...step.effects] });
  const outcome = dispute(router, phase, event.from, event.advert.interval, now);
  switch (outcome.kind) {
    case "yield":
      return told(yieldTo(router, event, now));
    case "concede": {
      const priority = { kind: "priority", from: OWNER_PRIORITY, to: MAX_BACKUP_PRIORITY } as const;
      const yielded = yieldTo(concede(router), event, now);
      return told({ ...yielded, effects: [priority, ...yielded.effects] });
    }
    case "insist":
      return told(answerLowerPriority(router, { ...phase, rival: outcome.rival }, event, now));
  }
}

/** RFC 9568 §6.4.3, advertisement of lower rank: assert our rank, and point switches and neighbours here again. */
function answerLowerPriority(
  router: VirtualRouter,
  phase: MasterPhase,
  { from, advert }: AdvertReceived,
  now: Instant,
): VrrpStep {
  // Half an interval apart: enough for one answer to each advertisement of one router, too little for a storm.
  if (now < phase.answerAgainAt) return stay({ ...router, phase });
  const { params } = router;
  const effects: VrrpEffect[] = [];
  if (!params.lowerPriorityNoAdvert) effects.push({ kind: "sendAdvert", priority: router.priority });
  const announced = announceAfterLowerPriority(phase.announcements, params, now);
  effects.push(...announced.effects, { kind: "lowerPriorityHeard", from, priority: advert.priority });
  const answerAgainAt = instant(now + Math.floor(params.advertisementInterval / 2));
  const { announcements } = announced;
  return { state: { ...router, phase: { ...phase, announcements, answerAgainAt } }, effects };
}

/** RFC 5798 §6.4.3 (725). Nothing is sent: the new master has already spoken. */
function yieldTo(router: VirtualRouter, { from, advert }: AdvertReceived, now: Instant): VrrpStep {
  const { params } = router;
  const before: VrrpEffect[] = [];
  if (params.higherPrioritySendAdvert) before.push({ kind: "sendAdvert", priority: router.priority });
  const address = formatIp(from);
  const reason: Reason =
    advert.priority > router.priority
      ? { code: "higherPriorityAdvert", from: address, theirs: advert.priority, ours: router.priority }
      : { code: "equalPriorityHigherAddress", from: address, priority: advert.priority };
  const left = release(router, false);
  const masterAdverInterval = params.version === 3 ? advert.interval : params.advertisementInterval;
  const masterDownAt = after(now, masterDownInterval(params, router.priority, masterAdverInterval));
  const heard = { address: from, priority: advert.priority, lastHeard: now };
  const phase = { state: "backup", masterAdverInterval, masterDownAt } as const;
  return enter({ ...left.router, heard }, phase, reason, now, [...before, ...left.effects]);
}

/** keepalived's FAULT: the others are told first. */
function fail(router: VirtualRouter, now: Instant): VrrpStep {
  const left = release(router, true);
  return enter(left.router, { state: "fault" }, { code: "fault", causes: router.causes }, now, left.effects);
}

/** A master holds exactly the addresses, routes and rules of the new configuration at once; a shorter interval counts from now. */
function replaceParams(router: VirtualRouter, phase: MasterPhase, params: VirtualRouterParams, now: Instant): VrrpStep {
  const { added, removed } = diffAddresses(router.params, params);
  const effects: VrrpEffect[] = [];
  effects.push(...routingEffect("removeRouting", withoutItems(router.params.routing, params.routing)));
  if (removed.length > 0) effects.push({ kind: "removeAddresses", addresses: removed });
  if (added.length > 0) {
    effects.push({ kind: "installAddresses", addresses: added });
    effects.push({ kind: "announce", addresses: added, rounds: params.announce.repeat });
  }
  // All of them: with an address that goes, the kernel drops the routes that have it as their source.
  effects.push(...routingEffect("installRouting", params.routing));
  const adverAt = earliest(phase.adverAt, after(now, params.advertisementInterval)) ?? phase.adverAt;
  return { state: { ...router, params, phase: { ...phase, adverAt } }, effects };
}

/** Nothing was to be said of it while it was tentative (RFC 4862 §5.4). */
const announceOne = (router: VirtualRouter, address: VirtualAddress): VrrpStep => ({
  state: router,
  effects: [{ kind: "announce", addresses: [address], rounds: router.params.announce.repeat }],
});

function reportDuplicate(router: VirtualRouter, address: VirtualAddress): VrrpStep {
  const interfaceName = interfaceOf(address, router.params) ?? "";
  return complain(router, { kind: "duplicateAddress", address: formatIp(address.prefix.address), interfaceName });
}

/** Puts addresses back that the kernel no longer has, and says so. */
function restore(router: VirtualRouter, lost: readonly VirtualAddress[]): VrrpStep {
  if (lost.length === 0) return stay(router);
  const names = lost.map((address) => formatIp(address.prefix.address));
  const { statistics } = router;
  return {
    state: {
      ...router,
      statistics: { ...statistics, addressesRestored: statistics.addressesRestored + lost.length },
    },
    effects: [
      { kind: "installAddresses", addresses: lost },
      { kind: "announce", addresses: lost, rounds: router.params.announce.repeat },
      {
        kind: "complain",
        about: {
          kind: "addressesRestored",
          addresses: names,
          detail: `${names.join(", ")} went missing from the kernel while we are master and was put back`,
        },
      },
    ],
  };
}

function complain(router: VirtualRouter, about: Extract<VrrpEffect, { kind: "complain" }>["about"]): VrrpStep {
  return { state: router, effects: [{ kind: "complain", about }] };
}
