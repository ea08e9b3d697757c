// How the advertisements of an instance are authenticated: `authentication` (RFC 2338 §5.3.6), or keepalived's `auth_hmac`.
import type { IpFamily } from "../../base/ip.js";
import { type Micros, seconds, toSeconds } from "../../base/time.js";
import { encodeUtf8 } from "../../base/utf8.js";
import type { Authentication, HmacKey, VrrpVersion } from "../../vrrp/params.js";
import type { AuthHmacConf, HmacKeyConf, InstanceConf } from "../conf.js";
import { KEY_OCTETS, hexOctets } from "../keywords/authentication.js";
import { placeOf, type Scope, type Section } from "../table.js";

export interface AuthenticationFacts {
  readonly version: VrrpVersion;
  readonly family: IpFamily;
  readonly strict: boolean;
  readonly interval: Micros;
}

/** keepalived's default: three intervals, and never less than this. */
const SMALLEST_DEFAULT_WINDOW = seconds(5);
const WINDOW_INTERVALS = 3;
const PASSWORD_OCTETS = 8;

export function lowerAuthentication(
  instance: Section<InstanceConf>,
  facts: AuthenticationFacts,
  scope: Scope,
): Authentication {
  const signed = lowerHmac(instance, facts, scope);
  const legacy = lowerLegacy(instance, facts, signed !== undefined, scope);
  return signed ?? legacy;
}

function lowerLegacy(
  instance: Section<InstanceConf>,
  { version, family, strict }: AuthenticationFacts,
  isSigned: boolean,
  { report }: Scope,
): Authentication {
  const block = instance.conf.authentication;
  if (block === undefined || block.conf.type === undefined) return { type: "none" };
  const why = isSigned
    ? "beside auth_hmac"
    : strict
      ? "in strict mode"
      : version === 3 || family === 6
        ? "in version 3"
        : block.conf.password === undefined
          ? "without auth_pass"
          : undefined;
  if (why === undefined) {
    const key = encodeUtf8(block.conf.password ?? "").slice(0, PASSWORD_OCTETS);
    return block.conf.type === "AH" ? { type: "ah", key } : { type: "pass", key };
  }
  report.add(
    "ignoredSetting",
    block.header.keyword,
    `authentication has no effect ${why}`,
    "remove the block, or complete it",
  );
  return { type: "none" };
}

function lowerHmac(
  instance: Section<InstanceConf>,
  { strict, interval }: AuthenticationFacts,
  scope: Scope,
): Authentication | undefined {
  const block = instance.conf.authHmac;
  if (block === undefined) return undefined;
  const { conf, header } = block;
  const keys = conf.keys.flatMap((key) => ringKey(key, scope) ?? []);
  const activeKey = conf.activeKey;
  if (activeKey === undefined || !keys.some(({ id }) => id === activeKey)) {
    const what = activeKey === undefined ? "it has no active_key" : `key ${activeKey} is not defined`;
    const known = keys.map(({ id }) => id).join(", ");
    scope.report.add(
      "incompleteBlock",
      activeKey === undefined ? header.keyword : placeOf(block, "active_key"),
      `auth_hmac of ${instance.conf.name} is left out: ${what}`,
      known === "" ? "add key ID SECRET and active_key ID" : `write active_key with one of: ${known}`,
    );
    return undefined;
  }
  return {
    type: "hmac",
    keys,
    activeKey,
    window: conf.timeWindow ?? defaultWindow(interval),
    antiReplay: conf.antiReplay ?? "time",
    mode: modeOf(block, strict, scope),
  };
}

const defaultWindow = (interval: Micros): Micros =>
  seconds(Math.max(toSeconds(SMALLEST_DEFAULT_WINDOW), Math.ceil(WINDOW_INTERVALS * toSeconds(interval))));

function modeOf(
  block: Section<AuthHmacConf>,
  strict: boolean,
  { report }: Scope,
): "enforce" | "permissive" | "receiveOnly" {
  const written = block.conf.mode ?? "enforce";
  if (strict && written !== "enforce") {
    report.add(
      "adjusted",
      placeOf(block, "mode"),
      `in strict mode unsigned advertisements are not believed: mode ${written} becomes enforce`,
      "write mode enforce, or remove vrrp_strict",
    );
    return "enforce";
  }
  return written === "receive-only" ? "receiveOnly" : written;
}

/** A key with its octets; one that is in a file is read now. */
function ringKey({ id, key, at }: HmacKeyConf, scope: Scope): HmacKey | undefined {
  if (key.kind === "octets") return { id, octets: key.octets };
  if (key.kind === "text") return { id, octets: encodeUtf8(key.text) };
  const leaveOut = (what: string, hint: string): void => {
    scope.report.add("incompleteBlock", at, `key ${id} is left out: ${what}`, hint);
  };
  const content = scope.environment.readFile(key.path);
  if (content.kind !== "text") {
    const why = content.kind === "unreadable" ? content.code : content.kind === "missing" ? "it is missing" : "no file";
    leaveOut(`${key.path} cannot be read: ${why}`, "write file:PATH of a file that root may read");
    return undefined;
  }
  if (content.exposed === true) {
    scope.report.add(
      "exposedSecret",
      at,
      `key ${id} is left out: everybody in the group of ${key.path}, or everybody, may read it`,
      `chmod 600 ${key.path}`,
    );
    return undefined;
  }
  const secret = content.text.replace(/\n$/, "");
  const octets = secret.startsWith("hex:") ? hexOctets(secret.slice("hex:".length)) : encodeUtf8(secret);
  if (octets !== undefined && octets.length >= KEY_OCTETS.min && octets.length <= KEY_OCTETS.max) return { id, octets };
  const what = octets === undefined ? "is not hexadecimal" : `has ${octets.length} bytes`;
  leaveOut(`what ${key.path} contains ${what}`, `put ${KEY_OCTETS.min}..${KEY_OCTETS.max} bytes into it`);
  return undefined;
}
