// Takeovers on the capture's clock: from the master's last word to the first gratuitous ARP of the backup, less what
// the standard prescribes. The master is keepalived, so that only the backup makes the difference; and every daemon is
// asked for real-time scheduling, so that none is late for a reason that its configuration could take away.
import { isAdvert, isAnnouncement } from "./capture.js";
import { type InstanceConf, VIP, block, confWith } from "./conf.js";
import type { DaemonKind } from "./daemon.js";
import type { Lab } from "./lab.js";
import { EARLY_MICROS, masterDownMicros, skewMicros, untilMaster } from "./pairing.js";

export type End = "SIGKILL" | "SIGTERM";

export interface TakeoverPlan {
  readonly backup: DaemonKind;
  /** Seconds. */
  readonly advertInt: number;
  readonly end: End;
}

const BACKUP_PRIORITY = 100;
const MASTER_PRIORITY = 200;
const MAX_ROUNDS = 200;
/** With a limit (microseconds) that no slow machine reaches: keepalived's own of 10 ms would kill it. */
const REAL_TIME = block("global_defs", ["vrrp_rt_priority 50", "vrrp_rlimit_rttime 10000000"]);

const realTimeConf = (instance: InstanceConf): string => confWith([REAL_TIME], instance);

/**
 * Lets the master on host a end and come back, again and again, and gives for each time the microseconds by which the
 * backup on host b was later than the master down interval (SIGKILL) or the skew time (SIGTERM). `enough` is asked
 * after each.
 */
export async function measureTakeovers(
  lab: Lab,
  plan: TakeoverPlan,
  enough: (overruns: readonly number[]) => boolean,
): Promise<number[]> {
  const { capture } = lab;
  const { advertInt } = plan;
  const interval = advertInt * 1_000_000;
  const backup = lab
    .host("b")
    .start({ kind: plan.backup, conf: realTimeConf({ priority: BACKUP_PRIORITY, advertInt }) });
  await untilMaster(lab, "b");
  const overruns: number[] = [];
  for (let round = 1; !enough(overruns); round++) {
    if (round > MAX_ROUNDS) throw new Error(`${MAX_ROUNDS} rounds gave only ${overruns.length} takeovers`);
    const started = capture.mark();
    const master = lab.host("a").start({
      kind: "keepalived",
      conf: realTimeConf({ priority: MASTER_PRIORITY, advertInt }),
      slot: String(round),
    });
    await untilMaster(lab, "a", started);
    await backup.inState("VI_1", "BACKUP");
    await capture.untilCount(3, "advertisements from a", isAdvert({ sender: "a" }), capture.mark());
    const mark = capture.mark();
    const ended = plan.end === "SIGKILL" ? master.killTree() : master.sigterm();
    const announced = await capture.until("gratuitous ARP from b", isAnnouncement({ sender: "b", address: VIP }), mark);
    await ended;
    const last = capture.adverts(started, "a").at(-1);
    if (last === undefined || last.at > announced.at) throw new Error("b took over from a master that was still there");
    const prescribed = plan.end === "SIGKILL" ? masterDownMicros : skewMicros;
    const overrun = announced.at - last.at - prescribed(BACKUP_PRIORITY, interval);
    // A master that the machine kept from advertising may have been given up already when it ended: no takeover.
    if (overrun > -EARLY_MICROS) overruns.push(overrun);
    await lab.host("a").ip("address flush dev eth0 to 10.9.0.100/32");
  }
  await backup.sigterm();
  return overruns;
}

/** Gaps between the advertisements of an idle master, microseconds. */
export async function measurePeriods(lab: Lab, kind: DaemonKind, advertInt: number, count: number): Promise<number[]> {
  const host = lab.host("a");
  host.start({ kind, conf: realTimeConf({ priority: MASTER_PRIORITY, advertInt }) });
  await untilMaster(lab, "a");
  const adverts = await lab.capture.untilCount(
    count + 1,
    "advertisements of an idle master",
    isAdvert({ sender: host.name }),
    lab.capture.mark(),
    (count + 10) * advertInt * 2_000,
  );
  return adverts.slice(1).map(({ at }, index) => at - (adverts[index]?.at ?? at));
}
