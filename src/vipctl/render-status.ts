// `vipctl status`: the daemon, its processes, and a few lines for each instance.
import { isMulticast, parseIp } from "../base/ip.js";
import { elapsed, micros, type Instant } from "../base/time.js";
import { formatDuration } from "../status/duration.js";
import type { ChildView, StatusReply } from "../status/rpc.js";
import { stateWord } from "../status/words.js";
import type { AddressView, GroupView, InstanceView, ProcessView, RoutingView, StaticsView } from "../status/views.js";
import {
  alignColumns,
  faultLines,
  isAsItShould,
  peerText,
  presence,
  priorityText,
  stateLine,
  trackerState,
} from "./parts.js";
import { bfdStateLine, troubleLines } from "./render-bfd.js";
import type { Style } from "./style.js";

/** More addresses than this are counted instead of listed, as long as nothing is wrong with them. */
const ADDRESSES_LISTED = 4;

export function renderStatus(status: StatusReply, style: Style): string {
  const up = formatDuration(elapsed(status.startedAt, status.now));
  const lines = [
    `${style.bold(`vipd ${status.version}`)}, pid ${status.pid}, up ${up}, ${status.configurationFile}`,
    ...status.children.flatMap((child) => childLines(child, style)),
    ...reloadLines(status, style),
  ];
  if (status.instances.length === 0) lines.push("", "No VRRP instance is configured.");
  if (status.groups.length > 0) lines.push("");
  for (const view of status.groups) lines.push(...groupLines(view, status.now, style));
  for (const view of status.instances) lines.push("", ...instanceLines(view, status.now, style));
  if (status.bfd.length > 0) lines.push("", ...bfdLines(status, style));
  return `${lines.join("\n")}\n`;
}

/** One line a session; vipctl bfd shows all. */
const bfdLines = ({ bfd, now }: StatusReply, style: Style): readonly string[] =>
  bfd.flatMap((view) => [
    `BFD ${bfdStateLine(view, now, style)}`,
    ...troubleLines(view, style).map((line) => `    ${line}`),
  ]);

function childLines(child: ChildView, style: Style): readonly string[] {
  const { process } = child;
  const facts = [
    ...(child.pid === undefined ? [] : [`pid ${child.pid}`]),
    ...(process === undefined ? [] : processFacts(process)),
    ...(child.restarts === 0 ? [] : [`restarted ${child.restarts === 1 ? "once" : `${child.restarts} times`}`]),
  ];
  const state = child.state === "running" ? child.state : style.warning(child.state);
  const lines = [`${child.name} process ${state}${facts.length === 0 ? "" : `: ${facts.join(", ")}`}`];
  if (process?.statics !== undefined) lines.push(...staticLines(process.statics, style));
  if (child.lastEnd !== undefined) lines.push(style.warning(`  its predecessor ${child.lastEnd}`));
  return lines;
}

function staticLines({ addresses, routing }: StaticsView, style: Style): readonly string[] {
  const missing = [
    ...addresses
      .filter(({ present }) => !present)
      .map(({ address, interfaceName }) => `${address} on ${interfaceName}`),
    ...missingItems(routing),
  ];
  if (missing.length > 0) return missing.map((what) => style.bad(`  static ${what} is MISSING`));
  return [`  static: ${addresses.length} addresses, ${routing.length} routes and rules, all present`];
}

const missingItems = (routing: readonly RoutingView[]): readonly string[] =>
  routing
    .filter(({ present }) => !present)
    .map(({ item, trouble }) => (trouble === undefined ? item : `${item} (${trouble})`));

/** Where all is as it should be, a number is enough. */
function routingLines({ state, routing }: InstanceView, style: Style): readonly string[] {
  if (routing.length === 0 || state !== "master") return [];
  const missing = missingItems(routing);
  if (missing.length > 0) return missing.map((what) => style.bad(`${what} is MISSING although this node is master`));
  return [`${routing.length} ${routing.length === 1 ? "route or rule" : "routes and rules"} present`];
}

function processFacts(process: ProcessView): readonly string[] {
  const rejected = Object.values(process.unattributed).reduce((sum, count) => sum + count, 0);
  return [
    `timer at most ${formatLateness(process.timerLatenessMaxMicros)} late`,
    process.realtime ? "real-time" : "not real-time",
    process.memoryLocked ? "memory locked" : "memory not locked",
    ...(process.netlinkOverruns === 0 ? [] : [`${process.netlinkOverruns} netlink overruns`]),
    ...(rejected === 0 ? [] : [`${rejected} packets for no instance`]),
  ];
}

const formatLateness = (lateness: number): string =>
  lateness < 10_000 ? `${Number((lateness / 1_000).toFixed(1))} ms` : formatDuration(micros(lateness));

function reloadLines({ lastReload }: StatusReply, style: Style): readonly string[] {
  if (lastReload === undefined) return [];
  const { ok, detail, time } = lastReload;
  const when = new Date(time).toLocaleString("sv-SE");
  if (ok) return [`configuration reloaded at ${when}`];
  return [style.bad(`reload at ${when} refused, the old configuration stays in force: ${detail}`)];
}

function groupLines({ name, state, since, leader, members, waiting }: GroupView, now: Instant, style: Style): string[] {
  const why = leader === undefined ? "" : `, led by ${leader.instance}`;
  const word = style.state[state](stateWord(state));
  const lines = [
    `${style.bold(`sync group ${name}`)}  ${word} since ${formatDuration(elapsed(since, now))}${why}: ${members.join(", ")}`,
  ];
  if (waiting.length === 0) return lines;
  const who = waiting.length === 1 ? "hears no master and waits" : "hear no master and wait";
  return [
    ...lines,
    style.warning(`    ${waiting.join(", ")} ${who} for the others, which do: is the segment divided?`),
  ];
}

function instanceLines(view: InstanceView, now: Instant, style: Style): readonly string[] {
  const indent = " ".repeat(4);
  const details = [
    `${placeText(view)}, VRID ${view.vrid}, priority ${priorityText(view)}`,
    ...(view.master === undefined ? [] : [`master ${peerText(view.master, now)}`]),
    ...faultLines(view, style),
    ...trackerLines(view, style),
    ...addressLines(view, style),
    ...routingLines(view, style),
  ];
  return [`${style.bold(view.name)}  ${stateLine(view, now, style)}`, ...details.map((line) => indent + line)];
}

/** IPv4 by multicast is not worth a word. */
function placeText({ interfaceName, family, destinations }: InstanceView): string {
  const ipv6 = family === 6 ? ", IPv6" : "";
  const peers = destinations.every(isGroup) ? "" : `, unicast to ${destinations.join(", ")}`;
  return `${interfaceName ?? "any interface"}${ipv6}${peers}`;
}

const isGroup = (text: string): boolean => {
  const address = parseIp(text);
  return address !== undefined && isMulticast(address);
};

function addressLines(view: InstanceView, style: Style): readonly string[] {
  const listed = (address: AddressView): readonly string[] => [
    address.address,
    address.interfaceName,
    presence(view, address, style),
  ];
  const asTheyShould = view.addresses.filter((address) => isAsItShould(view, address));
  const wrong = view.addresses.filter((address) => !isAsItShould(view, address));
  if (view.addresses.length <= ADDRESSES_LISTED) return alignColumns(view.addresses.map(listed));
  const word = view.state === "master" ? style.good("present") : style.dim("absent");
  return [
    `${asTheyShould.length} of ${view.addresses.length} addresses ${word}${view.state === "master" ? "" : style.dim(", as they should be")}`,
    ...alignColumns(wrong.map(listed)),
  ];
}

/** Only trackers that have something to say; vipctl instance shows all. */
function trackerLines(view: InstanceView, style: Style): readonly string[] {
  return view.trackers
    .filter((tracker) => tracker.up === undefined || tracker.up === tracker.reverse)
    .map((tracker) => `tracked ${tracker.kind} ${tracker.name} ${trackerState(tracker, style)}`);
}
