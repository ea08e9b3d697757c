// An advertisement on its way out of the engine: to the group, or to every unicast peer.
import type { IpAddress } from "../base/ip.js";
import type { Instant } from "../base/time.js";
import { type Advertisement, VRRP_TTL, encodeAdvertisement } from "../wire/vrrp.js";
import { authenticationTypes, sealing } from "./authentication.js";
import { pseudoHeaderOf } from "./checksum.js";
import { RESIGNING_PRIORITY } from "./election.js";
import type { RouterEffect } from "./effects.js";
import { type Member, count } from "./member.js";
import type { AdvertDestination, VirtualRouterParams } from "./params.js";
import { advertInterface, advertLink, socketOf } from "./sockets.js";
import { type World, wallTime } from "./world.js";

interface Sent {
  readonly member: Member;
  readonly effects: readonly RouterEffect[];
}

/** Nothing is sent where there is no link that is up, or no address to send from. */
export function advertise(member: Member, priority: number, world: World, now: Instant): Sent {
  const { params, source, statistics } = member.router;
  const usable = advertInterface(params) === undefined || advertLink(params, world)?.up === true;
  const socket = socketOf(params, source, world);
  if (!usable || source === undefined || socket === undefined) return { member, effects: [] };
  const advert = advertisementOf(params, priority);
  const cover = member.checksumCover ?? params.checksum.cover;
  const identification = (member.identification + 1) & 0xffff;
  const ttl = params.destination.kind === "unicast" ? params.destination.ttl : VRRP_TTL;
  const { memory, seal } = sealing(params.authentication, member.authentication, { now, wall: wallTime(world, now) });
  const effects = destinationsOf(params.destination).map((destination): RouterEffect => {
    const message = encodeAdvertisement(advert, pseudoHeaderOf(cover, source, destination));
    const datagram = seal({ source, destination, ttl }, identification, message);
    const sourceMac = params.advertMac === undefined ? {} : { sourceMac: params.advertMac };
    return { kind: "transmit", instance: params.name, socket, destination, ...sourceMac, datagram };
  });
  const resigned = priority === RESIGNING_PRIORITY ? 1 : 0;
  const counted = count(member, {
    advertsSent: statistics.advertsSent + 1,
    priorityZeroSent: statistics.priorityZeroSent + resigned,
  });
  return { member: { ...counted, identification, authentication: memory }, effects };
}

const advertisementOf = (params: VirtualRouterParams, priority: number): Advertisement => ({
  version: params.version,
  vrid: params.vrid,
  priority,
  interval: params.advertisementInterval,
  addresses: params.addresses.map((address) => address.prefix.address),
  authType: authenticationTypes[params.authentication.type],
  authData: params.authentication.type === "pass" ? params.authentication.key : [],
});

const destinationsOf = (destination: AdvertDestination): readonly IpAddress[] =>
  destination.kind === "multicast" ? [destination.group] : destination.peers.map(({ address }) => address);
