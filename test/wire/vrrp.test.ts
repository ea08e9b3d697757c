// Captured advertisements, byte for byte, and the codec's own laws.
import { expect } from "chai";
import fc from "fast-check";
import { fromHex, toHex } from "../../src/base/bytes.js";
import { ip } from "../../src/base/ip.js";
import { centiseconds, seconds } from "../../src/base/time.js";
import {
  type Advertisement,
  advertisementChecksum,
  advertisementLength,
  decodeAdvertisement,
  encodeAdvertisement,
} from "../../src/wire/vrrp.js";

const ascii = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0));
const noAuth = { authType: 0, authData: [0, 0, 0, 0, 0, 0, 0, 0] };

/** Messages that a real keepalived put on the wire. */
const vectors: readonly {
  readonly name: string;
  readonly source: string;
  readonly destination: string;
  readonly pseudoHeader: boolean;
  readonly advert: Advertisement;
  readonly hex: string;
}[] = [
  {
    name: "version 2 with a password and two addresses",
    source: "10.9.9.1",
    destination: "224.0.0.18",
    pseudoHeader: false,
    advert: {
      version: 2,
      vrid: 51,
      priority: 200,
      interval: seconds(1),
      addresses: [ip("10.9.9.100"), ip("10.9.9.101")],
      authType: 1,
      authData: ascii("secret12"),
    },
    hex: "2133c8020101816f0a0909640a0909657365637265743132",
  },
  {
    name: "version 2 resigning",
    source: "10.9.9.1",
    destination: "224.0.0.18",
    pseudoHeader: false,
    advert: {
      version: 2,
      vrid: 51,
      priority: 0,
      interval: seconds(1),
      addresses: [ip("10.9.9.100"), ip("10.9.9.101")],
      authType: 1,
      authData: ascii("secret12"),
    },
    hex: "21330002010149700a0909640a0909657365637265743132",
  },
  {
    name: "version 2 of an address owner without authentication",
    source: "10.9.9.1",
    destination: "10.9.9.55",
    pseudoHeader: false,
    advert: { version: 2, vrid: 63, priority: 255, interval: seconds(1), addresses: [ip("10.9.9.103")], ...noAuth },
    hex: "213fff010001cc4d0a0909670000000000000000",
  },
  {
    name: "version 3 over IPv4 with the pseudo header",
    source: "10.9.9.1",
    destination: "224.0.0.18",
    pseudoHeader: true,
    advert: {
      version: 3,
      vrid: 51,
      priority: 100,
      interval: centiseconds(100),
      addresses: [ip("10.9.9.100")],
      authType: 0,
      authData: [],
    },
    hex: "31336401006463610a090964",
  },
  {
    name: "version 3 over IPv4 without the pseudo header (RFC 9568)",
    source: "10.9.9.2",
    destination: "224.0.0.18",
    pseudoHeader: false,
    advert: {
      version: 3,
      vrid: 51,
      priority: 150,
      interval: centiseconds(100),
      addresses: [ip("10.9.9.100")],
      authType: 0,
      authData: [],
    },
    hex: "31339601006424fa0a090964",
  },
];

describe("wire/vrrp: advertisements", () => {
  for (const vector of vectors) {
    const header = { source: ip(vector.source), destination: ip(vector.destination) };
    const pseudoHeader = vector.pseudoHeader ? header : undefined;
    it(`encodes ${vector.name}`, () => {
      expect(toHex(encodeAdvertisement(vector.advert, pseudoHeader))).to.equal(vector.hex);
    });
    it(`decodes ${vector.name}`, () => {
      const bytes = fromHex(vector.hex) ?? new Uint8Array();
      expect(decodeAdvertisement(bytes, 0, bytes.length, 4)).to.deep.equal(vector.advert);
      expect(advertisementChecksum(bytes, 0, bytes.length, pseudoHeader)).to.equal(0);
    });
  }

  it("reads back whatever it wrote, and any changed octet breaks the checksum", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const address = fc.tuple(octet, octet, octet, octet).map((octets) => ({ family: 4 as const, octets }));
    const message = fc.record({
      version: fc.constantFrom(2 as const, 3 as const),
      vrid: octet,
      priority: octet,
      ticks: fc.integer({ min: 0, max: 255 }),
      addresses: fc.array(address, { maxLength: 255 }),
    });
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (m, position, flip) => {
        const advert: Advertisement = {
          version: m.version,
          vrid: m.vrid,
          priority: m.priority,
          interval: m.version === 2 ? seconds(m.ticks) : centiseconds(m.ticks),
          addresses: m.addresses,
          authType: 0,
          authData: m.version === 2 ? noAuth.authData : [],
        };
        const bytes = encodeAdvertisement(advert);
        expect(bytes.length).to.equal(advertisementLength(m.version, 4, m.addresses.length));
        expect(decodeAdvertisement(bytes, 0, bytes.length, 4)).to.deep.equal(advert);
        const at = position % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        expect(advertisementChecksum(bytes, 0, bytes.length)).not.to.equal(0);
      }),
    );
  });
});
