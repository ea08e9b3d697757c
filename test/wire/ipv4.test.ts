// IPv4 headers and gratuitous ARP frames.
import { expect } from "chai";
import fc from "fast-check";
import { toHex } from "../../src/base/bytes.js";
import { ip } from "../../src/base/ip.js";
import { macFromOctets } from "../../src/base/mac.js";
import { gratuitousArp } from "../../src/wire/arp.js";
import { encodeIpv4, parseIpv4 } from "../../src/wire/ipv4.js";

const header = { source: ip("10.9.9.1"), destination: ip("224.0.0.18"), protocol: 112, ttl: 255, identification: 7 };

describe("wire/ipv4", () => {
  it("writes TOS 0xC0, DF clear, the identification and the checksum", () => {
    expect(toHex(encodeIpv4(header, Uint8Array.of(1, 2)))).to.equal(
      "45c0001600070000ff70c7940a090901e0000012" + "0102",
    );
  });

  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(255), fc.nat(0xffff), (payload, ttl, identification) => {
        const bytes = encodeIpv4({ ...header, ttl, identification }, payload);
        const parsed = parseIpv4(bytes);
        if (!parsed.ok) throw new Error(parsed.error);
        const { payloadStart, payloadEnd, ...fields } = parsed.value;
        expect(fields).to.deep.equal({ ...header, ttl, identification });
        expect(Array.from(bytes.subarray(payloadStart, payloadEnd))).to.deep.equal(Array.from(payload));
      }),
    );
  });

  it("never reads outside a datagram", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const parsed = parseIpv4(bytes);
        if (!parsed.ok) return parsed.error !== "";
        const { payloadStart, payloadEnd } = parsed.value;
        return payloadStart >= 20 && payloadStart <= payloadEnd && payloadEnd <= bytes.length;
      }),
    );
  });
});

describe("wire/arp", () => {
  it("announces an address: a broadcast request in which sender and target are the same", () => {
    const frame = gratuitousArp(macFromOctets([2, 0, 0, 0, 0, 1]), ip("10.9.9.100"));
    expect(toHex(frame)).to.equal(
      "ffffffffffff" +
        "020000000001" +
        "0806" +
        "0001080006040001" +
        "020000000001" +
        "0a090964" +
        "ffffffffffff" +
        "0a090964",
    );
  });
});
