// Authenticated advertisements on the ladder, and on their way out: what is remembered from one to the next.
import { expect } from "chai";
import { fromHex } from "../../src/base/bytes.js";
import { ip } from "../../src/base/ip.js";
import { type Micros, instant, micros, seconds } from "../../src/base/time.js";
import { type AuthenticationMemory, nothingRemembered, sealing } from "../../src/vrrp/authentication.js";
import type { Authentication, HmacAuthentication, VirtualRouterParams } from "../../src/vrrp/params.js";
import { type Accepted, type Listener, type Rejected, accept } from "../../src/vrrp/receive.js";
import { parseAuthenticationHeader } from "../../src/wire/ah.js";
import { parseDatagram } from "../../src/wire/datagram.js";
import { encodeAdvertisement } from "../../src/wire/vrrp.js";
import { T0, address, advert, params } from "../support/vrrp.js";

const source = ip("10.0.0.1");
const group = ip("224.0.0.18");
const octets = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));
const WALL = micros(1_800_000_000_000_000);

const AH: Authentication = { type: "ah", key: octets("secret12") };
const HMAC: HmacAuthentication = {
  type: "hmac",
  keys: [
    { id: 1, octets: octets("0123456789abcdef0123456789abcdef") },
    { id: 2, octets: octets("fedcba9876543210fedcba9876543210") },
  ],
  activeKey: 1,
  window: seconds(5),
  antiReplay: "time",
  mode: "enforce",
};
const without: Authentication = { type: "none" };

/** A sender, which remembers what it has sent. */
class Sender {
  memory: AuthenticationMemory = nothingRemembered;
  readonly #authentication: Authentication;

  constructor(authentication: Authentication) {
    this.#authentication = authentication;
  }

  send(wall: Micros = WALL): Uint8Array {
    const { memory, seal } = sealing(this.#authentication, this.memory, { now: T0, wall });
    this.memory = memory;
    const authType = this.#authentication.type === "ah" ? 2 : 0;
    const message = encodeAdvertisement(advert(200, { authType, authData: octets("\0\0\0\0\0\0\0\0") }));
    return seal({ source, destination: group, ttl: 255 }, 1, message);
  }
}

type Verdict = Accepted<Listener> | Rejected<Listener>;

function hear(
  datagram: Uint8Array,
  authentication: Authentication,
  memory: AuthenticationMemory = nothingRemembered,
  wall: Micros = WALL,
  options: Partial<VirtualRouterParams> = {},
): Verdict {
  const listener: Listener = { params: params({ authentication, ...options }), listening: true, memory };
  return accept(datagram, { local: group, now: instant(T0), wall }, () => listener);
}

const reasonOf = (verdict: Verdict): string => (verdict.ok ? "ok" : verdict.reason);
const memoryOf = (verdict: Verdict): AuthenticationMemory => (verdict.ok ? verdict.memory : nothingRemembered);

describe("auth_type AH", () => {
  it("hears keepalived", () => {
    const captured = fromHex(
      "45c0004000010000ff33c7ad0a090901e0000012700400000a090901000000013090dad26aae019cf9b495c5" +
        "213364010201655d0a0909640000000000000000",
    );
    const verdict = hear(captured ?? new Uint8Array(), AH, nothingRemembered, WALL, {
      addresses: [address("10.9.9.100/24")],
    });
    expect(reasonOf(verdict)).to.equal("ok");
    expect(memoryOf(verdict).sequence).to.equal(1);
  });

  it("is heard by itself, and refuses a repetition, an older number, another password and damage", () => {
    const sender = new Sender(AH);
    const [first, second, third] = [sender.send(), sender.send(), sender.send()];
    expect(reasonOf(hear(first, AH))).to.equal("ok");
    const after = memoryOf(hear(second, AH));
    expect(reasonOf(hear(second, AH, after))).to.equal("replayed");
    expect(reasonOf(hear(first, AH, after))).to.equal("replayed");
    expect(reasonOf(hear(third, AH, after))).to.equal("ok");
    expect(reasonOf(hear(first, { type: "ah", key: octets("other") }))).to.equal("authenticationFailure");
    const damaged = first.slice();
    damaged[46] = 250;
    expect(reasonOf(hear(damaged, AH))).to.equal("authenticationFailure");
  });

  it("counts on from what it has heard, as keepalived does, so that it is heard in its turn", () => {
    const other = new Sender(AH);
    const heard = memoryOf(hear(other.send(), AH));
    const sender = new Sender(AH);
    sender.memory = { ...heard, sequence: (heard.sequence ?? 0) + 100 };
    expect(sequenceOf(sender.send())).to.equal((heard.sequence ?? 0) + 101);
  });

  it("starts above what a predecessor has sent", () => {
    const predecessor = new Sender(AH);
    const last = Array.from({ length: 60 }, () => sequenceOf(predecessor.send())).at(-1) ?? 0;
    expect(sequenceOf(new Sender(AH).send(micros(WALL + 60_000_000)))).to.be.greaterThan(last);
  });

  it("goes on when 32 bits of sequence numbers are used up", () => {
    const sender = new Sender(AH);
    sender.memory = { marks: [], sequence: 0xffff_ffff };
    const datagram = sender.send();
    expect(sequenceOf(datagram)).to.equal(0);
    expect(reasonOf(hear(datagram, AH, { marks: [], sequence: 0xffff_ffff }))).to.equal("ok");
  });
});

function sequenceOf(datagram: Uint8Array): number {
  const header = parseDatagram(datagram);
  if (!header.ok) throw new Error(header.error);
  const found = parseAuthenticationHeader(datagram, header.value.payloadStart, datagram.length);
  if (!found.ok) throw new Error(found.error);
  return found.value.sequence;
}

describe("auth_hmac", () => {
  it("is heard by whoever has the key, once", () => {
    const sender = new Sender(HMAC);
    const [first, second] = [sender.send(), sender.send()];
    const memory = memoryOf(hear(first, HMAC));
    expect(memory.marks).to.have.length(1);
    expect(reasonOf(hear(first, HMAC, memory))).to.equal("replayed");
    expect(reasonOf(hear(second, HMAC, memory))).to.equal("ok");
  });

  it("refuses what is not signed where it is enforced, and believes it where it is not", () => {
    const unsigned = new Sender(without).send();
    expect(reasonOf(hear(unsigned, HMAC))).to.equal("signatureMissing");
    expect(reasonOf(hear(unsigned, { ...HMAC, mode: "permissive" }))).to.equal("ok");
    expect(reasonOf(hear(unsigned, { ...HMAC, mode: "receiveOnly" }))).to.equal("ok");
  });

  it("never believes a bad signature, and does not sign while it only receives", () => {
    const other: HmacAuthentication = { ...HMAC, keys: [{ id: 1, octets: octets("x".repeat(32)) }] };
    expect(reasonOf(hear(new Sender(other).send(), { ...HMAC, mode: "permissive" }))).to.equal("signatureInvalid");
    const silent = new Sender({ ...HMAC, mode: "receiveOnly" }).send();
    expect(reasonOf(hear(silent, without))).to.equal("ok");
  });

  it("changes the active key while both are in the ring of everybody", () => {
    const rotated = new Sender({ ...HMAC, activeKey: 2 });
    expect(reasonOf(hear(rotated.send(), HMAC))).to.equal("ok");
    expect(reasonOf(hear(rotated.send(), { ...HMAC, keys: HMAC.keys.slice(0, 1) }))).to.equal("signatureKeyUnknown");
  });

  it("tells a router without it what those octets are", () => {
    const verdict = hear(new Sender(HMAC).send(), without);
    expect(reasonOf(verdict)).to.equal("length");
    expect(!verdict.ok && verdict.detail).to.contain("auth_hmac");
  });

  it("hears again, within the window, a sender whose clock was set back, and whom nobody had heard meanwhile", () => {
    const sender = new Sender(HMAC);
    const ahead = hear(sender.send(micros(WALL + 4_000_000)), HMAC);
    const back = sender.send(micros(WALL - 4_000_000));
    expect(reasonOf(hear(back, HMAC, memoryOf(ahead)))).to.equal("replayed");
    expect(reasonOf(hear(back, HMAC))).to.equal("ok");
  });

  it("marks nothing that fails a later rung", () => {
    const sender = new Sender(HMAC);
    const verdict = hear(sender.send(), HMAC, nothingRemembered, WALL, { advertisementInterval: seconds(2) });
    expect(reasonOf(verdict)).to.equal("interval");
  });
});
