// Whether the kernel has the addresses that it should have: looked at when it tells of a change. A master puts back what
// went missing; whoever is no master removes what somebody else put there, since then two machines answer for it.
import { formatIp, formatPrefix, sameIp } from "../base/ip.js";
import { type Instant, after, millis } from "../base/time.js";
import type { Link, LinkAddress } from "../wire/link.js";
import { allAddresses } from "./announce.js";
import type { Complaint, RouterEffect } from "./effects.js";
import { OWNER_PRIORITY } from "./election.js";
import { answer, fightAbout, restsUntil } from "./fights.js";
import { type Member, count } from "./member.js";
import type { VirtualAddress, VirtualRouterParams } from "./params.js";
import { addressKey } from "./replace.js";
import { isSwitchedOff } from "./virtual-links.js";
import { type RouterStep, type VrrpRouter, deliver, then, withMember } from "./vrrp-router.js";
import { isPresent, linkOf } from "./world.js";

/** A deletion is looked at after this long: by then the kernel has told us of an addition that crossed it. */
export const CHECK_AFTER_DELETION = millis(20);
/** Two restorations of the same instance are at least this far apart, so that a fight over an address stays slow. */
export const CHECK_AFTER_RESTORING = millis(500);

/** Puts right what is not as it should be. */
export function checkAddresses(router: VrrpRouter, index: number, now: Instant): RouterStep {
  const member = router.members[index];
  if (member === undefined) return { state: router, effects: [] };
  const { checkAddressesAt, ...unchecked } = member;
  const { state } = member.router.phase;
  if (state === "master") return restoreLost(router, index, unchecked, now);
  if (state === "backup" || state === "fault") return removeStrangers(router, index, unchecked, now);
  return { state: withMember(router, index, unchecked), effects: [] };
}

function restoreLost(router: VrrpRouter, index: number, member: Member, now: Instant): RouterStep {
  const { params } = member.router;
  const lost = allAddresses(params).filter((address) => {
    const link = linkOf(router.world, address, params);
    if (!address.tracked || link === undefined) return false;
    return !isPresent(router.world, address, link) || isSwitchedOff(params, link);
  });
  if (lost.length === 0) return { state: withMember(router, index, outbreakOver(member)), effects: [] };
  const { next, due, complaints } = takeOn(member, lost, now);
  const again = withMember(router, index, next);
  return then(deliver(again, index, { kind: "addressesLost", addresses: due }, now), (state) => ({
    state,
    effects: complaints,
  }));
}

function removeStrangers(router: VrrpRouter, index: number, member: Member, now: Instant): RouterStep {
  const strangers = strangersOf(router, member);
  if (strangers.length === 0) return { state: withMember(router, index, member), effects: [] };
  const { next, due, complaints } = takeOn(member, strangers, now);
  if (due.length === 0) return { state: withMember(router, index, next), effects: [] };
  const { name } = member.router.params;
  const { statistics } = member.router;
  const names = due.map(({ prefix }) => formatPrefix(prefix));
  const detail = `${names.join(", ")}: somebody else added it while we are not master, and it was removed`;
  const addresses = due.flatMap((address) => {
    const link = linkOf(router.world, address, member.router.params);
    return link === undefined ? [] : [{ interfaceIndex: link.index, interfaceName: link.name, address }];
  });
  return {
    state: withMember(router, index, count(next, { strangersRemoved: statistics.strangersRemoved + due.length })),
    effects: [
      { kind: "removeAddresses", instance: name, addresses },
      ...(complaints.length > 0
        ? complaints
        : [{ kind: "complain", instance: name, about: { kind: "strangersRemoved", items: names, detail } } as const]),
    ],
  };
}

/** Addresses that only a master has and that are here all the same. An address owner has them always (RFC 5798 §1.6). */
function strangersOf(router: VrrpRouter, { router: { params } }: Member): readonly VirtualAddress[] {
  if (params.priority === OWNER_PRIORITY) return [];
  return allAddresses(params).filter((address) => {
    const link = linkOf(router.world, address, params);
    if (link === undefined || !address.tracked) return false;
    return isPresent(router.world, address, link) && !hasOtherHolder(router, params, address, link);
  });
}

/** Somebody else here is to have the same address on the same link. */
function hasOtherHolder(router: VrrpRouter, own: VirtualRouterParams, { prefix }: VirtualAddress, link: Link): boolean {
  const isSame = (other: VirtualAddress, there: Link | undefined): boolean =>
    there?.index === link.index && sameIp(other.prefix.address, prefix.address);
  return (
    router.params.statics.addresses.some((other) =>
      isSame(other, router.world.linksByName.get(other.interfaceName ?? "")),
    ) ||
    router.members.some(
      ({ router: { params, phase } }) =>
        params !== own &&
        phase.state === "master" &&
        allAddresses(params).some((other) => isSame(other, linkOf(router.world, other, params))),
    )
  );
}

/** Chooses what is put right now: what has become a fight waits its turn. */
function takeOn(
  member: Member,
  wrong: readonly VirtualAddress[],
  now: Instant,
): { readonly next: Member; readonly due: readonly VirtualAddress[]; readonly complaints: readonly RouterEffect[] } {
  const { params } = member.router;
  const key = (address: VirtualAddress): string => addressKey(address, params);
  const due = wrong.filter((address) => restsUntil(member.addressFights, key(address), now) === undefined);
  const { fights, begun } = answer(member.addressFights, due.map(key), now);
  return {
    next: { ...member, addressFights: fights, checkAddressesAt: after(now, CHECK_AFTER_RESTORING) },
    due,
    complaints: begun.length === 0 ? [] : [{ kind: "complain", instance: params.name, about: fightAbout(begun) }],
  };
}

/** All addresses are there again: the next loss is worth a line of its own. */
function outbreakOver(member: Member): Member {
  const said = new Set(member.said);
  said.delete("addressesRestored" satisfies Complaint["kind"]);
  return { ...member, said };
}

/** An address of ours has come or gone: our own doing crossed by a new life, or somebody else's. */
export function noteAddress(router: VrrpRouter, { interfaceIndex, prefix }: LinkAddress, now: Instant): RouterStep {
  if (!router.virtual.has(formatIp(prefix.address))) return { state: router, effects: [] };
  const members = router.members.map((member) => {
    const { params } = member.router;
    const concerned =
      member.started &&
      allAddresses(params).some(
        (address) =>
          sameIp(address.prefix.address, prefix.address) &&
          linkOf(router.world, address, params)?.index === interfaceIndex,
      );
    return concerned ? checkAt(member, after(now, CHECK_AFTER_DELETION)) : member;
  });
  return { state: { ...router, members }, effects: [] };
}

export const checkAt = (member: Member, at: Instant): Member =>
  member.checkAddressesAt === undefined ? { ...member, checkAddressesAt: at } : member;

/** After a resynchronisation or a new link: compare everybody's addresses. */
export function checkSoon(router: VrrpRouter, now: Instant): RouterStep {
  const at = after(now, CHECK_AFTER_DELETION);
  const members = router.members.map((member) => (member.started ? checkAt(member, at) : member));
  return { state: { ...router, members }, effects: [] };
}
