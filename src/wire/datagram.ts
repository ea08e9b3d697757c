// A datagram of either family, as far as VRRP needs it: where from, where to, how far it came, and what it carries.
import type { IpAddress } from "../base/ip.js";
import { type Result, err } from "../base/result.js";
import { encodeIpv4, parseIpv4 } from "./ipv4.js";
import { encodeIpv6, parseIpv6 } from "./ipv6.js";

export interface DatagramHeader {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly protocol: number;
  /** Time to live, or the hop limit of IPv6. */
  readonly ttl: number;
}

export interface ParsedDatagram extends DatagramHeader {
  /** Where the payload begins and ends within the datagram. */
  readonly payloadStart: number;
  readonly payloadEnd: number;
}

/** The source decides the family; `identification` is used by IPv4 only. */
export const encodeDatagram = (header: DatagramHeader, identification: number, payload: Uint8Array): Uint8Array =>
  header.source.family === 4 ? encodeIpv4({ ...header, identification }, payload) : encodeIpv6(header, payload);

/** Reads the header; the reason says what is wrong with it. */
export function parseDatagram(datagram: Uint8Array): Result<ParsedDatagram, string> {
  const [first] = datagram;
  if (first === undefined) return err("an empty datagram");
  return first >> 4 === 6 ? parseIpv6(datagram) : parseIpv4(datagram);
}
