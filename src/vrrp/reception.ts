// A datagram on its way into the engine: up the ladder, then to its virtual router.
import { type IpAddress, formatIp, sameIp } from "../base/ip.js";
import { type Instant, toSeconds } from "../base/time.js";
import { coverText } from "./checksum.js";
import { RESIGNING_PRIORITY } from "./election.js";
import type { Complaint, RouterEffect, SocketIdentity } from "./effects.js";
import type { ReceivedDatagram } from "./events.js";
import { type Member, count } from "./member.js";
import { type Accepted, type Listener, type Rejected, accept, addressListMismatch } from "./receive.js";
import { sameSocket, socketOf } from "./sockets.js";
import { countRejection } from "./statistics.js";
import { type RouterStep, type VrrpRouter, deliver, then, withMember } from "./vrrp-router.js";
import { wallTime } from "./world.js";

interface Addressee extends Listener {
  readonly index: number;
  readonly member: Member;
}

export function receive(router: VrrpRouter, { socket, bytes }: ReceivedDatagram, now: Instant): RouterStep {
  const arrival = { local: socket.local, now, wall: wallTime(router.world, now) };
  const verdict = accept(bytes, arrival, (vrid, from) => addressee(router, socket, vrid, from));
  if (verdict.ok) return admit(router, verdict, now);
  return isMeantForAnother(router, socket, verdict) ? { state: router, effects: [] } : reject(router, verdict);
}

/** A socket of a group is given unicast as well: what another socket is bound for comes there, too. */
const isMeantForAnother = (
  { listening }: VrrpRouter,
  { local }: SocketIdentity,
  { destination }: Rejected<Addressee>,
): boolean =>
  destination !== undefined &&
  !sameIp(destination, local) &&
  [...listening.values()].some(({ socket }) => sameIp(socket.local, destination));

/** Virtual routers may share a VRID and a unicast socket: then the peers tell them apart. */
function addressee(router: VrrpRouter, at: SocketIdentity, vrid: number, from: IpAddress): Addressee | undefined {
  let fallback: Addressee | undefined;
  for (const [index, member] of router.members.entries()) {
    const { params, phase, source } = member.router;
    if (params.vrid !== vrid || params.family !== at.local.family) continue;
    const socket = socketOf(params, source, router.world);
    if (socket === undefined || !sameSocket(socket, at)) continue;
    const listening = phase.state === "backup" || phase.state === "master";
    const found = { index, member, params, listening, memory: member.authentication };
    const { destination } = params;
    const expected = destination.kind === "multicast" || destination.peers.some(({ address }) => sameIp(address, from));
    if (expected) return found;
    fallback ??= found;
  }
  return fallback;
}

function admit(router: VrrpRouter, accepted: Accepted<Addressee>, now: Instant): RouterStep {
  const { listener, from, advert, cover, memory } = accepted;
  const { index, member, params } = listener;
  const complaints: Complaint[] = [];
  const sender = formatIp(from);
  const sameSender = member.router.heard !== undefined && sameIp(member.router.heard.address, from);
  if (!(params.skipAddressCheckOfSameSender && sameSender)) {
    const detail = addressListMismatch(advert, params);
    if (detail !== undefined) complaints.push({ kind: "addressListMismatch", from: sender, detail });
  }
  if (params.version === 3 && advert.interval !== params.advertisementInterval) {
    const detail = `it advertises every ${toSeconds(advert.interval)} s, we every ${toSeconds(params.advertisementInterval)} s`;
    complaints.push({ kind: "intervalMismatch", from: sender, detail });
  }
  const ourCover = member.checksumCover ?? params.checksum.cover;
  if (cover !== ourCover) {
    const what = params.checksum.adapts ? "from now on we do as it does" : `ours covers ${coverText[ourCover]}`;
    const detail = `it covers ${coverText[cover]}, ${what}`;
    complaints.push({ kind: "checksumMismatch", from: sender, detail });
  }
  const { statistics } = member.router;
  const heard = (kind: Complaint["kind"]): number => (complaints.some((about) => about.kind === kind) ? 1 : 0);
  const counted = count(member, {
    advertsReceived: statistics.advertsReceived + 1,
    priorityZeroReceived: statistics.priorityZeroReceived + (advert.priority === RESIGNING_PRIORITY ? 1 : 0),
    addressListMismatches: statistics.addressListMismatches + heard("addressListMismatch"),
    intervalMismatches: statistics.intervalMismatches + heard("intervalMismatch"),
  });
  const adapted = params.checksum.adapts ? { ...counted, checksumCover: cover } : counted;
  const effects = complaints
    .filter((about) => !member.said.has(about.kind))
    .map((about): RouterEffect => ({ kind: "complain", instance: params.name, about }));
  // What a good advertisement itself is complained of is said once, and not once an advertisement.
  const ofTheSender = ["sameAddressSamePriority", "twoAddressOwners"].filter((kind) => member.said.has(kind));
  const said = new Set<string>([...complaints.map((about) => about.kind), ...ofTheSender]);
  const admitted: RouterStep = {
    state: withMember(router, index, { ...adapted, said, authentication: memory }),
    effects,
  };
  return then(admitted, (next) => deliver(next, index, { kind: "advertReceived", from, advert }, now));
}

/** Counted always, said once until a good advertisement comes or the state changes. */
function reject(router: VrrpRouter, { listener, reason, from, detail }: Rejected<Addressee>): RouterStep {
  const about: Complaint = { kind: "rejected", reason, from, detail };
  if (listener === undefined) {
    const unattributed = countRejection(router.unattributed, reason);
    const first = router.unattributed[reason] === 0;
    const silent = !first || (reason === "unknownVrid" && !router.params.logUnknownVrids);
    return { state: { ...router, unattributed }, effects: silent ? [] : [{ kind: "complain", about }] };
  }
  const { member, index, params } = listener;
  const { statistics } = member.router;
  const counted = count(member, { rejected: countRejection(statistics.rejected, reason) });
  const silent = member.said.has(reason) || reason === "notListening" || reason === "ownerIgnores";
  return {
    state: withMember(router, index, silent ? counted : { ...counted, said: new Set(member.said).add(reason) }),
    effects: silent ? [] : [{ kind: "complain", instance: params.name, about }],
  };
}
