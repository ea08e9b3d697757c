// BFD sessions of a vipd, as its status socket shows them, and the configurations that have them.
import { type InstanceConf, block, confWith } from "./conf.js";
import type { Daemon } from "./daemon.js";
import { eventually } from "./wait.js";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** One session; undefined while the daemon does not answer or has not heard of it. */
export async function bfdSession(daemon: Daemon, name = "peer"): Promise<Json | undefined> {
  const status = await daemon.status().catch(() => undefined);
  const list = status?.whole["bfd"];
  return (Array.isArray(list) ? list.filter(isObject) : []).find((session) => session["name"] === name);
}

export async function untilSession(daemon: Daemon, state: string, name = "peer"): Promise<Json> {
  return eventually(`vipd has session ${name} ${state}`, async () => {
    const session = await bfdSession(daemon, name);
    return session?.["state"] === state ? session : undefined;
  });
}

export interface SessionConf {
  readonly neighbor: string;
  readonly source?: string;
  /** Milliseconds. */
  readonly interval?: number;
  readonly multiplier?: number;
  /** Further lines of the block. */
  readonly lines?: readonly string[];
}

/** An instance on eth0 that tracks one session; `weight` 0 means FAULT while it is down. */
export function confWithSession(session: SessionConf, weight: number, instance: Partial<InstanceConf> = {}): string {
  const { neighbor, source, interval = 50, multiplier = 3, lines = [] } = session;
  const bfd = block("bfd_instance peer", [
    `neighbor_ip ${neighbor}`,
    ...(source === undefined ? [] : [`source_ip ${source}`]),
    `min_rx ${interval}`,
    `min_tx ${interval}`,
    `multiplier ${multiplier}`,
    ...lines,
  ]);
  const track = block("track_bfd", [weight === 0 ? "peer" : `peer weight ${weight}`]);
  return confWith([bfd], { priority: 200, ...instance, lines: [...(instance.lines ?? []), track] });
}
