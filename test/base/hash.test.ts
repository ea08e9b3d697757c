import { createHash, createHmac } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { toHex } from "../../src/base/bytes.js";
import { MD5, SHA256, hmac, sameOctets } from "../../src/base/hash.js";
import { encodeUtf8 } from "../../src/base/utf8.js";

const octets = (text: string): Uint8Array => Uint8Array.from(encodeUtf8(text));

describe("digests", () => {
  it("are those of RFC 1321 and FIPS 180-4", () => {
    expect(toHex(MD5.digest(octets("")))).to.equal("d41d8cd98f00b204e9800998ecf8427e");
    expect(toHex(MD5.digest(octets("message digest")))).to.equal("f96b697d7cb7938d525a2f31aaf161d0");
    expect(toHex(SHA256.digest(octets("abc")))).to.equal(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  it("are those of RFC 2104 and RFC 4231 when keyed", () => {
    expect(toHex(hmac(MD5, octets("Jefe"), octets("what do ya want for nothing?")))).to.equal(
      "750c783e6ab0b503eaa86e310a5db738",
    );
    expect(toHex(hmac(SHA256, octets("Jefe"), octets("what do ya want for nothing?")))).to.equal(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  it("agree with another implementation at every length, and for keys longer than a block", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 100 }), (message, key) => {
        expect(toHex(MD5.digest(message))).to.equal(createHash("md5").update(message).digest("hex"));
        expect(toHex(SHA256.digest(message))).to.equal(createHash("sha256").update(message).digest("hex"));
        expect(toHex(hmac(MD5, key, message))).to.equal(createHmac("md5", key).update(message).digest("hex"));
        expect(toHex(hmac(SHA256, key, message))).to.equal(createHmac("sha256", key).update(message).digest("hex"));
      }),
      { numRuns: 300 },
    );
  });
});

describe("sameOctets", () => {
  it("is true of equal octets alone", () => {
    expect(sameOctets([1, 2, 3], Uint8Array.of(1, 2, 3))).to.equal(true);
    expect(sameOctets([1, 2, 3], [1, 2, 4])).to.equal(false);
    expect(sameOctets([1, 2, 3], [1, 2])).to.equal(false);
    expect(sameOctets([], [0])).to.equal(false);
  });
});
