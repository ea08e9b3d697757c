// The ladder of receive checks (RFC 3768 §7.1, RFC 5798 §7.1, RFC 9568 §7.1). A datagram climbs rung by rung; the first
// that it fails names the reason, the counter, the log line and the status field. Nothing below the last rung can touch
// a timer or a state.
import { type IpAddress, formatIp, sameIp } from "../base/ip.js";
import { sameOctets } from "../base/hash.js";
import { toSeconds } from "../base/time.js";
import { AH_LENGTH, AH_PROTOCOL } from "../wire/ah.js";
import { TRAILER_LENGTH } from "../wire/auth-hmac.js";
import { type ParsedDatagram, parseDatagram } from "../wire/datagram.js";
import {
  AUTH_AH,
  AUTH_NONE,
  AUTH_PASS,
  type Advertisement,
  TYPE_ADVERTISEMENT,
  VRRP_HEADER_LENGTH,
  VRRP_TTL,
  advertisementLength,
  decodeAdvertisement,
} from "../wire/vrrp.js";
import {
  type AuthenticationMemory,
  type AuthenticationVerdict,
  type Clock,
  authenticationTypes,
  judgeHeader,
  judgeTrailer,
} from "./authentication.js";
import { OWNER_PRIORITY } from "./election.js";
import { recognisedCover } from "./checksum.js";
import type { ChecksumCover, VirtualRouterParams } from "./params.js";

/** One name per rung, in the order in which a datagram climbs them. */
export const rejectReasons = [
  "ipHeader",
  "truncated",
  "unknownVrid",
  "destination",
  "unicastSource",
  "ttl",
  "version",
  "type",
  "length",
  "checksum",
  "authenticationTypeUnknown",
  "authenticationTypeMismatch",
  "authenticationFailure",
  "signatureMissing",
  "signatureMalformed",
  "signatureKeyUnknown",
  "signatureInvalid",
  "signatureStale",
  "replayed",
  "interval",
  "ownerIgnores",
  "notListening",
] as const;

export type RejectReason = (typeof rejectReasons)[number];

/** Who a datagram is for, as far as the ladder has to know. */
export interface Listener {
  readonly params: VirtualRouterParams;
  /** False in initialize, fault and stopped: advertisements are ignored there. */
  readonly listening: boolean;
  readonly memory: AuthenticationMemory;
}

/** Where and when a datagram came. */
export interface Arrival extends Clock {
  /** The address of the socket. */
  readonly local: IpAddress;
}

export interface Accepted<L extends Listener> {
  readonly ok: true;
  readonly listener: L;
  readonly from: IpAddress;
  readonly advert: Advertisement;
  /** How its sender sums. */
  readonly cover: ChecksumCover;
  /** What its authentication leaves to be remembered. */
  readonly memory: AuthenticationMemory;
}

export interface Rejected<L extends Listener> {
  readonly ok: false;
  readonly reason: RejectReason;
  /** Absent below the rung that finds the virtual router. */
  readonly listener?: L;
  /** Text form of the sender; "?" where the header is unreadable. */
  readonly from: string;
  /** What was read and what was expected, in words. */
  readonly detail: string;
  /** Where it was sent to, as far as that could be read. */
  readonly destination?: IpAddress;
}

/** `find` gives the virtual router of a VRID and a sender, among those that share the socket. */
export function accept<L extends Listener>(
  datagram: Uint8Array,
  arrival: Arrival,
  find: (vrid: number, source: IpAddress) => L | undefined,
): Accepted<L> | Rejected<L> {
  const parsed = parseDatagram(datagram);
  if (!parsed.ok) return { ok: false, reason: "ipHeader", from: "?", detail: parsed.error };
  const header = parsed.value;
  const { source, payloadStart, payloadEnd: end } = header;
  const start = header.protocol === AH_PROTOCOL ? payloadStart + AH_LENGTH : payloadStart;
  const from = formatIp(source);
  const octets = end - start;
  if (octets < VRRP_HEADER_LENGTH) {
    return { ok: false, reason: "truncated", from, detail: `${octets} octets are too few for a VRRP header` };
  }
  const vrid = datagram[start + 1] ?? 0;
  const listener = find(vrid, source);
  if (listener === undefined) {
    const detail = `no instance has virtual_router_id ${vrid} here`;
    return { ok: false, reason: "unknownVrid", from, detail, destination: header.destination };
  }
  const { params } = listener;
  const message = { start, end: expectedEnd(datagram, start, params) };
  const rung = checkDelivery(header, arrival.local, params) ?? checkMessage(datagram, message, end, params);
  if (rung !== undefined) return { ok: false, listener, from, ...rung, destination: header.destination };
  const verdict = authenticate(datagram, header, message, listener, arrival);
  if (!verdict.ok) return { ...verdict, listener, from };
  const cover = recognisedCover(datagram, start, message.end, header, params);
  if (cover === undefined) {
    return { ok: false, listener, from, reason: "checksum", detail: "the checksum is wrong" };
  }
  const advert = decodeAdvertisement(datagram, start, message.end, params.family);
  const refusal = checkAdvertisement(advert, listener);
  if (refusal !== undefined) return { ok: false, listener, from, ...refusal };
  return { ok: true, listener, from: source, advert, cover, memory: verdict.memory };
}

/** Where the VRRP message begins and ends within the datagram: without authentication header and trailer. */
interface MessageBounds {
  readonly start: number;
  readonly end: number;
}

interface Rung {
  readonly reason: RejectReason;
  readonly detail: string;
}

const expectedEnd = (datagram: Uint8Array, start: number, params: VirtualRouterParams): number =>
  start + advertisementLength(params.version, params.family, datagram[start + 3] ?? 0);

/** The rungs that look at the IP header. `local` is the address of the socket. */
function checkDelivery(header: ParsedDatagram, local: IpAddress, params: VirtualRouterParams): Rung | undefined {
  const { source, destination, ttl } = header;
  // A socket that has joined a group is also given what comes to the host's own addresses.
  if (!sameIp(destination, local)) {
    const detail = `it was sent to ${formatIp(destination)} alone, this instance advertises to ${formatIp(local)}`;
    return { reason: "destination", detail };
  }
  const what = params.family === 4 ? "TTL" : "hop limit";
  if (params.destination.kind === "multicast") {
    return ttl === VRRP_TTL ? undefined : { reason: "ttl", detail: `${what} is ${ttl}, expected ${VRRP_TTL}` };
  }
  const { peers, checkSource } = params.destination;
  const peer = peers.find(({ address }) => sameIp(address, source));
  if (peer === undefined) {
    const names = peers.map(({ address }) => formatIp(address)).join(", ");
    return checkSource ? { reason: "unicastSource", detail: `unicast_peer has ${names}` } : undefined;
  }
  const { minTtl, maxTtl } = peer;
  const inside = ttl >= minTtl && ttl <= maxTtl;
  return inside ? undefined : { reason: "ttl", detail: `${what} is ${ttl}, expected ${minTtl} .. ${maxTtl}` };
}

/** The rungs that look at octets. `end` is that of the datagram. */
function checkMessage(
  datagram: Uint8Array,
  { start, end: expected }: MessageBounds,
  end: number,
  params: VirtualRouterParams,
): Rung | undefined {
  const first = datagram[start] ?? 0;
  if (first >> 4 !== params.version) {
    return { reason: "version", detail: `VRRP version is ${first >> 4}, expected ${params.version}` };
  }
  if ((first & 0x0f) !== TYPE_ADVERTISEMENT) {
    return { reason: "type", detail: `VRRP type is ${first & 0x0f}, expected ${TYPE_ADVERTISEMENT}` };
  }
  const surplus = end - expected;
  if (surplus === 0 || (surplus === TRAILER_LENGTH && params.authentication.type === "hmac")) return undefined;
  const count = datagram[start + 3] ?? 0;
  const why = surplus === TRAILER_LENGTH ? ": it looks signed (auth_hmac), and this instance has no auth_hmac" : "";
  const detail = `${end - start} octets, expected ${expected - start} for ${count} addresses${why}`;
  return { reason: "length", detail };
}

/** The rungs of AH and auth_hmac: who has sent it, and is it new. */
function authenticate(
  datagram: Uint8Array,
  { source, payloadStart, payloadEnd }: ParsedDatagram,
  { start, end }: MessageBounds,
  { params, memory }: Listener,
  arrival: Arrival,
): AuthenticationVerdict {
  const { authentication } = params;
  switch (authentication.type) {
    case "none":
    case "pass":
      return { ok: true, memory };
    case "ah":
      return judgeHeader(datagram, payloadStart, payloadEnd, authentication.key, memory);
    case "hmac": {
      const signed = payloadEnd === end ? undefined : datagram.subarray(start, payloadEnd);
      return judgeTrailer(signed, source, authentication, params, memory, arrival);
    }
  }
}

/** The rungs that compare fields with ours. */
function checkAdvertisement(advert: Advertisement, listener: Listener): Rung | undefined {
  const { params } = listener;
  if (params.version === 2) {
    const rung = checkAuthentication(advert, params);
    if (rung !== undefined) return rung;
    // RFC 3768 §7.1: MUST verify that the Adver Interval is the same as ours.
    if (advert.interval !== params.advertisementInterval) {
      const [theirs, ours] = [toSeconds(advert.interval), toSeconds(params.advertisementInterval)];
      return { reason: "interval", detail: `advertisement interval is ${theirs} s, ours is ${ours} s` };
    }
  }
  if (params.ownerIgnoreAdverts && params.priority === OWNER_PRIORITY) {
    return { reason: "ownerIgnores", detail: "the address owner ignores advertisements (owner_ignore_adverts)" };
  }
  if (!listener.listening) {
    return { reason: "notListening", detail: "the instance takes no part now (start delay, FAULT or stop)" };
  }
  return undefined;
}

function checkAuthentication(advert: Advertisement, params: VirtualRouterParams): Rung | undefined {
  const ours = authenticationTypes[params.authentication.type];
  const { authType } = advert;
  if (authType !== AUTH_NONE && authType !== AUTH_PASS && authType !== AUTH_AH) {
    return { reason: "authenticationTypeUnknown", detail: `authentication type ${authType} does not exist` };
  }
  if (authType !== ours) {
    const detail = `authentication is ${authName(authType)}, ours is ${authName(ours)}`;
    return { reason: "authenticationTypeMismatch", detail };
  }
  if (params.authentication.type === "pass" && !sameOctets(advert.authData, params.authentication.key)) {
    return { reason: "authenticationFailure", detail: "the password (auth_pass) is not ours" };
  }
  return undefined;
}

const authName = (type: number): string => (type === AUTH_NONE ? "none" : type === AUTH_PASS ? "PASS" : "AH");

/** What an accepted advertisement says about the addresses that differs from ours; RFC 9568 §7.1: MAY be checked. */
export function addressListMismatch(advert: Advertisement, params: VirtualRouterParams): string | undefined {
  const ours = params.addresses.map((address) => address.prefix.address);
  const missing = ours.filter((address) => !advert.addresses.some((theirs) => sameIp(theirs, address)));
  const extra = advert.addresses.filter((address) => !ours.some((own) => sameIp(own, address)));
  const list = (addresses: readonly IpAddress[]): string => addresses.map(formatIp).join(", ");
  if (missing.length === 0 && extra.length === 0) {
    return advert.addresses.length === ours.length
      ? undefined
      : `it carries ${advert.addresses.length} addresses, we have ${ours.length}`;
  }
  return [
    ...(missing.length > 0 ? [`it does not carry ${list(missing)}`] : []),
    ...(extra.length > 0 ? [`it carries ${list(extra)}, which we do not have`] : []),
  ].join("; ");
}
