// `vipctl instance NAME`: everything that is known about one instance.
import { micros, until, type Instant } from "../base/time.js";
import { formatDuration } from "../status/duration.js";
import type { InstanceView, VirtualLinkView } from "../status/views.js";
import { describeReject } from "../status/words.js";
import { rejectReasons } from "../vrrp/receive.js";
import type { Statistics } from "../vrrp/statistics.js";
import {
  alignColumns,
  faultLines,
  peerText,
  presence,
  priorityText,
  stateLine,
  trackerState,
  trackerWeight,
} from "./parts.js";
import type { Style } from "./style.js";

export function renderInstance(view: InstanceView, now: Instant, style: Style): string {
  const lines = [
    `${style.bold(view.name)}  ${stateLine(view, now, style)}`,
    ...faultLines(view, style).map((line) => `  ${line}`),
    "",
    ...alignColumns(facts(view, now).map(([what, value]) => [style.dim(what), value])),
    ...section("Addresses", style, addressRows(view, style)),
    ...section("Routes and rules", style, routingRows(view, style)),
    ...section("Trackers", style, trackerRows(view, style)),
    ...section("Counters", style, counterRows(view.statistics)),
    ...rejectLines(view.statistics, style),
  ];
  return `${lines.join("\n")}\n`;
}

type Fact = readonly [what: string, value: string];

function facts(view: InstanceView, now: Instant): readonly Fact[] {
  const span = (value: number): string => formatDuration(micros(value));
  const source = view.sourceAddress === undefined ? "" : `, sending from ${view.sourceAddress}`;
  return [
    ["interface", `${view.interfaceName ?? "any"}${source}`],
    ...(view.virtualLinks ?? []).map((link): Fact => ["virtual interface", linkText(link)]),
    ["virtual router", `VRID ${view.vrid}, VRRPv${view.version} over IPv${view.family}`],
    ["priority", `${priorityText(view)}${view.effectivePriority === 255 ? ", address owner" : ""}`],
    ...(view.syncGroup === undefined ? [] : [["sync group", view.syncGroup] as const]),
    ["advertises to", view.destinations.join(", ")],
    ["advertisements", `every ${span(view.advertisementIntervalMicros)}${learned(view)}`],
    ["master down after", `${span(view.masterDownIntervalMicros)} without an advertisement`],
    ["preempts", preemption(view)],
    ...(view.filtered === undefined ? [] : [["accepts", acceptance(view.filtered)] satisfies Fact]),
    ...(view.master === undefined ? [] : [["master", peerText(view.master, now)] satisfies Fact]),
    ...deadline(view, now),
  ];
}

const linkText = ({ name, baseName, mac, state }: VirtualLinkView): string =>
  `${name} on ${baseName}${mac === undefined ? "" : `, ${mac}`}, ${state}`;

const acceptance = ({ trouble }: { readonly trouble?: string }): string =>
  trouble === undefined
    ? "no packets to its addresses (no_accept)"
    : `packets to its addresses in spite of no_accept: nf_tables refuses the rules (${trouble})`;

function learned(view: InstanceView): string {
  const { masterAdvertisementIntervalMicros: masters, advertisementIntervalMicros: ours } = view;
  return masters === ours ? "" : `; the master sends every ${formatDuration(micros(masters))}`;
}

function preemption({ preempt, preemptDelayMicros }: InstanceView): string {
  if (!preempt) return "no (nopreempt)";
  return preemptDelayMicros === 0 ? "yes" : `yes, ${formatDuration(micros(preemptDelayMicros))} after it could`;
}

function deadline({ state, nextDeadline }: InstanceView, now: Instant): readonly Fact[] {
  if (nextDeadline === undefined) return [];
  const left = formatDuration(until(nextDeadline, now));
  if (state === "master") return [["next", `its next packet goes out in ${left}`]];
  return state === "backup" ? [["next", `takes over in ${left} unless it hears the master`]] : [];
}

function section(title: string, style: Style, rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  return ["", style.bold(title), ...alignColumns(rows).map((line) => `  ${line}`)];
}

const addressRows = (view: InstanceView, style: Style): readonly (readonly string[])[] =>
  view.addresses.map((address) => [
    address.address,
    address.interfaceName,
    presence(view, address, style),
    address.excluded ? style.dim("not advertised") : "",
  ]);

const routingRows = (view: InstanceView, style: Style): readonly (readonly string[])[] =>
  view.routing.map(({ item, present, trouble }) => [item, routingState(view, present, trouble, style)]);

function routingState(view: InstanceView, present: boolean, trouble: string | undefined, style: Style): string {
  if (trouble !== undefined) return style.bad(trouble);
  if (present) return style.good("present");
  return view.state === "master" ? style.bad("missing") : style.dim("not here");
}

const trackerRows = (view: InstanceView, style: Style): readonly (readonly string[])[] =>
  view.trackers.map((tracker) => [tracker.kind, tracker.name, trackerState(tracker, style), trackerWeight(tracker)]);

function counterRows(counters: Statistics): readonly (readonly string[])[] {
  const counted = (count: number, what: string): readonly string[] => [String(count), what];
  const unusual = [
    counted(counters.addressListMismatches, "advertisements with another address list"),
    counted(counters.intervalMismatches, "advertisements with another interval"),
    counted(counters.addressesRestored, "addresses put back after somebody deleted them"),
    counted(counters.routingRestored, "routes and rules put back after somebody deleted them"),
    counted(counters.strangersRemoved, "addresses, routes and rules removed that somebody else had added"),
    counted(counters.refused, "requests that the kernel refused"),
  ];
  const withPriorityZero = (count: number): string => (count === 0 ? "" : `, ${count} of them with priority 0`);
  return [
    counted(counters.advertsSent, `advertisements sent${withPriorityZero(counters.priorityZeroSent)}`),
    counted(counters.advertsReceived, `advertisements received${withPriorityZero(counters.priorityZeroReceived)}`),
    counted(counters.becameMaster, "times master"),
    counted(counters.releasedMaster, "times master no longer"),
    counted(counters.announcementsSent, "announcements sent (gratuitous ARP, neighbour advertisement)"),
    ...unusual.filter(([count]) => count !== "0"),
  ];
}

/** Each rung of the receive ladder that packets have failed: how many, what it means, and what to do. */
function rejectLines({ rejected }: Statistics, style: Style): readonly string[] {
  const reasons = rejectReasons.filter((reason) => rejected[reason] > 0);
  if (reasons.length === 0) return [];
  const width = Math.max(...reasons.map((reason) => String(rejected[reason]).length));
  const lines = reasons.flatMap((reason) => {
    const { text, remedy } = describeReject(reason);
    const count = String(rejected[reason]).padEnd(width);
    return [`  ${count}  ${text} (${reason})`, `  ${" ".repeat(width)}  ${style.warning(remedy)}`];
  });
  return ["", style.bold("Rejected packets"), ...lines];
}
