// A program that enters the role given in its first argument, and prints what it then is: see privileges.test.ts.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { enterRole, type Capability, type Role } from "../../src/host/privileges.js";
import { ignoreSignal } from "../../src/host/signals.js";
import { AF_PACKET, isSystemError, SOCK_RAW, socket, type SystemError } from "../../src/native/index.js";

const text = (result: number | SystemError): string => (isSystemError(result) ? result.code : "done");
const capabilities: readonly Capability[] = ["NET_ADMIN", "NET_RAW"];

const roles: Readonly<Record<string, Role>> = {
  nothing: { keep: [], noExec: false },
  network: { keep: capabilities, noExec: true, parentDeathSignal: 15 },
  nobody: { keep: capabilities, user: { uid: 65_534, gid: 65_534 }, noExec: true },
  scheduled: {
    keep: capabilities,
    realtime: 7,
    rtLimitMicros: 3_000_000,
    nice: -4,
    cpus: [0],
    lockMemory: true,
    noExec: true,
  },
};

/** "name: value" lines of a file below /proc/self. */
function table(path: string): Record<string, string> {
  const lines = readFileSync(`/proc/self/${path}`, "latin1").split("\n");
  return Object.fromEntries(lines.map((line) => [line.split(":")[0] ?? "", line.slice(line.indexOf(":") + 1).trim()]));
}

async function main(role: Role): Promise<void> {
  await stat("/"); // the threads of libuv exist from now on
  const report = enterRole(role);
  const ignored = ignoreSignal(36);
  const allocated = Buffer.alloc(64 * 1_048_576, 1).length;
  // What follows the name in parentheses; field 19 is nice, 40 and 41 are the real-time priority and the policy (proc(5)).
  const fields = readFileSync("/proc/self/stat", "latin1")
    .replace(/^.*\) /, "")
    .split(" ");
  const others = readdirSync("/proc/self/task").filter((id) => id !== String(process.pid));
  const answer = {
    report,
    status: table("status"),
    limits: readFileSync("/proc/self/limits", "latin1"),
    nice: Number(fields[19 - 3]),
    realtimePriority: Number(fields[40 - 3]),
    policy: Number(fields[41 - 3]),
    otherThreads: others.map((id) => table(`task/${id}/status`)).map(({ CapEff, Seccomp }) => ({ CapEff, Seccomp })),
    ignored: text(ignored),
    allocated,
    packetSocket: text(socket(AF_PACKET, SOCK_RAW, 0)),
    exec: spawnSync("/bin/true").error?.message ?? "done",
  };
  process.stdout.write(JSON.stringify(answer));
}

const role = roles[process.argv[2] ?? ""];
if (role === undefined) throw new Error(`one of ${Object.keys(roles).join(", ")}`);
await main(role);
