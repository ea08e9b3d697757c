// The VRRP router: all virtual routers of the process as one machine. Every input of the vrrp process is an event of it,
// so a journal of its events replays the process.
import { type Instant, after, earliest, seconds } from "../base/time.js";
import { CHECK_AFTER_RESTORING, checkAddresses, checkAt, checkSoon, noteAddress } from "./address-check.js";
import { configure } from "./configure.js";
import { noteDetection } from "./detection.js";
import type { RouterEffect } from "./effects.js";
import { footingDue, leave, refusedFooting, retryFilter, prepare } from "./footing.js";
import type { Refusal, RouterEvent } from "./events.js";
import { listen } from "./listening.js";
import { type Member, count } from "./member.js";
import { announceDue } from "./paced-announce.js";
import { pacingDue } from "./pacing.js";
import { receive } from "./reception.js";
import { reconsider, reconsiderMembers, reconsiderLink } from "./reconsider.js";
import { noRejections, noStatistics } from "./statistics.js";
import { socketName } from "./sockets.js";
import { groupsDue, inGroupOrder, lastTimer } from "./sync-groups.js";
import { noFights } from "./fights.js";
import { checkRouting, checkRoutingSoon, noteRouting, routingDone } from "./routing-check.js";
import { keepSiblings } from "./siblings.js";
import { checkStatics, removeStatics, staticsDue } from "./statics.js";
import { abandon, noUpkeep } from "./upkeep.js";
import { nextDue as memberDue } from "./virtual-router.js";
import { type RouterStep, type VrrpRouter, deliver, deliverEach, then, withMember } from "./vrrp-router.js";
import {
  type World,
  knownAddress,
  withAddress,
  withDump,
  withFilter,
  withForwarding,
  withLink,
  withOpenSocket,
  withRefusedSocket,
  withTracker,
  withoutAddress,
  withoutLink,
} from "./world.js";

const LISTEN_AGAIN = seconds(1);

export const step = (router: VrrpRouter, event: RouterEvent, now: Instant): RouterStep =>
  keepSiblings(inGroupOrder(handle(router, event, now)), now);

function handle(router: VrrpRouter, event: RouterEvent, now: Instant): RouterStep {
  switch (event.kind) {
    case "timeout":
      return runDeadlines(router, now);
    case "datagram":
      return receive(router, event, now);
    case "configure": {
      const configured = configure(router, event, now);
      return then(configured, (next) => reconsider(next, now));
    }
    case "resync":
      return everywhere(inWorld(router, withDump(router.world, event.links, event.addresses)), now);
    case "linkChanged":
      return linkNews(inWorld(router, withLink(router.world, event.link)), event.link.name, now);
    case "linkRemoved": {
      const name = router.world.links.get(event.index)?.name;
      return linkNews(inWorld(router, withoutLink(router.world, event.index)), name, now);
    }
    case "forwardingChanged":
      return { state: inWorld(router, withForwarding(router.world, event.index, event.forwarding)), effects: [] };
    case "addressAdded":
    case "addressRemoved": {
      const change = event.kind === "addressAdded" ? withAddress : withoutAddress;
      const next = inWorld(router, change(router.world, event.address));
      const noted = then(reconsider(next, now, event.address.interfaceIndex), (seen) =>
        then(noteAddress(seen, event.address, now), (checked) => checkRoutingSoon(checked, now)),
      );
      if (event.kind === "addressRemoved") return noted;
      const before = knownAddress(router.world, event.address);
      return then(noted, (seen) => noteDetection(seen, before, event.address, now));
    }
    case "routeAdded":
    case "routeRemoved":
    case "ruleAdded":
    case "ruleRemoved":
      return noteRouting(router, event, now);
    case "routingDone":
      return routingDone(router, event, now);
    case "trackerChanged":
      return reconsider(inWorld(router, withTracker(router.world, event.tracker, event.name, event)), now);
    case "statisticsCleared":
      return { state: withoutCounts(router), effects: [] };
    case "clockChanged":
      return { state: inWorld(router, { ...router.world, wallOffset: event.wallOffset }), effects: [] };
    case "listening":
      return reconsider(inWorld(router, withOpenSocket(router.world, socketName(event.socket))), now);
    case "filtered":
      return { state: inWorld(router, withFilter(router.world)), effects: [] };
    case "refused":
      return refused(router, event.refusal, now);
    case "shutdown":
      return shutDown(router, now);
  }
}

/** The earliest deadline of all members and sync groups. */
export function nextDue(router: VrrpRouter): Instant | undefined {
  let due = earliest(router.listenAgainAt, earliest(groupsDue(router), staticsDue(router.statics)));
  due = earliest(due, pacingDue(router.pacing));
  due = earliest(due, footingDue(router));
  for (const member of router.members) {
    due = earliest(due, dueOf(member));
    due = earliest(earliest(due, member.checkAddressesAt), member.routing.checkAt);
  }
  return due;
}

function withoutCounts(router: VrrpRouter): VrrpRouter {
  const members = router.members.map((member) => ({
    ...member,
    router: { ...member.router, statistics: noStatistics },
  }));
  return { ...router, members, unattributed: noRejections };
}
/** A change that may concern anything. */
const everywhere = (router: VrrpRouter, now: Instant): RouterStep => thenCheck(reconsider(router, now), now);

/** Hundreds of virtual links may come and go at once: each concerns those only that have something to do with it. */
const linkNews = (router: VrrpRouter, name: string | undefined, now: Instant): RouterStep =>
  name !== undefined && router.footing.made.has(name)
    ? thenCheck(reconsiderLink(router, name, now), now)
    : everywhere(router, now);

const thenCheck = (told: RouterStep, now: Instant): RouterStep =>
  then(told, (next) => then(checkSoon(next, now), (checked) => checkRoutingSoon(checked, now)));

/** The deadline of one member; a timer that runs out in a sync group waits for those of the others. */
function dueOf(member: Member): Instant | undefined {
  if (!member.started) return member.startAt;
  const waits = member.group !== undefined && member.router.phase.state === "backup";
  return waits ? undefined : memberDue(member.router);
}

const inWorld = (router: VrrpRouter, world: World): VrrpRouter => ({ ...router, world });

function runDeadlines(router: VrrpRouter, now: Instant): RouterStep {
  let result: RouterStep = { state: router, effects: [] };
  if (router.listenAgainAt !== undefined && router.listenAgainAt <= now) {
    const { listenAgainAt, ...rest } = router;
    result = listen(rest, new Set(router.world.refusedSockets.keys()));
  }
  result = then(result, (next) => checkStatics(next, now));
  const footing = footingDue(router);
  if (footing !== undefined && footing <= now) {
    result = then(
      then(result, (next) => retryFilter(next, now)),
      (next) => prepare(next, now),
    );
  }
  for (const [index, member] of router.members.entries()) {
    const due = dueOf(member);
    if (due !== undefined && due <= now) {
      result = then(result, (next) =>
        member.started ? deliver(next, index, { kind: "timeout" }, now) : reconsiderMembers(next, [index], now),
      );
    }
    if (member.checkAddressesAt !== undefined && member.checkAddressesAt <= now) {
      result = then(result, (next) => checkAddresses(next, index, now));
    }
    if (member.routing.checkAt !== undefined && member.routing.checkAt <= now) {
      result = then(result, (next) => checkRouting(next, index, now));
    }
  }
  for (const group of router.groups) {
    const last = lastTimer(result.state, group);
    if (last === undefined || last.due > now) continue;
    result = then(result, (next) => deliver(next, last.index, { kind: "timeout" }, now));
  }
  return then(result, (next) => announceDue(next, now));
}

/** A system call said no: counted, said, and tried again where that can help. */
function refused(router: VrrpRouter, refusal: Refusal, now: Instant): RouterStep {
  const { effect, syscall, code, subject, instance, socket } = refusal;
  const about = { kind: "refused", detail: `${syscall} for ${subject}: ${code}` } as const;
  const index = router.members.findIndex((member) => member.router.params.name === instance);
  const member = router.members[index];
  if (effect === "createLink" || effect === "filter") {
    return then(refusedFooting(router, refusal, now), (next) => reconsider(next, now));
  }
  if (effect === "listen" && socket !== undefined) {
    const name = socketName(socket);
    const known = router.world.refusedSockets.get(name) === code;
    const world = withRefusedSocket(router.world, name, code);
    const again = { ...router, world, listenAgainAt: after(now, LISTEN_AGAIN) };
    const told: RouterStep = { state: again, effects: known ? [] : [{ kind: "complain", about }] };
    return then(told, (next) => reconsider(next, now));
  }
  if (member === undefined) return { state: router, effects: [{ kind: "complain", about }] };
  const said = member.said.has(about.detail);
  const counted = count(
    { ...member, said: new Set(member.said).add(about.detail) },
    { refused: member.router.statistics.refused + 1 },
  );
  const next = effect === "installAddresses" ? checkAt(counted, after(now, CHECK_AFTER_RESTORING)) : counted;
  const effects: RouterEffect[] = said || instance === undefined ? [] : [{ kind: "complain", instance, about }];
  return { state: withMember(router, index, next), effects };
}

function shutDown(router: VrrpRouter, now: Instant): RouterStep {
  const result = deliverEach(router, () => ({ kind: "shutdown", why: "shutdown" }), now);
  const closing: RouterEffect[] = [...router.listening.values()].map(({ socket }) => ({
    kind: "stopListening",
    socket,
  }));
  const members = result.state.members.map((member): Member => {
    const { checkAddressesAt, ...rest } = member;
    return { ...rest, routing: abandon(rest.routing), started: true };
  });
  const { listenAgainAt, ...rest } = result.state;
  return {
    state: { ...rest, members, statics: { routing: noUpkeep, addressFights: noFights }, listening: new Map() },
    effects: [...result.effects, ...removeStatics(router), ...closing, ...leave(result.state), { kind: "finished" }],
  };
}
