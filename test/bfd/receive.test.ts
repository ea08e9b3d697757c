// The receive ladder, rung by rung (RFC 5880 §6.8.6, RFC 5881 §5), and the one rule: what is refused changes nothing.
import { expect } from "chai";
import fc from "fast-check";
import { ip } from "../../src/base/ip.js";
import { instant } from "../../src/base/time.js";
import type { ReceivedPacket } from "../../src/bfd/events.js";
import { receive } from "../../src/bfd/receive.js";
import { newSession } from "../../src/bfd/session.js";
import { rejectReasons } from "../../src/bfd/statistics.js";
import { encodeControlPacket } from "../../src/wire/bfd.js";
import { OURS, packet, sessionParams } from "../support/bfd.js";

const session = newSession(sessionParams(), OURS, 1, instant(0));
const directory = {
  byDiscriminator: (discriminator: number) => (discriminator === OURS ? session : undefined),
  byNeighbor: (address: string) => (address === "10.0.0.2" ? session : undefined),
};

const arriving = (
  changes: Parameters<typeof packet>[0] = {},
  about: Partial<Omit<ReceivedPacket, "bytes">> = {},
): ReceivedPacket => ({
  from: ip("10.0.0.2"),
  ttl: 255,
  multihop: false,
  ...about,
  bytes: encodeControlPacket(packet(changes)),
});

/** The A bit, with the shortest section there is. */
function authenticated(): ReceivedPacket {
  const bytes = new Uint8Array(26);
  bytes.set(encodeControlPacket(packet({ authenticated: true })));
  bytes[3] = 26;
  return { ...arriving(), bytes };
}

const cut = (length: number): ReceivedPacket => ({ ...arriving(), bytes: arriving().bytes.slice(0, length) });
function changed(at: number, octet: number): ReceivedPacket {
  const { bytes } = arriving();
  bytes[at] = octet;
  return { ...arriving(), bytes };
}

const rungs: readonly (readonly [reason: string, what: string, received: ReceivedPacket, ours: boolean])[] = [
  ["truncated", "23 octets", cut(23), false],
  ["version", "version 2", changed(0, 0x40), false],
  ["length", "a length of 20", changed(3, 20), false],
  ["multiplierZero", "Detect Mult 0", arriving({ multiplier: 0 }), false],
  ["multipoint", "the M bit", arriving({ multipoint: true }), false],
  ["myDiscriminatorZero", "My Discriminator 0", arriving({ myDiscriminator: 0 }), false],
  ["discriminatorMissing", "Up without Your Discriminator", arriving({ state: "up", yourDiscriminator: 0 }), false],
  ["discriminatorMissing", "Init without it", arriving({ state: "init", yourDiscriminator: 0 }), false],
  ["unknownDiscriminator", "somebody else's", arriving({ yourDiscriminator: 99 }), false],
  ["unknownSender", "a stranger's hello", arriving({ yourDiscriminator: 0 }, { from: ip("10.0.0.9") }), false],
  ["otherSender", "our discriminator from a stranger", arriving({}, { from: ip("10.0.0.9") }), true],
  ["otherPort", "the multihop port", arriving({}, { multihop: true }), true],
  ["ttl", "TTL 254", arriving({}, { ttl: 254 }), true],
  ["authentication", "an authentication section", authenticated(), true],
];

describe("bfd: receive ladder", () => {
  for (const [reason, what, received, ours] of rungs) {
    it(`${reason}: ${what}`, () => {
      const judged = receive(received, directory);
      expect(judged).to.deep.include({ kind: "rejected", reason });
      expect(judged.session).to.equal(ours ? session : undefined);
    });
  }

  it("has a case for every rung", () => {
    expect(new Set(rungs.map(([reason]) => reason))).to.deep.equal(new Set(rejectReasons));
  });

  it("takes a hello by its sender, and everything else by our discriminator", () => {
    for (const state of ["down", "adminDown"] as const) {
      expect(receive(arriving({ state, yourDiscriminator: 0 }), directory)).to.include({ kind: "accepted", session });
    }
    for (const state of ["down", "init", "up", "adminDown"] as const) {
      expect(receive(arriving({ state }), directory)).to.include({ kind: "accepted", session });
    }
  });

  it("any octets are accepted or refused for a reason, never an exception", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: 255 }), (bytes, ttl) => {
        const judged = receive({ ...arriving({}, { ttl }), bytes }, directory);
        if (judged.kind === "rejected") expect(rejectReasons).to.include(judged.reason);
      }),
      { numRuns: 5_000 },
    );
  });
});
