import { expect } from "chai";
import fc from "fast-check";
import { decodeUtf8, encodeUtf8 } from "../../src/base/utf8.js";

describe("base/utf8", () => {
  it("writes every text as Node does", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(encodeUtf8(text)).to.deep.equal(Array.from(Buffer.from(text, "utf8")));
      }),
    );
  });

  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(decodeUtf8(Uint8Array.from(encodeUtf8(text)))).to.equal(text);
      }),
    );
  });

  it("accepts exactly the octets that are UTF-8", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const wellFormed = (octets: Uint8Array): string | undefined => {
      try {
        return strict.decode(octets);
      } catch {
        return undefined;
      }
    };
    const octet = fc.oneof(fc.nat(255), fc.constantFrom(0xc0, 0xc3, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0x80, 0xbf));
    fc.assert(
      fc.property(fc.array(octet, { maxLength: 6 }), (octets) => {
        const bytes = Uint8Array.from(octets);
        const text = wellFormed(bytes);
        if (text === undefined) expect(decodeUtf8(bytes)).to.contain("\u{fffd}");
        else expect(decodeUtf8(bytes)).to.equal(text);
      }),
    );
  });

  it("replaces octet by octet what belongs to no character", () => {
    expect(decodeUtf8(Uint8Array.of(0x65, 0xff, 0x74, 0xc3))).to.equal("e\u{fffd}t\u{fffd}");
  });

  it("reads the part it is given", () => {
    expect(decodeUtf8(Uint8Array.from(encodeUtf8("eth0\0rest")), 0, 4)).to.equal("eth0");
  });
});
