// A daemon's answers with something of everything: healthy, waiting and broken instances.
import { instant } from "../../src/base/time.js";
import type { StatusEvent, StatusReply } from "../../src/status/rpc.js";
import type { AddressView, InstanceView } from "../../src/status/views.js";
import { noRejections, noStatistics } from "../../src/vrrp/statistics.js";

export const now = instant(20_000_000_000);
export const ago = (seconds: number) => instant(now - Math.round(seconds * 1_000_000));

const address = (text: string, present: boolean, excluded = false): AddressView => ({
  address: text,
  interfaceName: "eth0",
  excluded,
  present,
});

const base: InstanceView = {
  name: "VI_1",
  state: "master",
  since: ago(185),
  reason: { code: "masterDownTimerExpired", lastHeard: "10.0.0.2" },
  faults: [],
  interfaceName: "eth0",
  vrid: 51,
  version: 3,
  family: 4,
  basePriority: 150,
  effectivePriority: 150,
  sourceAddress: "10.0.0.1",
  destinations: ["224.0.0.18"],
  advertisementIntervalMicros: 1_000_000,
  masterAdvertisementIntervalMicros: 1_000_000,
  masterDownIntervalMicros: 3_210_000,
  preempt: true,
  preemptDelayMicros: 0,
  nextDeadline: instant(now + 400_000),
  addresses: [],
  routing: [],
  trackers: [],
  statistics: noStatistics,
};

export const master: InstanceView = {
  ...base,
  addresses: [address("10.0.0.100/24", true), address("10.0.0.101/24", false), address("10.0.0.9/32", true, true)],
  trackers: [
    { kind: "script", name: "chk_http", weight: -20, reverse: false, up: true },
    { kind: "interface", name: "eth1", weight: 0, reverse: false, up: false },
    { kind: "script", name: "chk_new", weight: 5, reverse: true },
  ],
  statistics: {
    ...noStatistics,
    advertsSent: 190,
    addressesRestored: 2,
    rejected: { ...noRejections, ttl: 12, authenticationFailure: 1 },
  },
};

export const backup: InstanceView = {
  ...base,
  name: "VI_web",
  state: "backup",
  since: ago(7_500),
  reason: { code: "higherPriorityAdvert", from: "10.0.0.2", theirs: 200, ours: 80 },
  basePriority: 100,
  effectivePriority: 80,
  preemptDelayMicros: 30_000_000,
  masterAdvertisementIntervalMicros: 100_000,
  master: { address: "10.0.0.2", priority: 200, lastHeard: instant(now - 300_000) },
  nextDeadline: instant(now + 3_100_000),
  addresses: [address("10.1.0.100/24", false)],
};

export const faulty: InstanceView = {
  ...base,
  name: "VI_db",
  state: "fault",
  since: ago(12),
  reason: { code: "fault", causes: [{ kind: "interfaceDown", interfaceName: "eth2" }] },
  faults: [
    { kind: "interfaceDown", interfaceName: "eth2" },
    { kind: "scriptFailed", script: "chk_db" },
  ],
  preempt: false,
  addresses: [1, 2, 3, 4, 5, 6].map((host) => address(`10.2.0.${host}/24`, host === 3)),
};

export const status: StatusReply = {
  version: "0.1.0",
  pid: 4242,
  configurationFile: "/etc/keepalived/keepalived.conf",
  now,
  time: "2026-11-21T00:00:00.000Z",
  startedAt: ago(11_520),
  lastReload: { time: "2026-11-20T23:00:00.000Z", ok: false, detail: "keepalived.conf:12:3: unknown interface" },
  children: [
    {
      name: "vrrp",
      state: "running",
      pid: 4243,
      restarts: 2,
      lastEnd: "was killed by SIGKILL",
      process: {
        pid: 4243,
        startedAt: ago(100),
        timerLatenessMaxMicros: 412,
        timerLatenessLastMicros: 30,
        unattributed: { ...noRejections, unknownVrid: 7 },
        netlinkOverruns: 0,
        realtime: true,
        memoryLocked: false,
      },
    },
  ],
  instances: [master, backup, faulty],
  groups: [
    {
      name: "G",
      state: "backup",
      since: ago(7_500),
      leader: { instance: "VI_web", reason: { code: "faultCleared" } },
      members: ["VI_web", "VI_db"],
      waiting: ["VI_db"],
    },
  ],
  bfd: [],
};

const place = (sequence: number) => ({ sequence, at: now, time: `2026-11-21T00:00:0${sequence}.000Z` });

export const events: readonly StatusEvent[] = [
  {
    ...place(1),
    kind: "transition",
    instance: "VI_1",
    from: "initialize",
    to: "backup",
    reason: { code: "startup" },
    priority: 150,
  },
  {
    ...place(2),
    kind: "transition",
    instance: "VI_1",
    from: "backup",
    to: "master",
    reason: base.reason,
    priority: 150,
  },
  { ...place(3), kind: "script", script: "chk_http", up: false, detail: "exited with status 7" },
  { ...place(4), kind: "reload", ok: false, detail: "keepalived.conf:12:3: unknown interface" },
];
