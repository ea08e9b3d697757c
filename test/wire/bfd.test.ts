// BFD Control packets as real speakers write them, the codec's own laws, and what malformed octets are called.
import { expect } from "chai";
import fc from "fast-check";
import { fromHex, toHex } from "../../src/base/bytes.js";
import { micros } from "../../src/base/time.js";
import { type ControlPacket, decodeControlPacket, encodeControlPacket, sessionStates } from "../../src/wire/bfd.js";
import { packet } from "../support/bfd.js";

const vectors: readonly { readonly name: string; readonly hex: string; readonly packet: ControlPacket }[] = [
  {
    name: "keepalived 2.2.7, the first packet of a session",
    hex: "204003187db17d9e00000000000f4240000186a000000000",
    packet: packet({
      state: "down",
      myDiscriminator: 0x7db17d9e,
      yourDiscriminator: 0,
      desiredMinTx: micros(1_000_000),
      requiredMinRx: micros(100_000),
    }),
  },
  {
    name: "keepalived 2.2.7, up and polling",
    hex: "20e00318ecb9b4a47db17d9e000186a0000186a000000000",
    packet: packet({
      state: "up",
      poll: true,
      myDiscriminator: 0xecb9b4a4,
      yourDiscriminator: 0x7db17d9e,
      desiredMinTx: micros(100_000),
      requiredMinRx: micros(100_000),
    }),
  },
  {
    name: "every bit and the largest numbers (RFC 5880 §4.1)",
    hex: "3f3fff18ffffffff80000001ffffffffffffffff00000001",
    packet: {
      diagnostic: 31,
      state: "adminDown",
      poll: true,
      final: true,
      independent: true,
      authenticated: true,
      demand: true,
      multipoint: true,
      multiplier: 255,
      myDiscriminator: 0xffff_ffff,
      yourDiscriminator: 0x8000_0001,
      desiredMinTx: micros(0xffff_ffff),
      requiredMinRx: micros(0xffff_ffff),
      requiredMinEchoRx: micros(1),
    },
  },
];

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const good = "20c0031800002222000011110001 86a0000186a000000000".replaceAll(" ", "");
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const span = u32.map(micros);

const anyPacket: fc.Arbitrary<ControlPacket> = fc.record({
  diagnostic: fc.integer({ min: 0, max: 31 }),
  state: fc.constantFrom(...sessionStates),
  poll: fc.boolean(),
  final: fc.boolean(),
  independent: fc.boolean(),
  authenticated: fc.constant(false),
  demand: fc.boolean(),
  multipoint: fc.boolean(),
  multiplier: fc.integer({ min: 0, max: 255 }),
  myDiscriminator: u32,
  yourDiscriminator: u32,
  desiredMinTx: span,
  requiredMinRx: span,
  requiredMinEchoRx: span,
});

describe("wire: bfd", () => {
  for (const { name, hex, packet: expected } of vectors) {
    it(name, () => {
      expect(toHex(encodeControlPacket(expected))).to.equal(hex);
      // An authenticated packet is longer: its length is the decoder's business.
      if (!expected.authenticated) {
        expect(decodeControlPacket(octets(hex))).to.deep.equal({ ok: true, value: expected });
      }
    });
  }

  it("what is encoded is decoded", () => {
    fc.assert(
      fc.property(anyPacket, (any) => {
        expect(decodeControlPacket(encodeControlPacket(any))).to.deep.equal({ ok: true, value: any });
      }),
    );
  });

  it("any octets are a packet or a reason, never an exception", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const decoded = decodeControlPacket(bytes);
        if (decoded.ok) expect(bytes.length).to.be.greaterThan(23);
        else expect(decoded.error).to.be.oneOf(["truncated", "version", "length"]);
      }),
      { numRuns: 5_000 },
    );
  });

  const malformed: readonly (readonly [what: string, hex: string, reason: string])[] = [
    ["nothing", "", "truncated"],
    ["23 octets", good.slice(0, 46), "truncated"],
    ["version 0", `00${good.slice(2)}`, "version"],
    ["version 2", `40${good.slice(2)}`, "version"],
    ["a length of 23", `${good.slice(0, 6)}17${good.slice(8)}`, "length"],
    ["a length beyond the datagram", `${good.slice(0, 6)}19${good.slice(8)}`, "length"],
    ["the A bit without room for a section", `20c4${good.slice(4)}`, "length"],
    ["the A bit, a length of 25", `20c40319${good.slice(8)}00`, "length"],
  ];
  for (const [what, hex, reason] of malformed) {
    it(`${what}: ${reason}`, () => {
      expect(decodeControlPacket(octets(hex))).to.deep.equal({ ok: false, error: reason });
    });
  }

  it("octets behind the length are not looked at", () => {
    expect(decodeControlPacket(octets(`${good}ffff`)).ok).to.be.true;
  });

  it("an authentication section is seen", () => {
    const decoded = decodeControlPacket(octets(`20c4031a${good.slice(8)}0104`));
    expect(decoded.ok && decoded.value.authenticated).to.be.true;
  });
});
