// An advertisement on its way out of the engine: to the group, or to every unicast peer.
import type { IpAddress } from "../base/ip.js";
import { encodeDatagram } from "../wire/datagram.js";
import {
  AUTH_NONE,
  AUTH_PASS,
  type Advertisement,
  VRRP_PROTOCOL,
  VRRP_TTL,
  encodeAdvertisement,
} from "../wire/vrrp.js";
import { pseudoHeaderOf } from "./checksum.js";
import { RESIGNING_PRIORITY } from "./election.js";
import type { RouterEffect } from "./effects.js";
import { type Member, count } from "./member.js";
import type { AdvertDestination, VirtualRouterParams } from "./params.js";
import { advertInterface, advertLink, socketOf } from "./sockets.js";
import type { World } from "./world.js";

interface Sent {
  readonly member: Member;
  readonly effects: readonly RouterEffect[];
}

/** Nothing is sent where there is no link that is up, or no address to send from. */
export function advertise(member: Member, priority: number, world: World): Sent {
  const { params, source, statistics } = member.router;
  const usable = advertInterface(params) === undefined || advertLink(params, world)?.up === true;
  const socket = socketOf(params, source, world);
  if (!usable || source === undefined || socket === undefined) return { member, effects: [] };
  const advert = advertisementOf(params, priority);
  const cover = member.checksumCover ?? params.checksum.cover;
  const identification = (member.identification + 1) & 0xffff;
  const ttl = params.destination.kind === "unicast" ? params.destination.ttl : VRRP_TTL;
  const effects = destinationsOf(params.destination).map((destination): RouterEffect => {
    const payload = encodeAdvertisement(advert, pseudoHeaderOf(cover, source, destination));
    const header = { source, destination, protocol: VRRP_PROTOCOL, ttl };
    const datagram = encodeDatagram(header, identification, payload);
    return { kind: "transmit", instance: params.name, socket, destination, datagram };
  });
  const resigned = priority === RESIGNING_PRIORITY ? 1 : 0;
  const counted = count(member, {
    advertsSent: statistics.advertsSent + 1,
    priorityZeroSent: statistics.priorityZeroSent + resigned,
  });
  return { member: { ...counted, identification }, effects };
}

const advertisementOf = (params: VirtualRouterParams, priority: number): Advertisement => ({
  version: params.version,
  vrid: params.vrid,
  priority,
  interval: params.advertisementInterval,
  addresses: params.addresses.map((address) => address.prefix.address),
  authType: params.authentication.type === "pass" ? AUTH_PASS : AUTH_NONE,
  authData: params.authentication.type === "pass" ? params.authentication.key : [],
});

const destinationsOf = (destination: AdvertDestination): readonly IpAddress[] =>
  destination.kind === "multicast" ? [destination.group] : destination.peers.map(({ address }) => address);
