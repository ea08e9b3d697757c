// auth_hmac: stamps that always grow, and whom to believe.
import { expect } from "chai";
import { ip } from "../../src/base/ip.js";
import { type Micros, instant, micros, seconds } from "../../src/base/time.js";
import type { HmacAuthentication } from "../../src/vrrp/params.js";
import { type ReplayMark, type SignatureVerdict, judgeSignature, nextStamp } from "../../src/vrrp/signature.js";
import { type Stamp, sign } from "../../src/wire/auth-hmac.js";

const KEY = Array.from({ length: 32 }, (_, index) => index);
const OLD_KEY = Array.from({ length: 32 }, () => 9);
const WALL = micros(1_800_000_000_250_000);
const WINDOW = seconds(5);
const authentication: HmacAuthentication = {
  type: "hmac",
  keys: [
    { id: 1, octets: KEY },
    { id: 2, octets: OLD_KEY },
  ],
  activeKey: 1,
  window: WINDOW,
  antiReplay: "time",
  mode: "enforce",
};
const message = Uint8Array.from([0x31, 62, 200, 1, 0, 50, 0, 0, 10, 9, 9, 102]);
const PEER = ip("10.9.9.1");

const signedAt = (wall: number, keyId = 1, key = KEY): Uint8Array =>
  sign(message, PEER, { keyId, stamp: nextStamp(undefined, micros(wall), WINDOW) }, Uint8Array.from(key));

interface Hearing {
  readonly signed: Uint8Array;
  readonly from?: ReturnType<typeof ip>;
  readonly wall?: number;
  readonly now?: number;
  readonly marks?: readonly ReplayMark[];
  readonly as?: HmacAuthentication;
}

const hear = ({
  signed,
  from = PEER,
  wall = WALL,
  now = 0,
  marks = [],
  as = authentication,
}: Hearing): SignatureVerdict =>
  judgeSignature(signed, from, as, { wall: micros(wall), now: instant(now) }, { marks, limit: 4 });

const reasonOf = (verdict: SignatureVerdict): string | undefined => (verdict.ok ? undefined : verdict.reason);
const marksOf = (verdict: SignatureVerdict): readonly ReplayMark[] => (verdict.ok ? verdict.marks : []);

describe("the stamp of an advertisement", () => {
  const order = ({ seconds: s, fraction, counter }: Stamp): bigint =>
    (BigInt(s) << 32n) | (BigInt(fraction) << 16n) | BigInt(counter);

  it("is the time, in seconds and 65536ths", () => {
    expect(nextStamp(undefined, WALL, WINDOW)).to.deep.equal({ seconds: 1_800_000_000, fraction: 16_384, counter: 0 });
  });

  it("grows while the clock stands still, is slewed back, or has run out of counters", () => {
    let last = nextStamp(undefined, WALL, WINDOW);
    for (const wall of [WALL, WALL, WALL - 1_000_000, WALL - 4_999_999, WALL + 1]) {
      const next = nextStamp(last, micros(wall), WINDOW);
      expect(order(next) > order(last)).to.equal(true);
      last = next;
    }
    const full = { seconds: 1_800_000_000, fraction: 0xffff, counter: 0xffff };
    expect(nextStamp(full, WALL, WINDOW)).to.deep.equal({ seconds: 1_800_000_001, fraction: 0, counter: 0 });
  });

  it("starts anew when the clock was set back by more than the window", () => {
    const ahead = nextStamp(undefined, micros(WALL + 3_600_000_000), WINDOW);
    expect(nextStamp(ahead, WALL, WINDOW)).to.deep.equal(nextStamp(undefined, WALL, WINDOW));
  });

  it("goes on when the seconds of 32 bits run over", () => {
    const last = { seconds: 0xffff_ffff, fraction: 5, counter: 0 };
    const wall: Micros = micros(0x1_0000_0001 * 1_000_000);
    expect(nextStamp(last, wall, WINDOW)).to.deep.equal({ seconds: 1, fraction: 0, counter: 0 });
  });
});

describe("a signed advertisement", () => {
  it("is believed with any key of the ring, and marks its sender", () => {
    for (const signed of [signedAt(WALL), signedAt(WALL, 2, OLD_KEY)]) {
      const verdict = hear({ signed });
      expect(marksOf(verdict)).to.have.length(1);
      expect(marksOf(verdict)[0]).to.deep.include({ sender: "10.9.9.1", at: 0 });
    }
  });

  it("is refused for the reason that comes first", () => {
    const malformed = signedAt(WALL);
    malformed[message.length] = 9;
    expect(reasonOf(hear({ signed: malformed }))).to.equal("signatureMalformed");
    expect(reasonOf(hear({ signed: signedAt(WALL, 3) }))).to.equal("signatureKeyUnknown");
    expect(reasonOf(hear({ signed: signedAt(WALL, 1, OLD_KEY) }))).to.equal("signatureInvalid");
    expect(reasonOf(hear({ signed: signedAt(WALL), from: ip("10.9.9.2") }))).to.equal("signatureInvalid");
    expect(reasonOf(hear({ signed: signedAt(WALL - 5_100_000) }))).to.equal("signatureStale");
    expect(reasonOf(hear({ signed: signedAt(WALL + 5_100_000) }))).to.equal("signatureStale");
    expect(reasonOf(hear({ signed: signedAt(WALL - 4_900_000) }))).to.equal(undefined);
    expect(reasonOf(hear({ signed: signedAt(WALL + 4_900_000) }))).to.equal(undefined);
  });

  it("is refused when it is replayed, or older than one that was heard", () => {
    const first = hear({ signed: signedAt(WALL) });
    const again = { wall: WALL + 1_000_000, now: 1_000_000, marks: marksOf(first) };
    expect(reasonOf(hear({ signed: signedAt(WALL), ...again }))).to.equal("replayed");
    expect(reasonOf(hear({ signed: signedAt(WALL - 1_000_000), ...again }))).to.equal("replayed");
    expect(reasonOf(hear({ signed: signedAt(WALL + 20_000), ...again }))).to.equal(undefined);
  });

  it("is believed again when a sender whose clock was set back has been silent for the window", () => {
    const first = hear({ signed: signedAt(WALL + 4_000_000) });
    const later = (now: number): Hearing => ({
      signed: signedAt(WALL + 1_000_000),
      wall: WALL + 1_000_000,
      now,
      marks: marksOf(first),
    });
    expect(reasonOf(hear(later(5_000_000)))).to.equal("replayed");
    expect(reasonOf(hear(later(5_000_001)))).to.equal(undefined);
  });

  it("needs no clock in monotonic mode", () => {
    const as: HmacAuthentication = { ...authentication, antiReplay: "monotonic" };
    const first = hear({ signed: signedAt(WALL - 3_600_000_000), as });
    expect(reasonOf(first)).to.equal(undefined);
    const replayed = hear({ signed: signedAt(WALL - 3_600_000_000), as, marks: marksOf(first) });
    expect(reasonOf(replayed)).to.equal("replayed");
  });

  it("leaves marks of four senders, and forgets the one heard longest ago", () => {
    let marks: readonly ReplayMark[] = [];
    for (const sender of ["10.9.9.1", "10.9.9.2", "10.9.9.3", "10.9.9.1", "10.9.9.4", "10.9.9.5"]) {
      const from = ip(sender);
      const stamp = nextStamp(marks.find((mark) => mark.sender === sender)?.stamp, WALL, WINDOW);
      const signed = sign(message, from, { keyId: 1, stamp }, Uint8Array.from(KEY));
      marks = marksOf(hear({ signed, from, marks }));
    }
    expect(marks.map(({ sender }) => sender)).to.deep.equal(["10.9.9.3", "10.9.9.1", "10.9.9.4", "10.9.9.5"]);
  });
});
