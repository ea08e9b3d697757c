// auth_hmac: when an advertisement of ours was signed, and whether to believe the signature of another. The octets are in
// `wire/auth-hmac`. keepalived 2.4 defines the extension; its rules are those of an authenticated, replay-proof trailer.
import { type IpAddress, formatIp } from "../base/ip.js";
import type { Instant, Micros } from "../base/time.js";
import { type Stamp, isSigned, parseTrailer } from "../wire/auth-hmac.js";
import type { HmacAuthentication } from "./params.js";

export type SignatureReason =
  | "signatureMissing"
  | "signatureMalformed"
  | "signatureKeyUnknown"
  | "signatureInvalid"
  | "signatureStale"
  | "replayed";

/** The last stamp that a sender is known to have used. */
export interface ReplayMark {
  readonly sender: string;
  readonly stamp: Stamp;
  readonly at: Instant;
}

export type SignatureVerdict =
  | { readonly ok: true; readonly marks: readonly ReplayMark[] }
  | { readonly ok: false; readonly reason: SignatureReason; readonly detail: string };

/** Senders of multicast that are remembered; whoever was heard longest ago is forgotten for a fifth. */
export const MULTICAST_SENDERS = 4;

const MICROS_PER_SECOND = 1_000_000;
const FRACTIONS_PER_SECOND = 0x1_0000;

/**
 * The stamp of the next advertisement: the time, and where the time has not moved on since the last one, the counter. A
 * clock that was set back by more than the window starts anew: its peers forget the old mark within the window as well.
 */
export function nextStamp(last: Stamp | undefined, wall: Micros, window: Micros): Stamp {
  const fresh: Stamp = { ...splitTime(wall), counter: 0 };
  if (last === undefined || isNewer(fresh, last) || -ageMicros(last, wall) > window) return fresh;
  if (last.counter < 0xffff) return { ...last, counter: last.counter + 1 };
  if (last.fraction < 0xffff) return { ...last, fraction: last.fraction + 1, counter: 0 };
  return { seconds: (last.seconds + 1) >>> 0, fraction: 0, counter: 0 };
}

/** Judges a message with its trailer; only a message that passes every check may move a mark. */
export function judgeSignature(
  signed: Uint8Array,
  source: IpAddress,
  authentication: HmacAuthentication,
  clock: { readonly wall: Micros; readonly now: Instant },
  seen: { readonly marks: readonly ReplayMark[]; readonly limit: number },
): SignatureVerdict {
  const trailer = parseTrailer(signed);
  if (!trailer.ok) return { ok: false, reason: "signatureMalformed", detail: trailer.error };
  const { keyId, stamp } = trailer.value;
  const key = authentication.keys.find(({ id }) => id === keyId);
  if (key === undefined) {
    const known = authentication.keys.map(({ id }) => id).join(", ");
    return { ok: false, reason: "signatureKeyUnknown", detail: `signed with key ${keyId}, known here: ${known}` };
  }
  if (!isSigned(signed, source, Uint8Array.from(key.octets))) {
    return { ok: false, reason: "signatureInvalid", detail: `it was not signed with our key ${keyId}` };
  }
  const age = ageMicros(stamp, clock.wall);
  if (authentication.antiReplay === "time" && Math.abs(age) > authentication.window) {
    const away = `${(Math.abs(age) / MICROS_PER_SECOND).toFixed(1)} s`;
    const detail = `signed ${age > 0 ? `${away} ago` : `${away} ahead of our clock`}: set both clocks (time_window)`;
    return { ok: false, reason: "signatureStale", detail };
  }
  const sender = formatIp(source);
  const mark = seen.marks.find((known) => known.sender === sender);
  if (mark !== undefined && clock.now - mark.at <= authentication.window && !isNewer(stamp, mark.stamp)) {
    return { ok: false, reason: "replayed", detail: "it is not newer than the last one of this sender" };
  }
  const others = seen.marks.filter((known) => known.sender !== sender);
  return { ok: true, marks: [...others, { sender, stamp, at: clock.now }].slice(-seen.limit) };
}

/** Serial arithmetic (RFC 1982) on the 64 bits of a stamp. */
function isNewer(stamp: Stamp, than: Stamp): boolean {
  if (stamp.seconds !== than.seconds) return ((stamp.seconds - than.seconds) | 0) > 0;
  return stamp.fraction !== than.fraction ? stamp.fraction > than.fraction : stamp.counter > than.counter;
}

/** How long ago the stamp was made, by `wall`; negative where it lies ahead. */
function ageMicros(stamp: Stamp, wall: Micros): number {
  const { seconds, fraction } = splitTime(wall);
  const parts = ((seconds - stamp.seconds) | 0) * FRACTIONS_PER_SECOND + (fraction - stamp.fraction);
  return (parts / FRACTIONS_PER_SECOND) * MICROS_PER_SECOND;
}

const splitTime = (wall: Micros): { readonly seconds: number; readonly fraction: number } => ({
  seconds: Math.floor(wall / MICROS_PER_SECOND) >>> 0,
  fraction: Math.floor(((wall % MICROS_PER_SECOND) / MICROS_PER_SECOND) * FRACTIONS_PER_SECOND),
});
