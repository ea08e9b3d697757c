import { expect } from "chai";
import fc from "fast-check";
import { ip, ipFromOctets, maxPrefixLength } from "../../../src/base/ip.js";
import {
  type AddressRequest,
  addressFlags,
  addressMessage,
  deleteAddress,
  dumpAddresses,
  newAddress,
  readAddress,
} from "../../../src/wire/netlink/address.js";
import { Malformed } from "../../../src/wire/netlink/kind.js";
import { message, messageIn, octets, requestHex, written } from "../../support/netlink.js";
import { writeRequest } from "../../../src/wire/netlink/message.js";

const plain: AddressRequest = {
  interfaceIndex: 3,
  prefix: { address: ip("10.0.0.1"), length: 24 },
  scope: 0,
  flags: 0,
};
const hex = (text: string): string => text.replaceAll(/\s/g, "");
const read = (bytes: Uint8Array) => readAddress(messageIn(bytes));
const reason = (outcome: unknown): unknown => (outcome instanceof Malformed ? outcome.reason : outcome);

describe("wire/netlink: address requests", () => {
  it("name the address twice where there is no far end", () => {
    expect(requestHex(newAddress(plain))).to.equal(
      hex(`30000000 1400 0105 07000000 00000000  02 18 00 00 03000000
        0800 0100 0a000001  0800 0200 0a000001  0800 0800 00000000`),
    );
  });

  it("carry every token of an address line", () => {
    const request = newAddress({
      ...plain,
      broadcast: ip("10.0.0.255"),
      scope: 253,
      label: "ve0:1",
      flags: addressFlags.noPrefixRoute,
      preferredLifetimeSeconds: 0,
    });
    expect(requestHex(request)).to.equal(
      hex(`58000000 1400 0105 07000000 00000000  02 18 00 fd 03000000
        0800 0100 0a000001  0800 0200 0a000001  0a00 0300 7665303a31000000  0800 0400 0a0000ff
        1400 0600 00000000 ffffffff 00000000 00000000  0800 0800 00020000`),
    );
  });

  it("put the prefix length of the far end on the wire", () => {
    const peer = { address: ip("10.2.0.9"), length: 30 };
    const requested = { ...plain, prefix: { address: ip("10.1.0.1"), length: 32 }, peer };
    expect(requestHex(newAddress(requested))).to.equal(
      hex(`30000000 1400 0105 07000000 00000000  02 1e 00 00 03000000
        0800 0100 0a020009  0800 0200 0a010001  0800 0800 00000000`),
    );
    expect(requestHex(deleteAddress(requested))).to.equal(
      hex(`28000000 1500 0100 07000000 00000000  02 1e 00 00 03000000  0800 0100 0a020009  0800 0200 0a010001`),
    );
  });

  it("carry IPv6 and flags beyond eight bits", () => {
    const flags = addressFlags.nodad | addressFlags.home | addressFlags.manageTempAddress | addressFlags.autoJoin;
    const request = { interfaceIndex: 3, prefix: { address: ip("2001:db8::1"), length: 64 }, scope: 0, flags };
    expect(requestHex(newAddress(request))).to.equal(
      hex(`48000000 1400 0105 07000000 00000000  0a 40 00 00 03000000
        1400 0100 20010db8000000000000000000000001  1400 0200 20010db8000000000000000000000001  0800 0800 12050000`),
    );
  });

  it("delete by what the kernel knows an address by, whatever its label", () => {
    const deletion = hex(
      "28000000 1500 0100 07000000 00000000 02 18 00 00 03000000 0800 0100 0a000001 0800 0200 0a000001",
    );
    expect(requestHex(deleteAddress(plain))).to.equal(deletion);
    expect(requestHex(deleteAddress({ ...plain, label: "eth0:1", broadcast: ip("10.0.0.255") }))).to.equal(deletion);
  });

  it("list every family", () => {
    expect(requestHex(dumpAddresses)).to.equal(hex("18000000 1600 0103 07000000 00000000 00 00 00 00 00000000"));
  });
});

describe("wire/netlink: addresses", () => {
  it("read what the kernel tells about an address with a far end", () => {
    const told = octets(`50000000 1400 0000 e9df006b 2b580000  02 1e 80 fd 02000000
      0800 0100 0a020009  0800 0200 0a010001  0900 0300 76313a7800000000  0800 0800 80000000
      1400 0600 ffffffff ffffffff bec20400 bec20400`);
    expect(read(told)).to.deep.equal({
      interfaceIndex: 2,
      prefix: { address: ip("10.1.0.1"), length: 30 },
      peer: ip("10.2.0.9"),
      label: "v1:x",
      scope: 253,
      flags: 0x80,
    });
  });

  it("read an IPv6 address, which comes without IFA_LOCAL", () => {
    const told = octets(`48000000 1400 0000 00000000 00000000  0a 40 82 00 02000000
      1400 0100 20010db8000000000000000000000001  1400 0600 ffffffff ffffffff bec20400 bec20400  0800 0800 82000000`);
    expect(read(told)).to.deep.equal({
      interfaceIndex: 2,
      prefix: { address: ip("2001:db8::1"), length: 64 },
      scope: 0,
      flags: 0x82,
    });
  });

  it("take the flags of the header where there is no attribute", () => {
    expect(read(message(20, octets("02 18 81 00 02000000 0800 0100 0a000001")))).to.include({ flags: 0x81 });
  });

  it("pass over other families", () => {
    expect(read(message(20, octets("2d 18 00 00 02000000 0500 0100 09000000")))).to.equal(undefined);
  });

  it("say what is wrong", () => {
    const outcome = (text: string) => reason(read(message(20, octets(text))));
    expect(outcome("02 18 00")).to.equal("3 octets are no ifaddrmsg");
    expect(outcome("02 18 00 00 02000000")).to.equal("address: neither IFA_LOCAL nor IFA_ADDRESS");
    expect(outcome("02 21 00 00 02000000 0800 0100 0a000001")).to.equal("address: a prefix length of 33");
    expect(outcome("0a 18 00 00 02000000 0800 0100 0a000001")).to.equal("address: octets of another family than IPv6");
    expect(outcome("02 18 00 00 02000000 0700 0200 0a000000")).to.equal("address: local: 3 octets are no IP address");
  });

  it("print their messages", () => {
    const bytes = written((out) => writeRequest(out, newAddress({ ...plain, label: "eth0:1" }), 7));
    const { view, start, end } = messageIn(bytes);
    const outcome = addressMessage.read(view, start, end);
    if (outcome instanceof Malformed) throw new Error(outcome.reason);
    expect(addressMessage.print(outcome.header, outcome.attributes)).to.equal(
      "ifaddrmsg family 2 prefixLength 24 flags 0 scope 0 interfaceIndex 3 " +
        'address 10.0.0.1 local 10.0.0.1 label "eth0:1" flags 0',
    );
  });

  const address = (length: 4 | 16) =>
    fc.array(fc.nat(255), { minLength: length, maxLength: length }).map((values) => ipFromOctets(values));
  const requests = fc.constantFrom<4 | 16>(4, 16).chain((length) =>
    fc.record({
      interfaceIndex: fc.nat(0x7fffffff),
      prefix: fc.record({ address: address(length), length: fc.nat(maxPrefixLength(length === 4 ? 4 : 6)) }),
      scope: fc.nat(255),
      flags: fc.nat(0xfff),
      label: fc.option(fc.stringMatching(/^[a-z0-9:.]{1,15}$/), { nil: undefined }),
      broadcast: fc.option(address(length), { nil: undefined }),
      preferredLifetimeSeconds: fc.option(fc.nat(0xffffffff), { nil: undefined }),
    }),
  );

  it("read back what was requested", () => {
    fc.assert(
      fc.property(requests, (request) => {
        expect(read(written((out) => writeRequest(out, newAddress(request), 7)))).to.deep.equal({
          interfaceIndex: request.interfaceIndex,
          prefix: request.prefix,
          scope: request.scope,
          flags: request.flags,
          ...(request.label === undefined ? {} : { label: request.label }),
        });
      }),
    );
  });

  it("are read from any octets or given a reason", () => {
    fc.assert(
      fc.property(fc.constantFrom(2, 10), fc.uint8Array({ maxLength: 60 }), (family, rest) => {
        const outcome = read(message(20, Uint8Array.of(family, ...rest)));
        if (!(outcome instanceof Malformed))
          expect(outcome?.prefix.address.octets).to.have.length(family === 2 ? 4 : 16);
      }),
      { numRuns: 500 },
    );
  });
});
