// Sends the announcements of the pace queues that may go out now.
import type { Instant } from "../base/time.js";
import { allAddresses } from "./announce.js";
import type { RouterEffect } from "./effects.js";
import { count } from "./member.js";
import { takeDue } from "./pacing.js";
import type { VirtualAddress } from "./params.js";
import { announcementFrame } from "./perform.js";
import { addressKey } from "./replace.js";
import { type RouterStep, type VrrpRouter, withMember } from "./vrrp-router.js";

export function announceDue(router: VrrpRouter, now: Instant): RouterStep {
  if (router.pacing.size === 0) return { state: router, effects: [] };
  const placeOf = (instance: string): number =>
    router.members.findIndex((member) => member.router.params.name === instance);
  /** Whoever is master no more, or has lost the address by a reload, announces it no more. */
  const isHeld = (instance: string, address: VirtualAddress): boolean => {
    const holder = router.members[placeOf(instance)]?.router;
    if (holder?.phase.state !== "master") return false;
    const key = addressKey(address, holder.params);
    return allAddresses(holder.params).some((held) => addressKey(held, holder.params) === key);
  };
  const { pacing, messages } = takeDue(router.pacing, now, isHeld);
  const effects: RouterEffect[] = [];
  let state: VrrpRouter = { ...router, pacing };
  for (const { instance, address } of messages) {
    const index = placeOf(instance);
    const member = state.members[index];
    const frame = member === undefined ? undefined : announcementFrame(member, address, state.world);
    if (member === undefined || frame === undefined) continue;
    effects.push({ kind: "announce", instance, frames: [frame] });
    const { announcementsSent } = member.router.statistics;
    state = withMember(state, index, count(member, { announcementsSent: announcementsSent + 1 }));
  }
  return { state, effects };
}
