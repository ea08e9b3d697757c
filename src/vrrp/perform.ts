// From what one virtual router wants to what a host can do: datagrams, frames, addresses and routes on links.
import { type IpAddress, formatIp, formatPrefix } from "../base/ip.js";
import type { Instant } from "../base/time.js";
import { gratuitousArp } from "../wire/arp.js";
import { type Link, isDuplicate, isTentative } from "../wire/link.js";
import { neighbourAdvertisement } from "../wire/ndp.js";
import { advertise } from "./advertise.js";
import type { OutgoingFrame, PlacedAddress, RouterEffect, VrrpEffect } from "./effects.js";
import { type Member, count } from "./member.js";
import { type Burst, type Pace, paceOf } from "./pacing.js";
import type { VirtualAddress } from "./params.js";
import { removable as removableItems } from "./routing.js";
import { abandon, install, restrict } from "./upkeep.js";
import { switchedLinks } from "./virtual-links.js";
import { linkOfInterface } from "./source.js";
import { type World, findAddress, isPresent, linkOf } from "./world.js";

type Paces = Parameters<typeof paceOf>[0];

/** Announcements for a pace queue. */
export interface Paced {
  readonly pace: Pace;
  readonly burst: Omit<Burst, "next">;
}

/** Translates the effects of a member's step; the member counts what it sends. */
export function perform(
  member: Member,
  effects: readonly VrrpEffect[],
  world: World,
  paces: Paces,
  now: Instant,
): {
  readonly member: Member;
  readonly effects: readonly RouterEffect[];
  /** Announcements that have to keep a pace. */
  readonly paced: readonly Paced[];
} {
  let next = member;
  const out: RouterEffect[] = [];
  const slowly: SlowAnnouncements = new Map();
  const instance = member.router.params.name;
  for (const effect of effects) {
    switch (effect.kind) {
      case "sendAdvert": {
        const sent = advertise(next, effect.priority, world, now);
        next = sent.member;
        out.push(...sent.effects);
        break;
      }
      case "installAddresses":
        out.push(...switched(next, true, world));
        out.push({ kind: "installAddresses", instance, addresses: place(next, effect.addresses, world) });
        break;
      case "removeAddresses": {
        // First nothing leaves by the virtual link any more, then its addresses go.
        if (next.router.phase.state !== "master") out.push(...switched(next, false, world));
        const addresses = place(next, removable(next, effect.addresses, world), world);
        if (addresses.length > 0) out.push({ kind: "removeAddresses", instance, addresses });
        break;
      }
      case "installRouting": {
        const { upkeep, items } = install(next.routing, effect.items, world, now);
        next = { ...next, routing: restrict(upkeep, effect.items) };
        if (items.length > 0) out.push({ kind: "installRouting", instance, items, checking: false });
        break;
      }
      case "removeRouting": {
        const items = removableItems(effect.items, world);
        next = { ...next, routing: abandon(next.routing) };
        if (items.length > 0) out.push({ kind: "removeRouting", instance, items, checking: false });
        break;
      }
      case "announce": {
        const frames = announce(next, effect, world, paces, slowly);
        if (frames.length > 0) out.push({ kind: "announce", instance, frames });
        next = count(next, { announcementsSent: next.router.statistics.announcementsSent + frames.length });
        break;
      }
      case "announceSource": {
        const frame = sourceFrame(next, world);
        if (frame === undefined) break;
        out.push({ kind: "announce", instance, frames: [frame] });
        next = count(next, { announcementsSent: next.router.statistics.announcementsSent + 1 });
        break;
      }
      case "transition":
        out.push({ ...effect, instance, priority: next.router.priority, at: now });
        next = { ...next, said: new Set(), hasBeenMaster: next.hasBeenMaster || effect.to === "master" };
        break;
      case "priority":
        out.push({ ...effect, instance });
        break;
      case "lowerPriorityHeard":
        out.push({ ...effect, instance, from: formatIp(effect.from) });
        break;
      case "complain":
        if (!next.said.has(effect.about.kind)) out.push({ kind: "complain", instance, about: effect.about });
        next = { ...next, said: new Set(next.said).add(effect.about.kind) };
        break;
    }
  }
  return { member: next, effects: out, paced: pacedBursts(instance, slowly) };
}

/** A process that has never been master removes only what it finds: a predecessor's left-overs. */
function removable(member: Member, addresses: readonly VirtualAddress[], world: World): readonly VirtualAddress[] {
  if (member.hasBeenMaster) return addresses;
  return addresses.filter((address) => {
    const link = linkOf(world, address, member.router.params);
    return link !== undefined && isPresent(world, address, link);
  });
}

/** The virtual links of a new master are switched on, those of an old one off; and so are a predecessor's. */
function switched({ router }: Member, on: boolean, world: World): readonly RouterEffect[] {
  const links = switchedLinks(router.params, world).filter(
    ({ enabled }) => on || enabled || router.statistics.becameMaster > 0,
  );
  if (links.length === 0) return [];
  const named = links.map(({ index, name }) => ({ interfaceIndex: index, interfaceName: name }));
  return [{ kind: "switchLinks", instance: router.params.name, links: named, on }];
}

/** Addresses whose link does not exist cannot be placed; they are looked at again when it appears. */
function place(member: Member, addresses: readonly VirtualAddress[], world: World): PlacedAddress[] {
  const placed: PlacedAddress[] = [];
  for (const address of addresses) {
    const link = linkOf(world, address, member.router.params);
    if (link !== undefined) placed.push({ interfaceIndex: link.index, interfaceName: link.name, address });
  }
  return placed;
}

/** By queue: the rounds of each address. */
type SlowAnnouncements = Map<string, { readonly pace: Pace; readonly rounds: Map<VirtualAddress, number> }>;

/** Rounds of one frame an address, in the order VIP1, VIP2, VIP1, VIP2; what has to keep a pace goes to `slowly`. */
function announce(
  member: Member,
  { addresses, rounds, virtualMacOnly }: Extract<VrrpEffect, { kind: "announce" }>,
  world: World,
  paces: Paces,
  slowly: SlowAnnouncements,
): readonly OutgoingFrame[] {
  const once: OutgoingFrame[] = [];
  for (const address of addresses) {
    const link = linkOf(world, address, member.router.params);
    const frame = announcementFrame(member, address, world);
    if (link === undefined || frame === undefined || (virtualMacOnly === true && !hasVirtualMac(link))) continue;
    const parent = hasVirtualMac(link) && link.lower !== undefined ? world.links.get(link.lower) : undefined;
    const pace = paceOf(paces, link, parent, address.prefix.address.family);
    if (pace === undefined) once.push(frame);
    else {
      const queued = slowly.get(pace.queue) ?? { pace, rounds: new Map<VirtualAddress, number>() };
      slowly.set(pace.queue, queued);
      queued.rounds.set(address, (queued.rounds.get(address) ?? 0) + rounds);
    }
  }
  const frames: OutgoingFrame[] = [];
  for (let round = 0; round < rounds; round++) frames.push(...once);
  return frames;
}

/** What one step wants announced on one queue is one burst. */
const pacedBursts = (instance: string, slowly: SlowAnnouncements): readonly Paced[] =>
  [...slowly.values()].map(({ pace, rounds }) => ({
    pace,
    burst: { instance, addresses: [...rounds.keys()], rounds: Math.max(...rounds.values()) },
  }));

const hasVirtualMac = ({ kind }: Link): boolean => kind === "macvlan";

/** The frame that announces an address; undefined where its link knows no ARP and no neighbours. */
export function announcementFrame(member: Member, address: VirtualAddress, world: World): OutgoingFrame | undefined {
  const link = linkOf(world, address, member.router.params);
  if (link === undefined || !mayBeAnnounced(address, link, world)) return undefined;
  return frameOf(address.prefix.address, link);
}

/** Without an interface, the source address is on the link that has it. */
function sourceFrame({ router: { params, source } }: Member, world: World): OutgoingFrame | undefined {
  if (source === undefined) return undefined;
  const index = findAddress(world, source)?.interfaceIndex;
  const link = linkOfInterface(params, world) ?? (index === undefined ? undefined : world.links.get(index));
  return link === undefined ? undefined : frameOf(source, link);
}

function frameOf(address: IpAddress, link: Link): OutgoingFrame | undefined {
  if (link.mac === undefined || !link.arp || link.loopback) return undefined;
  const frame =
    address.family === 4
      ? gratuitousArp(link.mac, address)
      : neighbourAdvertisement(link.mac, address, link.ipv6Forwarding === true);
  return { interfaceIndex: link.index, frame };
}

/** With duplicate address detection (`-nodad`), not before it has let the address go. */
function mayBeAnnounced({ prefix: { address }, nodad }: VirtualAddress, link: Link, world: World): boolean {
  if (address.family === 4 || nodad) return true;
  const known = findAddress(world, address, link);
  return known !== undefined && !isTentative(known) && !isDuplicate(known);
}

/** How an address is named where it is spoken of: as `ip addr` writes it. */
export const addressText = (address: VirtualAddress): string => formatPrefix(address.prefix);
