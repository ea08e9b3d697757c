// Several next hops of one route: RTA_MULTIPATH (<linux/rtnetlink.h>), a struct rtnexthop behind the other.
//
// | length (16), header included | flags RTNH_F_* (8) | weight - 1 (8) |
// | interface index (32)                                              |
// | attributes RTA_*                                                  |
import type { IpAddress, IpFamily } from "../../base/ip.js";
import type { NextHop } from "../route.js";
import { type ValuesOf, table } from "./attribute.js";
import { encapValues } from "./encap.js";
import { type Kind, Malformed, bytes, ip, u16, u32 } from "./kind.js";
import { addressFamily } from "./rtnetlink.js";
import { LITTLE_ENDIAN, align } from "./writer.js";

/** RTNH_F_ONLINK */
const ON_LINK = 4;
const HEADER_LENGTH = 8;

/** RTA_* of a next hop, which stand in the route itself where it has only one. */
export const hopRows = [
  ["gateway", 5, ip],
  ["realms", 11, u32],
  ["via", 18, bytes],
  ["encapType", 21, u16],
  ["encap", 22, bytes],
] as const;

const hopAttributes = table("next hop", hopRows);

export interface HopValues {
  /** RTNH_F_* */
  readonly flags: number;
  readonly weight: number;
  /** 0: the kernel finds out. */
  readonly interfaceIndex: number;
  readonly attributes: ValuesOf<typeof hopRows>;
}

export const hopFlags = ({ onLink }: NextHop<number>): number => (onLink ? ON_LINK : 0);

export const hopValues = (hop: NextHop<number>, family: IpFamily): HopValues => ({
  flags: hopFlags(hop),
  weight: hop.weight,
  interfaceIndex: hop.device ?? 0,
  attributes: hopAttributeValues(hop, family),
});

/** A gateway of the other family stands in RTA_VIA, with its family before it (RFC 8950 §1 has a use for it). */
export function hopAttributeValues(
  { via, realms, encap }: NextHop<number>,
  family: IpFamily,
): ValuesOf<typeof hopRows> {
  return {
    ...(via !== undefined && (via.family === family ? { gateway: via } : { via: viaOctets(via) })),
    ...(realms !== undefined && { realms }),
    ...encapValues(encap),
  };
}

/** struct rtvia: | family (16), in the byte order of the machine | address | */
function viaOctets({ family, octets }: IpAddress): Uint8Array {
  const number = addressFamily(family);
  return Uint8Array.from([...(LITTLE_ENDIAN ? [number, 0] : [0, number]), ...octets]);
}

export const nextHops: Kind<readonly HopValues[]> = {
  name: "next hops",
  typeFlags: 0,
  write(out, hops) {
    for (const hop of hops) {
      const start = out.openLength();
      out.u8(hop.flags);
      out.u8(hop.weight - 1);
      out.u32(hop.interfaceIndex);
      hopAttributes.write(out, hop.attributes);
      out.closeAttribute(start);
    }
  },
  read(view, start, end) {
    const hops: HopValues[] = [];
    for (let at = start; end - at >= HEADER_LENGTH;) {
      const length = view.getUint16(at, LITTLE_ENDIAN);
      if (length < HEADER_LENGTH || length > end - at) {
        return new Malformed(`a next hop of ${length} octets where ${end - at} are left`);
      }
      const attributes = hopAttributes.read(view, at + HEADER_LENGTH, at + length);
      if (attributes instanceof Malformed) return attributes;
      hops.push({
        flags: view.getUint8(at + 2),
        weight: view.getUint8(at + 3) + 1,
        interfaceIndex: view.getUint32(at + 4, LITTLE_ENDIAN),
        attributes,
      });
      at += align(length);
    }
    return hops;
  },
  print: (hops) =>
    hops
      .map(({ weight, interfaceIndex, attributes }) =>
        `nexthop dev ${interfaceIndex} weight ${weight} ${hopAttributes.print(attributes)}`.trimEnd(),
      )
      .join(" "),
};
