import { expect } from "chai";
import fc from "fast-check";
import { toHex } from "../../../src/base/bytes.js";
import { ip as address, ipFromOctets } from "../../../src/base/ip.js";
import { array, body, nested, table } from "../../../src/wire/netlink/attribute.js";
import {
  Malformed,
  bytes,
  flag,
  ip,
  s32,
  string,
  struct,
  u16,
  u16be,
  u32,
  u32be,
  u64,
  u8,
} from "../../../src/wire/netlink/kind.js";
import { octets, viewOf, written } from "../../support/netlink.js";

const pair = struct("pair", [
  ["value", u16],
  ["mask", u32],
]);

const inner = table("inner", [
  ["port", 2, u16be],
  ["name", 3, string],
]);

const sample = table("sample", [
  ["small", 1, u8],
  ["medium", 2, u16],
  ["large", 3, u32],
  ["signed", 4, s32],
  ["huge", 5, u64],
  ["port", 6, u16be],
  ["mask", 7, u32be],
  ["name", 8, string],
  ["raw", 9, bytes],
  ["present", 10, flag],
  ["local", 11, ip],
  ["pair", 12, pair],
  ["inner", 13, nested(inner)],
  ["list", 14, array(u32)],
  ["members", 15, array(nested(inner))],
]);

const read = (from: Uint8Array) => sample.read(viewOf(from), 0, from.length);

const natural = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n }).map(Number);
const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((value) => !value.includes("\0"));
const ports = fc.record({ port: natural(16), name: text }, { requiredKeys: [] });
const samples = fc.record(
  {
    small: natural(8),
    medium: natural(16),
    large: natural(32),
    signed: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    huge: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    port: natural(16),
    mask: natural(32),
    name: text,
    raw: fc.uint8Array({ maxLength: 20 }),
    present: fc.constant(true as const),
    local: fc
      .constantFrom(4, 16)
      .chain((length) => fc.array(fc.nat(255), { minLength: length, maxLength: length }))
      .map(ipFromOctets),
    pair: fc.record({ value: natural(16), mask: natural(32) }),
    inner: ports,
    list: fc.array(natural(32), { maxLength: 5 }),
    members: fc.array(ports, { maxLength: 3 }),
    unknown: fc.array(
      fc.record({
        type: fc.constantFrom(0, 100, 0x8064, 0x4065, 0x3fff),
        payload: fc.uint8Array({ maxLength: 9 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  },
  { requiredKeys: [] },
);

describe("wire/netlink: attribute tables", () => {
  it("write a row as length, type and padded payload", () => {
    const hex = (values: Parameters<typeof sample.write>[1]) => toHex(written((out) => sample.write(out, values)));
    expect(hex({ small: 7 })).to.equal("0500010007000000");
    expect(hex({ medium: 0x1234 })).to.equal("0600020034120000");
    expect(hex({ large: 0x12345678 })).to.equal("0800030078563412");
    expect(hex({ signed: -2 })).to.equal("08000400feffffff");
    expect(hex({ huge: 1n })).to.equal("0c0005000100000000000000");
    expect(hex({ port: 0x1234 })).to.equal("0600060012340000");
    expect(hex({ mask: 0xffffff00 })).to.equal("08000700ffffff00");
    expect(hex({ name: "eth0:1" })).to.equal("0b000800657468303a310000");
    expect(hex({ present: true })).to.equal("04000a00");
    expect(hex({ local: address("10.0.0.1") })).to.equal("08000b000a000001");
    expect(hex({ pair: { value: 1, mask: 0xffffffff } })).to.equal("0a000c000100ffffffff0000");
    expect(hex({ inner: { port: 80, name: "a" } })).to.equal("14000d80" + "0600020000500000" + "0600030061000000");
    expect(hex({ list: [5, 6] })).to.equal("14000e80" + "0800010005000000" + "0800020006000000");
    expect(hex({ large: undefined })).to.equal("");
  });

  it("write rows in their own order, unknown attributes last", () => {
    const hex = toHex(
      written((out) => sample.write(out, { unknown: [{ type: 99, payload: octets("aabb") }], large: 2, small: 1 })),
    );
    expect(hex).to.equal("0500010001000000" + "0800030002000000" + "06006300aabb0000");
  });

  it("read back what was written", () => {
    fc.assert(
      fc.property(samples, (values) => {
        expect(read(written((out) => sample.write(out, values)))).to.deep.equal(values);
      }),
    );
  });

  it("read any octets as values or as malformed, and nothing beside them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(8), (garbage, offset) => {
        const start = Math.min(offset, garbage.length);
        const around = new Uint8Array(garbage.length + 16).fill(0xff);
        around.set(garbage, 0);
        const values = sample.read(viewOf(around), start, garbage.length);
        // The same octets without neighbours: reading outside would throw or give something else.
        expect(values).to.deep.equal(sample.read(viewOf(garbage.slice()), start, garbage.length));
      }),
    );
  });

  it("read any change of a well-formed message without throwing", () => {
    fc.assert(
      fc.property(samples, fc.nat(), fc.nat(255), fc.nat(), (values, place, octet, end) => {
        const bytes = written((out) => sample.write(out, values)).slice();
        if (bytes.length > 0) bytes[place % bytes.length] = octet;
        const cut = bytes.slice(0, bytes.length - (end % (bytes.length + 1)));
        const outcome = read(cut);
        if (!(outcome instanceof Malformed)) expect(sample.print(outcome)).to.be.a("string");
      }),
    );
  });

  it("keep a copy of what they have no row for", () => {
    const bytes = octets("06006300aabb0000 0500010007000000");
    const values = read(bytes);
    bytes.fill(0);
    expect(values).to.deep.equal({ small: 7, unknown: [{ type: 99, payload: octets("aabb") }] });
  });

  it("let the last of two equal attributes count", () => {
    expect(read(octets("0500010007000000 0500010009000000"))).to.deep.equal({ small: 9 });
  });

  it("ignore the bits beside the type, and padding at the end", () => {
    expect(read(octets("0600064000500000"))).to.deep.equal({ port: 80 });
    expect(read(octets("0500010007000000 0000"))).to.deep.equal({ small: 7 });
    expect(read(octets("0500010007"))).to.deep.equal({ small: 7 });
  });

  it("end a string at its zero or with the attribute", () => {
    expect(read(octets("0a000800 657468300061 0000"))).to.deep.equal({ name: "eth0" });
    expect(read(octets("08000800 65746830"))).to.deep.equal({ name: "eth0" });
    expect(read(octets("04000800"))).to.deep.equal({ name: "" });
  });

  it("pass over what a later kernel appends to a struct", () => {
    expect(read(octets("0e000c00 0100ffffffff 01020304 0000"))).to.deep.equal({ pair: { value: 1, mask: 0xffffffff } });
  });

  it("say what is wrong, and where", () => {
    const reason = (hex: string) => {
      const outcome = read(octets(hex));
      return outcome instanceof Malformed ? outcome.reason : outcome;
    };
    expect(reason("07000300123456 00")).to.equal("sample: large: 3 octets are no u32");
    expect(reason("03000100")).to.equal("sample: an attribute of 3 octets where 4 are left");
    expect(reason("09000100 01000000")).to.equal("sample: an attribute of 9 octets where 8 are left");
    expect(reason("05000a00 01000000")).to.equal("sample: present: 1 octets are no flag");
    expect(reason("09000b00 0102030405 000000")).to.equal("sample: local: 5 octets are no IP address");
    expect(reason("08000c00 01020304")).to.equal("sample: pair: 4 octets are no pair");
    expect(reason("0a000d80 05000200 0100 0000")).to.equal("sample: inner: inner: port: 1 octets are no u16be");
    expect(reason("0a000e80 06000100 0100 0000")).to.equal("sample: list: 2 octets are no u32");
  });

  it("print themselves", () => {
    const line = sample.print({
      port: 80,
      name: "eth0",
      local: address("10.0.0.1"),
      raw: octets("0aff"),
      pair: { value: 1, mask: 2 },
      inner: { name: "x" },
      list: [1, 2],
      unknown: [{ type: 99, payload: octets("aabb") }],
    });
    expect(line).to.equal(
      'port 80 name "eth0" raw 0aff local 10.0.0.1 pair value 1 mask 2 inner { name "x" } list [ 1, 2 ] attribute(99) aabb',
    );
  });

  it("refuse rows that are not distinct", () => {
    expect(() =>
      table("twice", [
        ["a", 1, u8],
        ["b", 1, u8],
      ]),
    ).to.throw("rows of a table differ");
    expect(() =>
      table("twice", [
        ["a", 1, u8],
        ["a", 2, u8],
      ]),
    ).to.throw("rows of a table differ");
    expect(() => table("twice", [["unknown", 1, u8]])).to.throw("rows of a table differ");
  });
});

describe("wire/netlink: bodies", () => {
  const sampleBody = body(
    struct("genlmsghdr", [
      ["command", u8],
      ["version", u8],
      ["reserved", u16],
    ]),
    inner,
  );
  const header = { command: 3, version: 1, reserved: 0 };

  it("are a fixed part and attributes", () => {
    const bytes = written((out) => sampleBody.write(out, header, { port: 80 }));
    expect(toHex(bytes)).to.equal("03010000" + "0600020000500000");
    expect(sampleBody.read(viewOf(bytes), 0, bytes.length)).to.deep.equal({ header, attributes: { port: 80 } });
    expect(sampleBody.print(header, { port: 80 })).to.equal("genlmsghdr command 3 version 1 reserved 0 port 80");
  });

  it("are malformed when the fixed part is cut short", () => {
    const outcome = sampleBody.read(viewOf(octets("030100")), 0, 3);
    expect(outcome).to.deep.equal(new Malformed("3 octets are no genlmsghdr"));
  });

  it("that outgrow their buffer are a defect", () => {
    expect(() => written((out) => sampleBody.write(out, header, { name: "x".repeat(65_536) }))).to.throw(
      "a netlink message fits its buffer",
    );
  });
});
