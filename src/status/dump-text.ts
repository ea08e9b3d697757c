// keepalived's state dumps as text: SIGUSR2 statistics line for line, SIGUSR1 data in its sections and wording, as far as
// programs that read those files look.
import { formatIp } from "../base/ip.js";
import { type Instant, type Micros, seconds } from "../base/time.js";
import type { StateName } from "../vrrp/effects.js";
import type { AdvertDestination, Authentication, TrackerKind, VirtualRouterParams } from "../vrrp/params.js";
import type { DaemonParams } from "../supervise/params.js";
import type { Statistics } from "../vrrp/statistics.js";
import type { StatusReply } from "./rpc.js";
import type { GroupView, InstanceView } from "./views.js";

/** Wall clock of monotonic time: add this to get microseconds since 1970. */
export type WallOffset = number;

/** The names of the states in keepalived's files. */
export const stateNames: Readonly<Record<StateName, string>> = {
  initialize: "INIT",
  backup: "BACKUP",
  master: "MASTER",
  fault: "FAULT",
  stopped: "STOP",
};

export function statisticsText(views: readonly InstanceView[]): string {
  return views.map(({ name, statistics }) => instanceStatistics(name, statistics).join("\n") + "\n").join("");
}

function instanceStatistics(name: string, statistics: Statistics): readonly string[] {
  const { rejected } = statistics;
  return [
    `VRRP Instance: ${name}`,
    "  Advertisements:",
    `    Received: ${statistics.advertsReceived}`,
    `    Sent: ${statistics.advertsSent}`,
    `  Became master: ${statistics.becameMaster}`,
    `  Released master: ${statistics.releasedMaster}`,
    "  Packet Errors:",
    `    Length: ${rejected.length}`,
    `    TTL: ${rejected.ttl}`,
    `    Invalid Type: ${rejected.type}`,
    `    Advertisement Interval: ${rejected.interval + statistics.intervalMismatches}`,
    `    Address List: ${statistics.addressListMismatches}`,
    "  Authentication Errors:",
    `    Invalid Type: ${rejected.authenticationTypeUnknown}`,
    `    Type Mismatch: ${rejected.authenticationTypeMismatch}`,
    `    Failure: ${rejected.authenticationFailure}`,
    "  Authentication Extension Errors:",
    `    Missing: ${rejected.signatureMissing}`,
    `    Malformed: ${rejected.signatureMalformed}`,
    `    Unknown Key: ${rejected.signatureKeyUnknown}`,
    `    Invalid HMAC: ${rejected.signatureInvalid}`,
    `    Stale: ${rejected.signatureStale}`,
    `    Replay: ${rejected.replayed}`,
    "  Priority Zero:",
    `    Received: ${statistics.priorityZeroReceived}`,
    `    Sent: ${statistics.priorityZeroSent}`,
  ];
}

/** The dump of the vrrp process. */
export function dataText(
  params: DaemonParams,
  { instances: views, groups }: Pick<StatusReply, "instances" | "groups">,
  wall: WallOffset,
): string {
  const paramsOf = new Map(params.vrrp.instances.map((instance) => [instance.name, instance]));
  const lines = [
    ...globalLines(params),
    "------< VRRP Topology >------",
    ...views.flatMap((view) => instanceLines(view, paramsOf.get(view.name), wall)),
    ...groupLines(groups, views),
    ...scriptLines(params, views),
  ];
  return lines.join("\n") + "\n";
}

function groupLines(groups: readonly GroupView[], views: readonly InstanceView[]): readonly string[] {
  if (groups.length === 0) return [];
  const count = (state: InstanceView["state"], members: readonly string[]): number =>
    views.filter((view) => view.state === state && members.includes(view.name)).length;
  return [
    "------< VRRP Sync groups >------",
    ...groups.flatMap(({ name, state, members }) => [
      ` VRRP Sync Group = ${name}, ${stateNames[state]}`,
      `   Num member fault ${count("fault", members)}, num member init ${count("initialize", members)}`,
      "   VRRP member instances :",
      ...members.map((member) => `     ${member}`),
    ]),
  ];
}

/** The dump of the parent: what is global, and its own state. */
export function parentDataText(params: DaemonParams, about: Readonly<Record<string, string>>): string {
  const lines = [
    ...globalLines(params),
    "------< Daemon >------",
    ...Object.entries(about).map(([key, value]) => ` ${key} = ${value}`),
  ];
  return lines.join("\n") + "\n";
}

export const globalLines = ({ routerId, umask, vrrp, vrrpScheduling }: DaemonParams): readonly string[] => [
  "------< Global definitions >------",
  ` Router ID = ${routerId}`,
  ` VRRP startup delay = ${secondsText(vrrp.startupDelay)}`,
  ` VRRP process priority = ${vrrpScheduling.nice}`,
  ` VRRP don't swap = ${String(vrrpScheduling.lockMemory)}`,
  ` VRRP realtime priority = ${vrrpScheduling.realtimePriority ?? 0}`,
  ` umask = ${(umask ?? 0o177).toString(8).padStart(4, "0")}`,
];

function instanceLines(
  view: InstanceView,
  params: VirtualRouterParams | undefined,
  wall: WallOffset,
): readonly string[] {
  const shown = view.addresses.filter(({ excluded }) => !excluded);
  const excluded = view.addresses.filter((address) => address.excluded);
  return [
    ` VRRP Instance = ${view.name}`,
    `   VRRP Version = ${view.version}`,
    `   State = ${stateNames[view.state]}`,
    ...(view.syncGroup === undefined ? [] : [`   Sync group = ${view.syncGroup}`]),
    `   Wantstate = ${params?.startAs === "master" ? "MASTER" : "BACKUP"}`,
    `   Number of interface and track script faults = ${view.faults.length}`,
    `   Last transition = ${wallText(view.since, wall)}`,
    ...(view.nextDeadline === undefined ? [] : [`   Read timeout = ${wallText(view.nextDeadline, wall)}`]),
    `   Master down timer = ${view.masterDownIntervalMicros} usecs`,
    `   Interface = ${view.interfaceName ?? "none"}`,
    ...(view.sourceAddress === undefined ? [] : [`   Using src_ip = ${view.sourceAddress}`]),
    ...(view.master === undefined
      ? []
      : [`   Master router = ${view.master.address}`, `   Master priority = ${view.master.priority}`]),
    ...(params === undefined ? [] : configuredLines(params)),
    `   Virtual Router ID = ${view.vrid}`,
    `   Priority = ${view.basePriority}`,
    `   Effective priority = ${view.effectivePriority}`,
    `   Total priority = ${view.effectivePriority}`,
    `   Advert interval = ${intervalText(view.advertisementIntervalMicros, view.version)}`,
    `   Preempt = ${view.preempt ? "enabled" : "disabled"}`,
    ...(view.preemptDelayMicros > 0 ? [`   Preempt delay = ${view.preemptDelayMicros / 1_000_000} secs`] : []),
    ...(params === undefined ? [] : authenticationLines(params.authentication)),
    ...addressLines("Virtual IP", shown),
    ...addressLines("Virtual IP Excluded", excluded),
    ...routingLines("Virtual Routes", view.routing, "route "),
    ...routingLines("Virtual Rules", view.routing, "rule "),
    ...trackerLines("interface", view),
    ...trackerLines("script", view),
    ...trackerLines("file", view),
    ...trackerLines("process", view),
    ...trackerLines("bfd", view),
  ];
}

const configuredLines = ({ announce, downTimerAdverts, ...params }: VirtualRouterParams): readonly string[] => [
  ...destinationLines(params.destination),
  `   Gratuitous ARP delay = ${announce.delay / 1_000_000}`,
  `   Gratuitous ARP repeat = ${announce.repeat}`,
  `   Gratuitous ARP refresh = ${announce.refresh / 1_000_000}`,
  `   Gratuitous ARP refresh repeat = ${announce.refreshRepeat}`,
  `   Gratuitous ARP lower priority delay = ${announce.lowerPriorityDelay / 1_000_000}`,
  `   Gratuitous ARP lower priority repeat = ${announce.lowerPriorityRepeat}`,
  `   Down timer adverts = ${downTimerAdverts}`,
  `   Send advert after receive lower priority advert = ${String(!params.lowerPriorityNoAdvert)}`,
  `   Send advert after receive higher priority advert = ${String(params.higherPrioritySendAdvert)}`,
];

const destinationLines = (destination: AdvertDestination): readonly string[] =>
  destination.kind === "multicast"
    ? [`   Multicast address ${formatIp(destination.group)}`]
    : [
        `   Unicast TTL = ${destination.ttl}`,
        `   Check unicast src : ${destination.checkSource ? "yes" : "no"}`,
        `   Unicast Peer (${destination.peers.length}):`,
        ...destination.peers.map(
          ({ address, minTtl, maxTtl }) => `     ${formatIp(address)} min_ttl ${minTtl} max_ttl ${maxTtl}`,
        ),
      ];

/** Secrets are not shown. */
function authenticationLines(authentication: Authentication): readonly string[] {
  switch (authentication.type) {
    case "none":
      return [];
    case "pass":
      return ["   Authentication type = SIMPLE_PASSWORD", "   Password = (not shown)"];
    case "ah":
      return ["   Authentication type = IPSEC_AH", "   Password = (not shown)"];
    case "hmac": {
      const { activeKey, keys, mode } = authentication;
      const ring = keys.map(({ id }) => id).join(" ");
      return [`   Authentication extension = HMAC, mode ${mode}, keys ${ring}, active ${activeKey}`];
    }
  }
}

const addressLines = (title: string, addresses: InstanceView["addresses"]): readonly string[] =>
  addresses.length === 0
    ? []
    : [
        `   ${title} (${addresses.length}):`,
        ...addresses.map(
          ({ address, interfaceName, present }) => `     ${address} dev ${interfaceName}${present ? " set" : ""}`,
        ),
      ];

function routingLines(title: string, routing: InstanceView["routing"], kind: "route " | "rule "): readonly string[] {
  const shown = routing.filter(({ item }) => item.startsWith(kind));
  if (shown.length === 0) return [];
  const lines = shown.map(({ item, present }) => `     ${item.slice(kind.length)}${present ? " set" : ""}`);
  return [`   ${title} (${shown.length}):`, ...lines];
}

const TRACKED: Readonly<Record<TrackerKind, string>> = {
  interface: "interfaces",
  script: "scripts",
  file: "files",
  process: "processes",
  bfd: "BFDs",
};

function trackerLines(kind: TrackerKind, view: InstanceView): readonly string[] {
  const trackers = view.trackers.filter((tracker) => tracker.kind === kind);
  if (trackers.length === 0) return [];
  const line = ({ name, weight, reverse }: (typeof trackers)[number]): string =>
    `     ${name}${weight === 0 ? "" : ` weight ${weight}`}${reverse ? " reverse" : ""}`;
  return [`   Tracked ${TRACKED[kind]} :`, ...trackers.map(line)];
}

function scriptLines({ scripts }: DaemonParams, views: readonly InstanceView[]): readonly string[] {
  if (scripts.length === 0) return [];
  const isUp = (name: string): boolean | undefined =>
    views.flatMap(({ trackers }) => trackers).find((tracker) => tracker.kind === "script" && tracker.name === name)?.up;
  const statusOf = { true: "GOOD", false: "BAD", undefined: "INIT" };
  return [
    "------< VRRP Scripts >------",
    ...scripts.flatMap((script) => [
      ` VRRP Script = ${script.name}`,
      `   Command = '${script.command.argv.join(" ")}'`,
      `   Interval = ${secondsText(script.interval)}`,
      `   Timeout = ${secondsText(script.timeout)}`,
      `   Rise = ${script.rise}`,
      `   Fall = ${script.fall}`,
      `   Status = ${statusOf[`${isUp(script.name)}`]}`,
      `   Script uid:gid = ${script.command.identity.uid}:${script.command.identity.gid}`,
    ]),
  ];
}

const secondsText = (span: Micros): string => `${span / seconds(1)} sec`;

/** keepalived gives version 2 in seconds and version 3 in milliseconds. */
const intervalText = (span: number, version: 2 | 3): string =>
  version === 2 ? `${span / 1_000_000} sec` : `${span / 1_000} milli-sec`;

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** As in `1795218089.187136 (Fri Nov 20 23:41:29.187136 2026)`, local time. */
export function wallText(at: Instant, wall: WallOffset): string {
  const micros = at + wall;
  const fraction = String(micros % 1_000_000).padStart(6, "0");
  const date = new Date(Math.floor(micros / 1_000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${fraction}`;
  const day = `${DAYS[date.getDay()] ?? ""} ${MONTHS[date.getMonth()] ?? ""} ${String(date.getDate()).padStart(2, " ")}`;
  return `${Math.floor(micros / 1_000_000)}.${fraction} (${day} ${clock} ${date.getFullYear()})`;
}
