// IPv6 headers, neighbour advertisements and datagrams of both families, octet by octet.
import { expect } from "chai";
import fc from "fast-check";
import { fromHex, toHex } from "../../src/base/bytes.js";
import { ip } from "../../src/base/ip.js";
import { parseMac } from "../../src/base/mac.js";
import { encodeDatagram, parseDatagram } from "../../src/wire/datagram.js";
import { neighbourAdvertisement } from "../../src/wire/ndp.js";
import { encodeIpv6, parseIpv6 } from "../../src/wire/ipv6.js";

const source = ip("fe80::1");
const destination = ip("ff02::12");
const header = { source, destination, protocol: 112, ttl: 255 };

describe("wire: IPv6", () => {
  it("a header has traffic class 0xC0 and no flow label", () => {
    const datagram = encodeIpv6(header, Uint8Array.of(1, 2, 3));
    expect(toHex(datagram)).to.equal(
      "6c000000" + "000370ff" + "fe800000000000000000000000000001" + "ff020000000000000000000000000012" + "010203",
    );
  });

  it("reads back what it wrote, and passes over what follows", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 255 }), (payload, ttl) => {
        const datagram = Uint8Array.from([...encodeDatagram({ ...header, ttl }, 7, payload), 0, 0]);
        const parsed = parseDatagram(datagram);
        if (!parsed.ok) throw new Error(parsed.error);
        const { payloadStart, payloadEnd, ...rest } = parsed.value;
        expect(rest).to.deep.equal({ ...header, ttl });
        expect(toHex(datagram.subarray(payloadStart, payloadEnd))).to.equal(toHex(payload));
      }),
    );
  });

  it("says what is wrong with a header", () => {
    const short = parseIpv6(new Uint8Array(39));
    expect(short.ok ? "" : short.error).to.include("too few");
    const datagram = encodeIpv6(header, new Uint8Array(8));
    const cut = parseIpv6(datagram.subarray(0, 44));
    expect(cut.ok ? "" : cut.error).to.equal("payload length 8 does not fit a datagram of 44");
    const empty = parseDatagram(new Uint8Array());
    expect(empty.ok ? "" : empty.error).to.equal("an empty datagram");
  });

  it("the version decides which header is read", () => {
    const ipv4 = encodeDatagram(
      { source: ip("10.0.0.1"), destination: ip("10.0.0.2"), protocol: 112, ttl: 9 },
      5,
      new Uint8Array(8),
    );
    const parsed = parseDatagram(ipv4);
    expect(parsed.ok && parsed.value.source.family).to.equal(4);
  });

  // Captured from keepalived 2.2.7, its checksum included.
  it("a neighbour advertisement is keepalived's, octet for octet", () => {
    const mac = parseMac("02:00:00:00:00:01");
    if (mac === undefined) throw new Error("a MAC address");
    const frame = fromHex(
      "333300000001" +
        "020000000001" +
        "86dd" +
        "600000000020" +
        "3aff" +
        "20010db8000000000000000000000100" +
        "ff020000000000000000000000000001" +
        "8800f72c20000000" +
        "20010db8000000000000000000000100" +
        "0201020000000001",
    );
    expect(toHex(neighbourAdvertisement(mac, ip("2001:db8::100"), false))).to.equal(toHex(frame ?? []));
    // The router flag is one bit more, in the sum as well.
    const router = neighbourAdvertisement(mac, ip("2001:db8::100"), true);
    expect([router[58], toHex(router.subarray(56, 58))]).to.deep.equal([0xa0, "772c"]);
  });
});
