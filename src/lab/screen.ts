// The picture of the lab: a view and a size in, lines out. Pure, so that a test can look at it.
import { longestOutage, silence, successRate, type Availability } from "./availability.js";
import { stateWord } from "../status/words.js";
import type { StateName } from "../vrrp/effects.js";
import { box, fit, justify, plain, span, wrap, type Line, type Span, type Style } from "./paint.js";
import type { NodeName } from "./script.js";
import type { EventTone, LabEvent, LabView, NodeView } from "./view.js";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export const smallest: Size = { columns: 72, rows: 22 };

const dim: Style = { color: 245 };
const bold: Style = { bold: true };
const good: Style = { color: 78, bold: true };
const waiting: Style = { color: 110, bold: true };
const bad: Style = { color: 203, bold: true };
const warn: Style = { color: 215, bold: true };

const nodeColours: Readonly<Record<NodeName, number>> = { a: 39, b: 177 };
const nodeStyle = (name: string): Style =>
  name === "a" || name === "b" ? { color: nodeColours[name], bold: true } : plain;
const toneStyles: Readonly<Record<EventTone, Style>> = { good: plain, bad: { color: 203 }, action: bold };
const stateStyles: Readonly<Record<StateName, Style>> = {
  master: good,
  backup: waiting,
  fault: bad,
  initialize: dim,
  stopped: dim,
};
const stateMarks: Readonly<Record<StateName, string>> = {
  master: "●",
  backup: "○",
  fault: "✕",
  initialize: "·",
  stopped: "·",
};

/** The whole screen: exactly `rows` lines of exactly `columns` columns. */
export function draw(view: LabView, selected: NodeName, size: Size, colours = true): Line[] {
  const { columns, rows } = size;
  if (columns < smallest.columns || rows < smallest.rows) return tooSmall(size);
  const panels = drawPanels(view, selected, columns);
  const above = [header(view, columns), blank(columns), ...panels, blank(columns), ...client(view, columns, colours)];
  const below = [blank(columns), keys(view, selected, columns)];
  const events = drawEvents(view.events, columns, rows - above.length - below.length);
  return [...above, ...events, ...below];
}

const blank = (columns: number): Line => fit([], columns);

function tooSmall({ columns, rows }: Size): Line[] {
  const text = `vipd lab needs ${smallest.columns} x ${smallest.rows} characters, this is ${columns} x ${rows}`;
  return Array.from({ length: rows }, (_, row) => fit(row === 0 ? [span(text)] : [], columns));
}

function header(view: LabView, columns: number): Line {
  const title: Line = [span(" vipd lab", bold), span("  two routers, one virtual IP: ", dim), span(view.vip, bold)];
  return justify(title, [span(`${clock(view.uptime)} `, dim)], columns);
}

// ---- nodes ---------------------------------------------------------------------------------------------------------

function drawPanels(view: LabView, selected: NodeName, columns: number): Line[] {
  const width = Math.floor((columns - 1) / 2);
  const [left = [], right = []] = view.nodes.map((node) => panel(node, node.name === selected, view.vip, width));
  return left.map((line, row) => fit([...line, span(" "), ...(right[row] ?? [])], columns));
}

function panel(node: NodeView, selected: boolean, vip: string, width: number): Line[] {
  const edge: Style = selected ? nodeStyle(node.name) : dim;
  const title: Line = [span(`node ${node.name}`, nodeStyle(node.name))];
  const [first = "", second = ""] = wrap(explanation(node), width - 4, 2);
  const body: Line[] = [
    summary(node),
    [span(first)],
    [span(second)],
    field("VIP", ...holding(node, vip)),
    field("adverts", ...adverts(node)),
    field("cable", node.unplugged ? span("unplugged", bad) : span("plugged in")),
    field("process", ...processes(node)),
  ];
  return box(title, [stateBadge(node)], body, width, edge);
}

const field = (name: string, ...value: readonly Span[]): Line => [span(name.padEnd(9), dim), ...value];

function stateBadge({ daemon, status, frozen }: NodeView): Span {
  if (daemon.kind !== "running" && daemon.kind !== "stopping") return span(daemon.kind.toUpperCase(), bad);
  if (status === undefined) return span("STARTING", dim);
  if (frozen) return span(`${stateWord(status.state)} · FROZEN`, bad);
  return span(`${stateMarks[status.state]} ${stateWord(status.state)}`, stateStyles[status.state]);
}

function summary({ daemon, status }: NodeView): Line {
  if (daemon.kind !== "running") return [span("no daemon", dim)];
  if (status === undefined) return [span("starting ...", dim)];
  return [
    span("priority ", dim),
    span(`${status.priority}`, bold),
    span("   for ", dim),
    span(duration(status.sinceMilliseconds), bold),
  ];
}

/** Why the node is in its state, in words. */
function explanation({ daemon, status, frozen }: NodeView): string {
  switch (daemon.kind) {
    case "running":
      return frozen ? "frozen by SIGSTOP; the supervisor will notice within a second" : (status?.why ?? "");
    case "stopping":
      return "saying good-bye: priority 0, addresses removed";
    case "stopped":
      return "stopped with SIGTERM; it has told its peer with an advertisement of priority 0";
    case "killed":
      return "killed with SIGKILL, supervisor and children at once; nobody was told";
    case "ended":
      return `${daemon.how}: ${daemon.lastWords}`;
  }
}

function holding({ holdsVip, daemon, status, frozen }: NodeView, vip: string): Span[] {
  if (!holdsVip) return [span(vip, dim), span(" not here", dim)];
  const inCharge = daemon.kind === "running" && (status === undefined || status.state === "master");
  if (!inCharge) return [span(`${vip} left behind`, warn)];
  return [span(`${vip} here`, frozen ? warn : good)];
}

function adverts({ daemon, status }: NodeView): Span[] {
  if (daemon.kind !== "running" || status === undefined) return [span("none", dim)];
  return [
    span(grouped(status.advertsSent)),
    span(" sent, ", dim),
    span(grouped(status.advertsReceived)),
    span(" heard", dim),
  ];
}

function processes({ daemon, status }: NodeView): Span[] {
  if (daemon.kind !== "running") return [span("none", dim)];
  const vipd = [span("vipd ", dim), span(`${daemon.pid}`)];
  if (status?.childPid === undefined) return vipd;
  const vrrp = status.restarts === 0 ? span("vrrp ", dim) : span(`${ordinal(status.restarts + 1)} vrrp `, warn);
  return [...vipd, span(", ", dim), vrrp, span(`${status.childPid}`)];
}

// ---- client --------------------------------------------------------------------------------------------------------

function client(view: LabView, columns: number, colours: boolean): Line[] {
  return [
    justify(answering(view), tally(view.availability), columns),
    strip(view.availability, columns, colours),
    justify(gaps(view), legend(colours), columns),
    blank(columns),
  ];
}

function answering({ availability, now }: LabView): Line {
  const asks = [span(" client", bold), span(" asks 10 times a second: ", dim)];
  if (availability.last === undefined) return [...asks, span("no answer yet", dim)];
  const silent = silence(availability, now);
  if (silent !== undefined) return [...asks, span(`nobody for ${milliseconds(silent)}`, bad)];
  return [...asks, span(`node ${availability.last.node} answers`, nodeStyle(availability.last.node))];
}

function tally(availability: Availability): Line {
  const rate = successRate(availability);
  if (rate === undefined) return [];
  const lost = availability.sent - availability.answered;
  return [
    span(percent(rate), rate === 1 ? good : bold),
    span(`  ${grouped(lost)} lost of ${grouped(availability.sent)} `, dim),
  ];
}

/** The latest requests, one column each, the newest at the right. */
function strip(availability: Availability, columns: number, colours: boolean): Line {
  const recent = availability.recent.slice(-(columns - 2));
  const marks = recent.map((node) => (node === undefined ? span("×", bad) : mark(node, colours)));
  return [span(" "), span("·".repeat(columns - 2 - recent.length), dim), ...joinAlike(marks), span(" ")];
}

/** Neighbours of one style become one span, which keeps a frame short. */
function joinAlike(spans: readonly Span[]): Line {
  const joined: Span[] = [];
  for (const next of spans) {
    const before = joined.at(-1);
    if (before?.style.color === next.style.color && before !== undefined) {
      joined[joined.length - 1] = { text: before.text + next.text, style: next.style };
    } else {
      joined.push(next);
    }
  }
  return joined;
}

function gaps({ availability, now }: LabView): Line {
  const last = availability.outages.at(-1);
  if (last === undefined) return [span(" no outage so far", dim)];
  return [
    span(" last outage ", dim),
    span(milliseconds(last.milliseconds), bold),
    span("   longest ", dim),
    span(milliseconds(longestOutage(availability, now)), bold),
  ];
}

/** One answered request; without colours its node is told by the letter. */
const mark = (node: string, colours: boolean): Span => span(colours ? "█" : node.slice(0, 1), nodeStyle(node));

const legend = (colours: boolean): Line => [
  ...(colours ? [mark("a", true), span(" a  ", dim), mark("b", true), span(" b  ", dim)] : []),
  span("×", bad),
  span(" lost ", dim),
];

// ---- events and keys -----------------------------------------------------------------------------------------------

function drawEvents(events: readonly LabEvent[], columns: number, rows: number): Line[] {
  const latest = events.slice(-rows);
  return Array.from({ length: rows }, (_, row) => {
    const event = latest[row];
    return fit(fit(event === undefined ? [] : [span(" "), ...eventLine(event)], columns - 1), columns);
  });
}

/** One event as a line; the scripted lab prints the same. */
export function eventLine({ at, who, state, text, tone }: LabEvent): Line {
  const entered = state === undefined ? [] : [span(stateWord(state), stateStyles[state]), span(": ", dim)];
  return [
    span(clock(at, true), dim),
    span("  "),
    span(who.padEnd(8), nodeStyle(who)),
    ...entered,
    span(text, toneStyles[tone]),
  ];
}

function keys(view: LabView, selected: NodeName, columns: number): Line {
  const node = view.nodes.find(({ name }) => name === selected);
  const key = (letter: string, meaning: string): Span[] => [
    span(` ${letter} `, { inverse: true }),
    span(` ${meaning}  `),
  ];
  const runs = node?.daemon.kind === "running";
  const choice: Line = [
    span(" "),
    ...key("Tab", `node ${selected}`),
    ...key("s", runs ? "stop" : "start"),
    ...(runs ? [...key("k", "kill -9"), ...key("f", node.frozen ? "thaw" : "freeze")] : []),
    ...key("u", node?.unplugged === true ? "plug in" : "unplug"),
  ];
  return justify(choice, key("q", "quit"), columns);
}

// ---- words ---------------------------------------------------------------------------------------------------------

/** m:ss, or mm:ss.mmm where the order of things matters. */
export function clock(milliseconds: number, exact = false): string {
  const minutes = Math.floor(milliseconds / 60_000)
    .toString()
    .padStart(2, "0");
  const seconds = (milliseconds % 60_000) / 1000;
  return exact
    ? `${minutes}:${(Math.floor(seconds * 1000) / 1000).toFixed(3).padStart(6, "0")}`
    : `${minutes}:${Math.floor(seconds).toString().padStart(2, "0")}`;
}

export const milliseconds = (value: number): string => `${grouped(Math.round(value))} ms`;

function duration(value: number): string {
  if (value < 60_000) return `${(value / 1000).toFixed(1)} s`;
  const minutes = Math.floor(value / 60_000);
  return minutes < 60
    ? `${minutes} min ${Math.floor((value % 60_000) / 1000)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 12,345 */
export const grouped = (value: number): string => value.toString().replace(/\B(?=(\d{3})+$)/g, ",");

/** Rounded down, so that only a perfect score reads 100 %. */
export const percent = (share: number): string =>
  share === 1 ? "100 %" : `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;

function ordinal(position: number): string {
  const teen = position % 100 >= 11 && position % 100 <= 13;
  return `${position}${(teen ? undefined : ["th", "st", "nd", "rd"][position % 10]) ?? "th"}`;
}
