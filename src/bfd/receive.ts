// The receive ladder: each rung is a reason to refuse a packet, in this order (RFC 5880 §6.8.6; TTL: RFC 5881 §5).
// Nothing that fails a rung touches a session, except for its counters.
import { formatIp, sameIp } from "../base/ip.js";
import { type ControlPacket, decodeControlPacket } from "../wire/bfd.js";
import type { ReceivedPacket } from "./events.js";
import type { Session } from "./session.js";
import type { RejectReason } from "./statistics.js";

export type Received =
  | { readonly kind: "accepted"; readonly session: Session; readonly packet: ControlPacket }
  | {
      readonly kind: "rejected";
      readonly reason: RejectReason;
      readonly detail: string;
      /** Absent: it belongs to none. */
      readonly session?: Session;
    };

/** How a session is found. */
export interface Directory {
  byDiscriminator(discriminator: number): Session | undefined;
  byNeighbor(address: string): Session | undefined;
}

export function receive(received: ReceivedPacket, directory: Directory): Received {
  const decoded = decodeControlPacket(received.bytes);
  if (!decoded.ok) return reject(decoded.error, `${received.bytes.length} octets`);
  const packet = decoded.value;
  if (packet.multiplier === 0) return reject("multiplierZero", "Detect Mult is 0");
  if (packet.multipoint) return reject("multipoint", "the M bit is set");
  if (packet.myDiscriminator === 0) return reject("myDiscriminatorZero", "My Discriminator is 0");
  const found = find(packet, received, directory);
  return "reason" in found ? found : judge(packet, received, found);
}

const reject = (reason: RejectReason, detail: string): Extract<Received, { kind: "rejected" }> => ({
  kind: "rejected",
  reason,
  detail,
});

function find(
  packet: ControlPacket,
  { from }: ReceivedPacket,
  directory: Directory,
): Session | ReturnType<typeof reject> {
  const { yourDiscriminator, state } = packet;
  if (yourDiscriminator === 0) {
    if (state !== "down" && state !== "adminDown") {
      return reject("discriminatorMissing", `Your Discriminator is 0 in the state ${state}`);
    }
    return directory.byNeighbor(formatIp(from)) ?? reject("unknownSender", `${formatIp(from)} is nobody's neighbor_ip`);
  }
  return (
    directory.byDiscriminator(yourDiscriminator) ??
    reject("unknownDiscriminator", `Your Discriminator ${yourDiscriminator} is none of ours`)
  );
}

/** It names a session: whether it may speak to it. */
function judge(packet: ControlPacket, { from, ttl, multihop }: ReceivedPacket, session: Session): Received {
  const { params } = session;
  const refuse = (reason: RejectReason, detail: string): Received => ({ ...reject(reason, detail), session });
  if (!sameIp(from, params.neighbor)) {
    return refuse("otherSender", `it comes from ${formatIp(from)}, neighbor_ip is ${formatIp(params.neighbor)}`);
  }
  if (multihop !== params.multihop) {
    return refuse("otherPort", `it came to the port of ${multihop ? "multihop" : "single hop"} sessions`);
  }
  if (ttl < params.minTtl) return refuse("ttl", `TTL is ${ttl}, at least ${params.minTtl} is expected`);
  if (packet.authenticated) return refuse("authentication", "it is authenticated");
  return { kind: "accepted", session, packet };
}
