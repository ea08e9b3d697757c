import { expect } from "chai";
import { fromHex, toHex } from "../../src/base/bytes.js";
import { ip } from "../../src/base/ip.js";
import { encodeUtf8 } from "../../src/base/utf8.js";
import { AH_PROTOCOL, encodeAuthenticated, isAuthentic, parseAuthenticationHeader } from "../../src/wire/ah.js";
import { isSigned, parseTrailer, sign } from "../../src/wire/auth-hmac.js";
import { parseIpv4 } from "../../src/wire/ipv4.js";

const octets = (text: string): Uint8Array => Uint8Array.from(encodeUtf8(text));
const hex = (text: string): Uint8Array => {
  const bytes = fromHex(text.replaceAll(" ", ""));
  expect(bytes).to.not.equal(undefined);
  return bytes ?? new Uint8Array();
};

describe("the authentication header", () => {
  /** Sent by keepalived 2.2.7: VRID 51, priority 100, auth_pass secret12, its first advertisement. */
  const captured = hex(
    "45c0004000010000ff33c7ad0a090901e0000012 700400000a09090100000001 3090dad26aae019cf9b495c5" +
      "213364010201655d0a0909640000000000000000",
  );
  const key = octets("secret12");

  it("is octet for octet keepalived's", () => {
    const header = { source: ip("10.9.9.1"), destination: ip("224.0.0.18"), ttl: 255, identification: 1 };
    const payload = captured.slice(44);
    const datagram = encodeAuthenticated(header, { nextHeader: 112, sequence: 1 }, payload, key);
    expect(toHex(datagram)).to.equal(toHex(captured));
  });

  it("is recognised with its key alone, and no octet that it covers may change", () => {
    const header = parseIpv4(captured);
    expect(header.ok && header.value.protocol).to.equal(AH_PROTOCOL);
    expect(parseAuthenticationHeader(captured, 20, 64)).to.deep.equal({
      ok: true,
      value: { nextHeader: 112, sequence: 1 },
    });
    expect(isAuthentic(captured, 20, key)).to.equal(true);
    expect(isAuthentic(captured, 20, octets("secret13"))).to.equal(false);
    const mutable = new Set([1, 6, 7, 10, 11]);
    for (const index of captured.keys()) {
      const changed = captured.slice();
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(isAuthentic(changed, 20, key), `octet ${index}`).to.equal(mutable.has(index));
    }
  });

  it("is malformed when it is short or of another length", () => {
    expect(parseAuthenticationHeader(captured, 20, 43).ok).to.equal(false);
    const longer = captured.slice();
    longer[21] = 5;
    expect(parseAuthenticationHeader(longer, 20, 64).ok).to.equal(false);
  });
});

describe("the trailer of auth_hmac", () => {
  /** Sent by keepalived 2.4.3: VRID 62, priority 200, 50 cs, key id 7. */
  const message = hex("313ec8010032ff850a090966");
  const captured = hex("313ec8010032ff850a090966 01070000 6b0015d1 6146 0000 697f9433df07db21e350f16f1a9ef0c5");
  const key = octets("0123456789abcdef0123456789abcdef");
  const trailer = { keyId: 7, stamp: { seconds: 0x6b0015d1, fraction: 0x6146, counter: 0 } };

  it("is octet for octet keepalived's", () => {
    expect(toHex(sign(message, ip("10.9.9.1"), trailer, key))).to.equal(toHex(captured));
    expect(parseTrailer(captured)).to.deep.equal({ ok: true, value: trailer });
  });

  it("is recognised with its key and its sender alone, and no octet but those of the checksum may change", () => {
    expect(isSigned(captured, ip("10.9.9.1"), key)).to.equal(true);
    expect(isSigned(captured, ip("10.9.9.2"), key)).to.equal(false);
    expect(isSigned(captured, ip("10.9.9.1"), octets("another key of thirty-two octets!"))).to.equal(false);
    for (const index of captured.keys()) {
      const changed = captured.slice();
      changed[index] = (changed[index] ?? 0) ^ (index === 0 ? 0x10 : 1);
      expect(isSigned(changed, ip("10.9.9.1"), key), `octet ${index}`).to.equal(index === 6 || index === 7);
    }
  });

  it("covers IPv6 senders", () => {
    const signed = sign(message, ip("fe80::1"), trailer, key);
    expect(isSigned(signed, ip("fe80::1"), key)).to.equal(true);
    expect(isSigned(signed, ip("fe80::2"), key)).to.equal(false);
  });

  it("is malformed with another type or with reserved bits", () => {
    for (const offset of [0, 2, 3]) {
      const changed = captured.slice();
      const at = message.length + offset;
      changed[at] = (changed[at] ?? 0) ^ 2;
      expect(parseTrailer(changed).ok).to.equal(false);
    }
  });
});
