// The parts that the pictures of an instance are made of.
import { formatDuration } from "../status/duration.js";
import { describeFault, describeReason, stateWord } from "../status/words.js";
import type { AddressView, InstanceView, PeerView, TrackerView } from "../status/views.js";
import { elapsed, micros, type Instant } from "../base/time.js";
import type { Style } from "./style.js";

/** "MASTER since 3 min: no advertisement from 10.0.0.2 for 3.6 s" */
export function stateLine(view: InstanceView, now: Instant, style: Style): string {
  const why = describeReason(view.reason, micros(view.masterDownIntervalMicros));
  const since = formatDuration(elapsed(view.since, now));
  if (view.abandonedAt !== undefined) {
    const ago = formatDuration(elapsed(view.abandonedAt, now));
    const state = `was ${stateWord(view.state)}, but its vrrp process ended ${ago} ago`;
    return `${style.bad("UNATTENDED")} ${state}: nobody advertises for it or takes its addresses away until one starts`;
  }
  return `${style.state[view.state](stateWord(view.state))} since ${since}: ${why}`;
}

/** What is wrong and what to do about it; what the state line has said already is not said again. */
export function faultLines(view: InstanceView, style: Style): readonly string[] {
  const { reason } = view;
  const said = reason.code === "fault" ? reason.causes.map((cause) => describeFault(cause).text) : [];
  return view.faults.map((cause) => {
    const { text, remedy } = describeFault(cause);
    return said.includes(text) ? style.warning(remedy) : `${style.bad(text)}: ${style.warning(remedy)}`;
  });
}

export const peerText = ({ address, priority, lastHeard }: PeerView, now: Instant): string =>
  `${address}, priority ${priority}, heard ${formatDuration(elapsed(lastHeard, now))} ago`;

export const priorityText = ({ basePriority, effectivePriority }: InstanceView): string =>
  effectivePriority === basePriority ? String(basePriority) : `${effectivePriority} (configured ${basePriority})`;

/** An address belongs to this node exactly while it is master. */
export const isAsItShould = (view: InstanceView, address: AddressView): boolean =>
  address.present === (view.state === "master") && address.detection === undefined;

export function presence(view: InstanceView, address: AddressView, style: Style): string {
  if (isAsItShould(view, address)) return address.present ? style.good("present") : style.dim("absent");
  if (address.detection === "duplicate") return style.bad("DUPLICATE: another host on the link has it");
  if (address.detection === "tentative") return style.warning("tentative: duplicate address detection is under way");
  return address.present
    ? style.bad(`PRESENT although the state is ${stateWord(view.state)}`)
    : style.bad("MISSING although this node is master");
}

export function trackerState(tracker: TrackerView, style: Style): string {
  if (tracker.value !== undefined) {
    const text = `says ${tracker.value}`;
    return tracker.weight === 0 && tracker.up === tracker.reverse ? style.bad(text) : style.good(text);
  }
  if (tracker.up === undefined) return style.warning("not known yet");
  return tracker.up === tracker.reverse
    ? style.bad(tracker.up ? "up (reversed)" : "DOWN")
    : style.good(tracker.up ? "up" : "down (reversed)");
}

/** What the tracker does to the instance. */
export function trackerWeight({ weight, reverse }: TrackerView): string {
  if (weight === 0) return reverse ? "FAULT while up" : "FAULT while down";
  const sign = weight > 0 ? `+${weight}` : String(weight);
  return weight > 0 !== reverse ? `priority ${sign} while up` : `priority ${sign} while down`;
}

/** Lines of cells, each column as wide as its widest cell. */
export function alignColumns(rows: readonly (readonly string[])[], gap = "  "): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, visibleWidth(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - visibleWidth(cell))))
      .join(gap)
      .trimEnd(),
  );
}

// The sequences of style.ts.
const sequences = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
const visibleWidth = (text: string): number => text.replace(sequences, "").length;
