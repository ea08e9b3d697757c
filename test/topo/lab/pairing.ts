// The usual opening: a is master, b is backup, and both know it.
import { type Mark, isAdvert } from "./capture.js";
import { type InstanceConf, VIP, conf } from "./conf.js";
import type { Daemon } from "./daemon.js";
import type { Host } from "./host.js";
import type { Lab } from "./lab.js";
import type { Pair } from "./scenario.js";

export interface Node {
  readonly host: Host;
  readonly daemon: Daemon;
}

export interface Opening {
  readonly a: Node;
  readonly b: Node;
  /** The capture from here on shows what happened after the opening. */
  readonly mark: Mark;
}

/** Priorities 200 and 100 unless told otherwise; `common` goes into both configurations. */
export async function openWithMasterA(
  lab: Lab,
  pair: Pair,
  common: Partial<InstanceConf> = {},
  own: { readonly a?: Partial<InstanceConf>; readonly b?: Partial<InstanceConf> } = {},
): Promise<Opening> {
  const a = startNode(lab, "a", pair, { priority: 200, ...common, ...own.a });
  await untilMaster(lab, "a");
  const b = startNode(lab, "b", pair, { priority: 100, ...common, ...own.b });
  await b.daemon.inState("VI_1", "BACKUP");
  return { a, b, mark: lab.capture.mark() };
}

export function startNode(lab: Lab, name: "a" | "b", pair: Pair, instance: InstanceConf): Node {
  const host = lab.host(name);
  return { host, daemon: host.start({ kind: pair[name], conf: conf(instance) }) };
}

/** The host advertises and holds the address; nobody else does. */
export async function untilMaster(lab: Lab, name: string, since: Mark = lab.capture.mark()): Promise<void> {
  await lab.capture.until(`an advertisement from ${name}`, isAdvert({ sender: name }), since);
  await lab.untilHeldBy(VIP, [name]);
}

/** A timer may be rounded down to the tick of whoever keeps it: how much too early is not yet too early. */
export const EARLY_MICROS = 1_500;

/** Skew_Time (RFC 5798 §6.1) of a backup, in microseconds; a whole number of centiseconds is not assumed. */
export const skewMicros = (priority: number, intervalMicros: number): number =>
  ((256 - priority) * intervalMicros) / 256;

/** Master_Down_Interval (RFC 5798 §6.1), in microseconds. */
export const masterDownMicros = (priority: number, intervalMicros: number): number =>
  3 * intervalMicros + skewMicros(priority, intervalMicros);
