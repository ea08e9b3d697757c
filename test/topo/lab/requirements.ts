// What the labs need of the machine, named with the Debian package that brings it.
import { runSyncQuietly } from "./commands.js";

const TOOLS = [
  { program: "ip", args: ["-V"], packageName: "iproute2" },
  { program: "tcpdump", args: ["--version"], packageName: "tcpdump" },
  { program: "keepalived", args: ["--version"], packageName: "keepalived" },
] as const;

/** In words; empty when everything is there. */
export function missingRequirements(): string[] {
  if (process.getuid?.() !== 0) return ["root, because they create network namespaces (try: sudo npm test)"];
  return TOOLS.filter(({ program, args }) => !isThere(program, args)).map(
    ({ program, packageName }) => `${program} (try: apt-get install ${packageName})`,
  );
}

/** keepalived tells its version on standard error, so only the exit status counts. */
const isThere = (program: string, args: readonly string[]): boolean =>
  runSyncQuietly("sh", ["-c", `${[program, ...args].join(" ")} >/dev/null 2>&1 && echo there`]) !== "";
