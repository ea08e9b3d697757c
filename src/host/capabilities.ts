// Which capabilities this process can use (capabilities(7)), read from /proc/self/status.
import { readFileSync } from "node:fs";

/** Numbers of linux/capability.h. */
const numbers = { NET_ADMIN: 12n, NET_RAW: 13n } as const;

/** Those of the capabilities that vipd cannot do without and does not have. */
export function missingCapabilities(): readonly string[] {
  const status = readFileSync("/proc/self/status", "latin1");
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  return Object.entries(numbers).flatMap(([name, bit]) => ((effective >> bit) & 1n ? [] : [`CAP_${name}`]));
}
