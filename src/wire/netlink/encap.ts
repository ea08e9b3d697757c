// The tunnel header of a route: RTA_ENCAP_TYPE and RTA_ENCAP (<linux/lwtunnel.h>, <linux/mpls_iptunnel.h>, <linux/ila.h>).
// The numbers inside RTA_ENCAP mean something else in each type, so it is written on its own.
import type { Encap } from "../route.js";
import { table } from "./attribute.js";
import { bytes, ip, octets8, u16, u8 } from "./kind.js";
import { Writer } from "./writer.js";

/** LWTUNNEL_ENCAP_* */
const encapTypes = { mpls: 1, ip: 2, ila: 3, ip6: 4 } as const satisfies Record<Encap["kind"], number>;

/** LWTUNNEL_IP_* */
const ipTunnel = table("ip tunnel", [
  ["id", 1, octets8],
  ["destination", 2, ip],
  ["source", 3, ip],
  ["hopLimit", 4, u8],
  ["trafficClass", 5, u8],
  ["flags", 6, u16],
]);

/** MPLS_IPTUNNEL_* */
const mplsTunnel = table("mpls tunnel", [["labels", 1, bytes]]);

/** ILA_ATTR_* */
const ilaTunnel = table("ila tunnel", [["locator", 1, octets8]]);

/** Six attributes, two of them IPv6 addresses. */
const LARGEST_TUNNEL = 128;

export interface EncapValues {
  readonly encapType?: number;
  readonly encap?: Uint8Array;
}

export function encapValues(encap: Encap | undefined): EncapValues {
  if (encap === undefined) return {};
  const out = new Writer(new Uint8Array(encap.kind === "mpls" ? 4 + 4 * encap.labels.length : LARGEST_TUNNEL));
  writeEncap(out, encap);
  return { encapType: encapTypes[encap.kind], encap: out.written };
}

function writeEncap(out: Writer, encap: Encap): void {
  switch (encap.kind) {
    case "ip":
    case "ip6":
      ipTunnel.write(out, encap);
      break;
    case "mpls":
      mplsTunnel.write(out, { labels: labelStack(encap.labels) });
      break;
    case "ila":
      ilaTunnel.write(out, { locator: encap.locator });
      break;
  }
}

/** RFC 3032 §2.1: | label (20) | traffic class (3) | bottom of stack (1) | TTL (8) | each. */
function labelStack(labels: readonly number[]): Uint8Array {
  return Uint8Array.from(
    labels.flatMap((label, index) => [
      (label >> 12) & 0xff,
      (label >> 4) & 0xff,
      ((label & 0xf) << 4) | (index === labels.length - 1 ? 1 : 0),
      0,
    ]),
  );
}
