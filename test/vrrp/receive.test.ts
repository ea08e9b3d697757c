// The receive ladder: one case per rung, the order of the rungs, and no input that throws or slips through.
import { expect } from "chai";
import fc from "fast-check";
import { ip } from "../../src/base/ip.js";
import { micros } from "../../src/base/time.js";
import { type AuthenticationMemory, nothingRemembered, sealing } from "../../src/vrrp/authentication.js";
import type { HmacAuthentication, UnicastPeer, VirtualRouterParams } from "../../src/vrrp/params.js";
import {
  type Arrival,
  type Listener,
  type RejectReason,
  accept,
  addressListMismatch,
  rejectReasons,
} from "../../src/vrrp/receive.js";
import { encodeDatagram } from "../../src/wire/datagram.js";
import { encodeIpv4 } from "../../src/wire/ipv4.js";
import { type Advertisement, encodeAdvertisement } from "../../src/wire/vrrp.js";
import { T0, address, advert, params, seconds } from "../support/vrrp.js";

const source = ip("10.0.0.1");
const destination = ip("224.0.0.18");
const password = Array.from("secret12", (char) => char.charCodeAt(0));

function datagram(message: Advertisement, pseudoHeader = false, ttl = 255, to = destination): Uint8Array {
  const payload = encodeAdvertisement(message, pseudoHeader ? { source, destination: to } : undefined);
  return encodeIpv4({ source, destination: to, protocol: 112, ttl, identification: 1 }, payload);
}

const unicast = (peer: Partial<UnicastPeer> = {}, checkSource = false): Partial<VirtualRouterParams> => ({
  destination: {
    kind: "unicast",
    peers: [{ address: source, minTtl: 0, maxTtl: 255, ...peer }],
    ttl: 255,
    checkSource,
  },
});

const WALL = 1_800_000_000_000_000;
const arrival: Arrival = { local: destination, now: T0, wall: micros(WALL) };
const ring = [1, 2].map((id) => ({ id, octets: Array.from({ length: 32 }, () => id) }));
const hmac: HmacAuthentication = {
  type: "hmac",
  keys: ring.slice(0, 1),
  activeKey: 1,
  window: seconds(5),
  antiReplay: "time",
  mode: "enforce",
};
const HMAC = { authentication: hmac };
const laterStamp = { seconds: (WALL + 1_000_000) / 1_000_000, fraction: 0, counter: 0 };
const marked: AuthenticationMemory = { marks: [{ sender: "10.0.0.1", stamp: laterStamp, at: T0 }] };

function signed(as: HmacAuthentication = hmac, wall = WALL): Uint8Array {
  const { seal } = sealing({ ...as, keys: ring }, nothingRemembered, { now: T0, wall: micros(wall) });
  return seal({ source, destination, ttl: 255 }, 1, encodeAdvertisement(advert(200)));
}

function verdict(
  bytes: Uint8Array,
  options: Partial<VirtualRouterParams> = {},
  listening = true,
  memory = nothingRemembered,
): RejectReason | "ok" {
  const listener: Listener = { params: params(options), listening, memory };
  const result = accept(bytes, arrival, (vrid) => (vrid === 51 ? listener : undefined));
  return result.ok ? "ok" : result.reason;
}

const good = datagram(advert(200));
const v3 = advert(200, { version: 3, authData: [] });

const patched = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[at] = value;
  return copy;
};

type Case = readonly [
  name: string,
  bytes: Uint8Array,
  options: Partial<VirtualRouterParams>,
  listening: boolean,
  expected: RejectReason | "ok",
  memory?: AuthenticationMemory,
];
const cases: readonly Case[] = [
  ["a good one", good, {}, true, "ok"],
  ["nothing", new Uint8Array(), {}, true, "ipHeader"],
  ["IP version 5", patched(good, 0, 0x55), {}, true, "ipHeader"],
  ["a header length of 16", patched(good, 0, 0x44), {}, true, "ipHeader"],
  ["a total length beyond the end", patched(good, 3, 200), {}, true, "ipHeader"],
  [
    "seven octets of VRRP",
    encodeIpv4({ source, destination, protocol: 112, ttl: 255, identification: 1 }, new Uint8Array(7)),
    {},
    true,
    "truncated",
  ],
  ["another VRID", datagram(advert(200, { vrid: 52 })), {}, true, "unknownVrid"],
  ["one that was sent to us alone", datagram(advert(200), false, 255, ip("10.0.0.2")), {}, true, "destination"],
  ["unicast from a peer", good, unicast({}, true), true, "ok"],
  ["unicast from a stranger", good, unicast({ address: ip("10.0.0.7") }), true, "ok"],
  ["the same with check_unicast_src", good, unicast({ address: ip("10.0.0.7") }, true), true, "unicastSource"],
  ["TTL 254", datagram(advert(200), false, 254), {}, true, "ttl"],
  ["TTL 254 by unicast", datagram(advert(200), false, 254), unicast(), true, "ok"],
  ["TTL 254 from a peer with min_ttl 255", datagram(advert(200), false, 254), unicast({ minTtl: 255 }), true, "ttl"],
  ["TTL 255 from a peer with max_ttl 254", good, unicast({ maxTtl: 254 }), true, "ttl"],
  ["version 3 to a version 2 instance", datagram(v3, true), {}, true, "version"],
  ["version 2 to a version 3 instance", good, { version: 3 }, true, "version"],
  ["type 2", patched(good, 20, 0x22), {}, true, "type"],
  ["a count that does not fit", patched(good, 23, 2), {}, true, "length"],
  [
    "version 2 without authentication data",
    datagram(v3, true).map((octet, i) => (i === 20 ? 0x21 : octet)),
    {},
    true,
    "length",
  ],
  ["a flipped octet", patched(good, 22, 201), {}, true, "checksum"],
  ["version 3 with the pseudo header", datagram(v3, true), { version: 3 }, true, "ok"],
  ["version 3 without it", datagram(v3), { version: 3 }, true, "ok"],
  ["version 3 with neither", patched(datagram(v3), 22, 201), { version: 3 }, true, "checksum"],
  ["authentication type 7", datagram(advert(200, { authType: 7 })), {}, true, "authenticationTypeUnknown"],
  [
    "a password we do not have",
    datagram(advert(200, { authType: 1, authData: password })),
    {},
    true,
    "authenticationTypeMismatch",
  ],
  [
    "AH instead of PASS",
    datagram(advert(200, { authType: 2 })),
    { authentication: { type: "pass", key: password } },
    true,
    "authenticationTypeMismatch",
  ],
  ["no password", good, { authentication: { type: "pass", key: password } }, true, "authenticationTypeMismatch"],
  [
    "the wrong password",
    datagram(advert(200, { authType: 1, authData: [...password].reverse() })),
    { authentication: { type: "pass", key: password } },
    true,
    "authenticationFailure",
  ],
  [
    "the right password",
    datagram(advert(200, { authType: 1, authData: password })),
    { authentication: { type: "pass", key: password } },
    true,
    "ok",
  ],
  ["signed", signed(), HMAC, true, "ok"],
  ["not signed", good, HMAC, true, "signatureMissing"],
  [
    "signed, with a type of trailer that does not exist",
    patched(signed(), good.length, 9),
    HMAC,
    true,
    "signatureMalformed",
  ],
  ["signed with another key", signed({ ...hmac, activeKey: 2 }), HMAC, true, "signatureKeyUnknown"],
  ["signed, and changed since", patched(signed(), 22, 201), HMAC, true, "signatureInvalid"],
  ["signed a minute ago", signed(hmac, WALL - 60_000_000), HMAC, true, "signatureStale"],
  ["signed by somebody who has signed later ones", signed(), HMAC, true, "replayed", marked],
  ["another interval in version 2", datagram(advert(200, { interval: seconds(2) })), {}, true, "interval"],
  ["another interval in version 3", datagram({ ...v3, interval: seconds(2) }, true), { version: 3 }, true, "ok"],
  ["anything, to an owner that ignores", good, { priority: 255, ownerIgnoreAdverts: true }, true, "ownerIgnores"],
  ["owner_ignore_adverts without being owner", good, { ownerIgnoreAdverts: true }, true, "ok"],
  ["a good one while in FAULT", good, {}, false, "notListening"],
];

describe("vrrp: the receive ladder", () => {
  for (const [name, bytes, options, listening, expected, memory] of cases) {
    it(`${name} → ${expected}`, () => {
      expect(verdict(bytes, options, listening, memory)).to.equal(expected);
    });
  }

  it("has a case for every rung", () => {
    const covered = new Set(cases.map(([, , , , expected]) => expected));
    expect(rejectReasons.filter((reason) => !covered.has(reason))).to.deep.equal([]);
  });

  it("names the lowest rung when several are missed", () => {
    // TTL, version and checksum are all wrong: the TTL is asked first.
    expect(verdict(patched(datagram(v3, true, 3), 22, 1))).to.equal("ttl");
  });

  it("ignores what follows the datagram, as Ethernet padding does", () => {
    expect(verdict(Uint8Array.from([...good, 0, 0, 0, 0, 0, 0]))).to.equal("ok");
  });

  it("reads past IP options", () => {
    const withOptions = new Uint8Array(good.length + 4);
    withOptions.set(good.subarray(0, 20));
    withOptions.set([1, 1, 1, 0], 20);
    withOptions.set(good.subarray(20), 24);
    withOptions[0] = 0x46;
    withOptions[3] = withOptions.length;
    expect(verdict(withOptions)).to.equal("ok");
  });

  it("gives every string of octets a verdict", () => {
    const listener: Listener = { params: params(), listening: true, memory: nothingRemembered };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const result = accept(bytes, arrival, () => listener);
        if (result.ok) throw new Error("random octets were accepted");
        expect(rejectReasons).to.include(result.reason);
        expect(result.detail).not.to.equal("");
      }),
    );
  });

  it("gives every IPv6 datagram a verdict, whatever it carries and wherever it came from", () => {
    const six = params({ version: 3, family: 6, destination: { kind: "multicast", group: ip("ff02::12") } });
    const listener: Listener = { params: six, listening: true, memory: nothingRemembered };
    const arrival6 = { ...arrival, local: ip("ff02::12") };
    const header = { source: ip("fe80::1"), destination: ip("ff02::12"), protocol: 112 };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(255), fc.nat(60), (payload, ttl, length) => {
        const bytes = encodeDatagram({ ...header, ttl }, 0, payload);
        const result = accept(bytes.subarray(0, length + 1), arrival6, () => listener);
        if (result.ok) throw new Error("random octets were accepted");
        expect(result.detail).not.to.equal("");
      }),
    );
    const addresses = [ip("2001:db8::100")];
    const good6 = encodeAdvertisement(advert(200, { version: 3, authData: [], addresses }), header);
    const whole = encodeDatagram({ ...header, ttl: 255 }, 0, good6);
    expect(accept(whole, arrival6, () => listener).ok).to.equal(true);
    for (let i = 40; i < whole.length; i++) {
      const changed = accept(patched(whole, i, (whole[i] ?? 0) ^ 0x10), arrival6, () => listener);
      expect(changed.ok, `octet ${i} changed`).to.equal(false);
    }
    const near = accept(encodeDatagram({ ...header, ttl: 254 }, 0, good6), arrival6, () => listener);
    expect(near.ok ? "" : near.detail).to.equal("hop limit is 254, expected 255");
  });

  it("rejects every datagram with one octet of its VRRP message changed", () => {
    for (let i = 20; i < good.length; i++) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const changed = patched(good, i, (good[i] ?? 0) ^ flip);
        expect(verdict(changed), `octet ${i} changed by ${flip}`).not.to.equal("ok");
      }
    }
  });

  it("explains a different address list", () => {
    const ours = params({ addresses: [address("10.0.0.100/24"), address("10.0.0.101/24")] });
    const list = (...texts: string[]): Advertisement => advert(200, { addresses: texts.map(ip) });
    expect(addressListMismatch(list("10.0.0.101", "10.0.0.100"), ours)).to.equal(undefined);
    expect(addressListMismatch(list("10.0.0.100"), ours)).to.contain("does not carry 10.0.0.101");
    expect(addressListMismatch(list("10.0.0.100", "10.0.0.101", "10.0.0.102"), ours)).to.contain("carries 10.0.0.102");
    expect(addressListMismatch(list("10.0.0.100", "10.0.0.101", "10.0.0.101"), ours)).to.contain("3 addresses");
  });
});
