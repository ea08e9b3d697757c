// Whether the kernel has the addresses that a master should have: looked at when one went missing, and put back.
import { formatIp, sameIp } from "../base/ip.js";
import { type Instant, after, millis } from "../base/time.js";
import type { LinkAddress } from "../wire/link.js";
import { allAddresses } from "./announce.js";
import type { Complaint } from "./effects.js";
import type { Member } from "./member.js";
import { type RouterStep, type VrrpRouter, deliver, withMember } from "./vrrp-router.js";
import { isPresent, linkOf } from "./world.js";

/** A deletion is looked at after this long: by then the kernel has told us of an addition that crossed it. */
const CHECK_AFTER_DELETION = millis(20);
/** Two restorations of the same instance are at least this far apart, so that a fight over an address stays slow. */
export const CHECK_AFTER_RESTORING = millis(500);

/** Puts back what the kernel should have and has not. */
export function checkAddresses(router: VrrpRouter, index: number, now: Instant): RouterStep {
  const member = router.members[index];
  if (member === undefined) return { state: router, effects: [] };
  const { checkAddressesAt, ...unchecked } = member;
  const { params, phase } = member.router;
  if (phase.state !== "master") return { state: withMember(router, index, unchecked), effects: [] };
  const lost = allAddresses(params).filter((address) => {
    const link = linkOf(router.world, address, params);
    return address.tracked && link !== undefined && !isPresent(router.world, address, link);
  });
  if (lost.length === 0) return { state: withMember(router, index, outbreakOver(unchecked)), effects: [] };
  const again = { ...member, checkAddressesAt: after(now, CHECK_AFTER_RESTORING) };
  return deliver(withMember(router, index, again), index, { kind: "addressesLost", addresses: lost }, now);
}

/** All addresses are there again: the next loss is worth a line of its own. */
function outbreakOver(member: Member): Member {
  const said = new Set(member.said);
  said.delete("addressesRestored" satisfies Complaint["kind"]);
  return { ...member, said };
}

/** A virtual address of a master has gone: our own removal crossed by a new life, or somebody else's doing. */
export function noteDeletion(router: VrrpRouter, { interfaceIndex, prefix }: LinkAddress, now: Instant): RouterStep {
  if (!router.virtual.has(formatIp(prefix.address))) return { state: router, effects: [] };
  const holders = router.members.map((member) => {
    const { params, phase } = member.router;
    const ours =
      phase.state === "master" &&
      allAddresses(params).some(
        (address) =>
          sameIp(address.prefix.address, prefix.address) &&
          linkOf(router.world, address, params)?.index === interfaceIndex,
      );
    return ours ? checkAt(member, after(now, CHECK_AFTER_DELETION)) : member;
  });
  return { state: { ...router, members: holders }, effects: [] };
}

export const checkAt = (member: Member, at: Instant): Member =>
  member.checkAddressesAt === undefined ? { ...member, checkAddressesAt: at } : member;

/** After a resynchronisation or a new link: compare all masters' addresses. */
export function checkSoon(router: VrrpRouter, now: Instant): RouterStep {
  const at = after(now, CHECK_AFTER_DELETION);
  const members = router.members.map((member) =>
    member.router.phase.state === "master" ? checkAt(member, at) : member,
  );
  return { state: { ...router, members }, effects: [] };
}
