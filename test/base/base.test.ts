// The vocabulary everything stands on: addresses, time, checksums, octets, the seeded generator.
import { expect } from "chai";
import fc from "fast-check";
import { assert, InvariantError } from "../../src/base/assert.js";
import { fromHex, readU16, readU32, toHex, writeU16, writeU32 } from "../../src/base/bytes.js";
import { checksum } from "../../src/base/checksum.js";
import {
  compareIp,
  formatIp,
  ip,
  ipFromOctets,
  isLinkLocal,
  isLoopback,
  isMulticast,
  parseIp,
  sameIp,
} from "../../src/base/ip.js";
import { formatMac, parseMac } from "../../src/base/mac.js";
import { prng } from "../../src/base/prng.js";
import { after, earliest, elapsed, instant, micros, seconds, until } from "../../src/base/time.js";

const octet = fc.integer({ min: 0, max: 255 });
const octets = (count: number): fc.Arbitrary<number[]> => fc.array(octet, { minLength: count, maxLength: count });

describe("base/ip", () => {
  it("reads and writes IPv4", () => {
    expect(ip("10.0.0.255").octets).to.deep.equal([10, 0, 0, 255]);
    fc.assert(fc.property(octets(4), (o) => formatIp(ip(o.join("."))) === o.join(".")));
  });

  for (const text of [
    "",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "01.2.3.4",
    "1.2.3.4 ",
    "a.b.c.d",
    "1.2.3.-4",
    "1..2.3",
    ":",
    ":::",
    "1::2::3",
    "12345::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "::1.2.3",
    "1.2.3.4::",
    "fe80::1%eth0",
    "::/0",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(parseIp(text)).to.equal(undefined);
    });
  }

  // RFC 5952 §4 and §5: shortest form, longest run of zeros, lower case.
  const forms: readonly (readonly [string, string])[] = [
    ["::", "::"],
    ["::1", "::1"],
    ["2001:DB8::1", "2001:db8::1"],
    ["2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["fe80:0:0:0:0:0:0:0", "fe80::"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::ffff:1.2.3.4", "::ffff:102:304"],
  ];
  for (const [text, canonical] of forms) {
    it(`writes ${text} as ${canonical}`, () => {
      expect(formatIp(ip(text))).to.equal(canonical);
    });
  }

  it("reads back every IPv6 address it writes", () => {
    const sparse = fc.array(fc.oneof(fc.constant(0), octet), { minLength: 16, maxLength: 16 });
    fc.assert(fc.property(sparse, (o) => sameIp(ip(formatIp(ipFromOctets(o))), ipFromOctets(o))));
  });

  it("orders numerically", () => {
    expect(compareIp(ip("10.0.0.9"), ip("10.0.0.10"))).to.be.lessThan(0);
    expect(compareIp(ip("10.0.1.0"), ip("10.0.0.255"))).to.be.greaterThan(0);
    expect(compareIp(ip("255.0.0.0"), ip("::"))).to.be.lessThan(0);
    expect(compareIp(ip("fe80::1"), ip("fe80::1"))).to.equal(0);
  });

  it("knows loopback, multicast and link-local addresses", () => {
    expect([ip("127.1.2.3"), ip("::1"), ip("128.0.0.1"), ip("::2")].map(isLoopback)).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
    expect([ip("224.0.0.18"), ip("239.9.9.9"), ip("240.0.0.1"), ip("ff02::12")].map(isMulticast)).to.deep.equal([
      true,
      true,
      false,
      true,
    ]);
    expect([ip("169.254.0.1"), ip("fe80::1"), ip("febf::1"), ip("fec0::1")].map(isLinkLocal)).to.deep.equal([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe("base/mac", () => {
  it("reads and writes", () => {
    const mac = parseMac("00:0:5E:00:01:ff");
    expect(mac === undefined ? "" : formatMac(mac)).to.equal("00:00:5e:00:01:ff");
    for (const text of ["", "00:00:5e:00:01", "00:00:5e:00:01:fff", "00-00-5e-00-01-02"]) {
      expect(parseMac(text)).to.equal(undefined);
    }
  });
});

describe("base/checksum", () => {
  it("agrees with the example of RFC 1071 §3", () => {
    // 0001 f203 f4f5 f6f7 sum to ddf2; the checksum is its complement.
    expect(checksum(fromHex("0001f203f4f5f6f7") ?? new Uint8Array())).to.equal(0xffff - 0xddf2);
  });

  it("makes a message sum to zero, whatever its length and size", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 3000 }), (bytes) => {
        const even = bytes.length % 2 === 0 ? bytes : bytes.subarray(0, bytes.length - 1);
        writeU16(even, 0, 0);
        writeU16(even, 0, checksum(even));
        return checksum(even) === 0 || checksum(even) === 0xffff;
      }),
    );
  });
});

describe("base/bytes", () => {
  it("reads what it wrote", () => {
    const bytes = new Uint8Array(6);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), fc.nat(0xffff_ffff), (short, long) => {
        writeU16(bytes, 0, short);
        writeU32(bytes, 2, long);
        return readU16(bytes, 0) === short && readU32(bytes, 2) === long;
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), (octetsOf) => toHex(fromHex(toHex(octetsOf)) ?? []) === toHex(octetsOf)));
    expect([fromHex("abc"), fromHex("zz")]).to.deep.equal([undefined, undefined]);
  });
});

describe("base/time", () => {
  it("does arithmetic in whole microseconds, and refuses anything else", () => {
    const now = instant(5_000_000);
    expect(after(now, seconds(0.01))).to.equal(5_010_000);
    expect(elapsed(instant(1), now)).to.equal(4_999_999);
    expect(elapsed(now, instant(1))).to.equal(0);
    expect(until(now, instant(4_000_000))).to.equal(1_000_000);
    expect([earliest(undefined, now), earliest(now, undefined), earliest(instant(2), instant(1))]).to.deep.equal([
      now,
      now,
      1,
    ]);
    expect(() => micros(-1)).to.throw(InvariantError);
    expect(() => micros(0.5)).to.throw(InvariantError);
    expect(() => instant(Number.NaN)).to.throw(InvariantError);
    expect(() => assert(false, "the sky is up")).to.throw(InvariantError, "the sky is up");
  });
});

describe("base/prng", () => {
  it("repeats itself from its seed, and stays in bounds", () => {
    const draw = (seed: number): number[] => {
      const random = prng(seed);
      return Array.from({ length: 100 }, () => random.below(7));
    };
    expect(draw(1)).to.deep.equal(draw(1));
    expect(draw(1)).not.to.deep.equal(draw(2));
    expect(new Set(draw(3))).to.deep.equal(new Set([0, 1, 2, 3, 4, 5, 6]));
  });
});
