import { expect } from "chai";
import { toHex } from "../../src/base/bytes.js";
import { ip } from "../../src/base/ip.js";
import { formatMac, macFromOctets } from "../../src/base/mac.js";
import { multicastFrame, multicastMac } from "../../src/wire/ethernet.js";

describe("wire/ethernet", () => {
  it("has an address for every group", () => {
    expect(formatMac(multicastMac(ip("224.0.0.18")))).to.equal("01:00:5e:00:00:12");
    // RFC 1112 §6.4: the first bit of the last three octets does not fit.
    expect(formatMac(multicastMac(ip("239.129.2.3")))).to.equal("01:00:5e:01:02:03");
    expect(formatMac(multicastMac(ip("ff02::12")))).to.equal("33:33:00:00:00:12");
    expect(formatMac(multicastMac(ip("ff05::1:203:405")))).to.equal("33:33:02:03:04:05");
  });

  it("puts the virtual MAC address in front of a datagram", () => {
    const source = macFromOctets([0, 0, 0x5e, 0, 1, 51]);
    const datagram = Uint8Array.of(0x45, 0xc0);
    expect(toHex(multicastFrame(source, ip("224.0.0.18"), datagram))).to.equal("01005e00001200005e0001330800" + "45c0");
    expect(toHex(multicastFrame(source, ip("ff02::12"), datagram))).to.equal("33330000001200005e00013386dd" + "45c0");
  });
});
