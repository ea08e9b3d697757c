// What a configuration has come to, every default filled in: for the log (-d).
import { formatIp, formatPrefix } from "../base/ip.js";
import type { DaemonParams } from "../supervise/params.js";

/** `key = value`, indented by depth, in the order of the parameters. Passwords are not shown. */
export const configurationLines = (params: DaemonParams): readonly string[] => [
  "------< Configuration (times in microseconds) >------",
  ...Object.entries(params).flatMap(([key, value]) => linesOf(key, value, " ")),
];

const SECRETS: ReadonlySet<string> = new Set(["key"]);

function linesOf(key: string, value: unknown, indent: string): readonly string[] {
  const text = SECRETS.has(key) ? "(not shown)" : plainText(value);
  if (text !== undefined) return [`${indent}${key} = ${text}`];
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => linesOf(`${key} ${index + 1}`, item, indent));
  }
  return [`${indent}${key}:`, ...Object.entries(value ?? {}).flatMap(([name, inner]) => linesOf(name, inner, deeper))];
}

/** Absent: it has members of its own. */
function plainText(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return "(none)";
    return value.every((item) => typeof item !== "object") ? value.map(String).join(" ") : undefined;
  }
  if (isIpAddress(value)) return formatIp(value);
  if ("address" in value && isIpAddress(value.address) && "length" in value && typeof value.length === "number") {
    return formatPrefix({ address: value.address, length: value.length });
  }
  return undefined;
}

const isIpAddress = (value: unknown): value is Parameters<typeof formatIp>[0] =>
  typeof value === "object" && value !== null && "family" in value && "octets" in value;
