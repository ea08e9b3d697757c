// A vrrp process for tests of the supervisor: it speaks the messages and does what a file beside it says.
//
// usage: fake-vrrp-child.js DIRECTORY
// DIRECTORY/behaviour holds what it is to do, read at its start; DIRECTORY/received.jsonl gets what it is told.
import { appendFileSync, readFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { instant } from "../../src/base/time.js";
import { monotonicNow } from "../../src/host/clock.js";
import { noRejections, noStatistics } from "../../src/vrrp/statistics.js";
import type { FromVrrp } from "../../src/supervise/messages.js";
import type { InstanceView } from "../../src/status/views.js";

/**
 * normal      is master of VI_1 with an interval of 10 s
 * exit N      ends with status N as soon as it is configured
 * mute        never says anything
 * deaf        does not stop when it is told to
 * garbage     says things that are no messages
 */
const directory = process.argv[2] ?? ".";
const [behaviour, argument] = readFileSync(join(directory, "behaviour"), "utf8").trim().split(" ");
const channel = new Socket({ fd: 3 });

const say = (message: FromVrrp): void => void channel.write(`${JSON.stringify(message)}\n`);
const startedAt = monotonicNow();

const view = (state: InstanceView["state"]): InstanceView => ({
  name: "VI_1",
  state,
  since: monotonicNow(),
  reason: { code: "startup" },
  faults: [],
  interfaceName: "eth0",
  vrid: 1,
  version: 2,
  family: 4,
  basePriority: 100,
  effectivePriority: 100,
  destinations: ["224.0.0.18"],
  advertisementIntervalMicros: 10_000_000,
  masterAdvertisementIntervalMicros: 10_000_000,
  masterDownIntervalMicros: 30_600_000,
  preempt: true,
  preemptDelayMicros: 0,
  nextDeadline: instant(monotonicNow() + 10_000_000),
  addresses: [],
  routing: [],
  trackers: [],
  statistics: noStatistics,
});

function become(from: InstanceView["state"], to: InstanceView["state"]): void {
  const at = monotonicNow();
  const about = {
    pid: process.pid,
    startedAt,
    timerLatenessMaxMicros: 0,
    timerLatenessLastMicros: 0,
    unattributed: noRejections,
    netlinkOverruns: 0,
    realtime: false,
    memoryLocked: false,
  };
  say({ type: "views", instances: [view(to)], groups: [], process: about });
  const reason = { code: to === "stopped" ? "shutdown" : "startup" } as const;
  say({ type: "transition", instance: "VI_1", from, to, reason, priority: 100, at });
}

function configured(): void {
  if (behaviour === "exit") process.exit(Number(argument));
  if (behaviour === "mute") return;
  if (behaviour === "garbage") channel.write('this is no JSON\n{"type":"unheard-of"}\n');
  say({ type: "ready" });
  setInterval(() => {
    say({ type: "heartbeat", at: monotonicNow() });
  }, 50);
  become("initialize", "master");
}

let isConfigured = false;
createInterface({ input: channel })
  .on("line", (line) => {
    appendFileSync(join(directory, "received.jsonl"), `${line}\n`);
    const message: unknown = JSON.parse(line);
    const type = typeof message === "object" && message !== null && "type" in message ? message.type : undefined;
    if (type === "configure" && isConfigured) say({ type: "ready" });
    else if (type === "configure") configured();
    isConfigured ||= type === "configure";
    if (type !== "shutdown" || behaviour === "deaf") return;
    become("master", "stopped");
    say({ type: "finished" });
    channel.end(() => process.exit(0));
  })
  // The supervisor has died.
  .on("close", () => process.exit(0));
