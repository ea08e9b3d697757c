// What the supervisor is told by a configuration: everything a running vipd needs, complete and checked.
import type { Command } from "../base/command.js";
import type { Micros } from "../base/time.js";
import type { BfdParams } from "../bfd/params.js";
import type { FifoParams, HookParams, MailParams } from "../notify/params.js";
import type { FileParams, ProcessParams, ScriptParams } from "../track/params.js";
import type { VrrpRouterParams } from "../vrrp/params.js";

/** Scheduling of one child (sched(7), mlockall(2), setrlimit(2)). */
export interface SchedulingParams {
  /** SCHED_RR priority 1..99; absent: as the daemon decides. */
  readonly realtimePriority?: number;
  readonly realtimeLimit?: Micros;
  /** -20..19 */
  readonly nice: number;
  readonly lockMemory: boolean;
  readonly cpus: readonly number[];
}

/** A script that is run once and waited for. */
export interface LifeScript {
  readonly command: Command;
  readonly timeout: Micros;
}

/** What surrounds a reload, beside the signal that asks for it. */
export interface ReloadParams {
  /** `reload_file`: is there while the new configuration is read. */
  readonly marker?: string;
  /** `reload_time_file`: says when to reload. */
  readonly timeFile?: string;
  /** `reload_repeat`: that file stays when its time has come. */
  readonly repeats: boolean;
  /** `reload_check_config LOGFILE`: what is wrong with the new configuration. */
  readonly report?: string;
}

export interface DaemonParams {
  readonly routerId: string;
  readonly vrrp: VrrpRouterParams;
  readonly vrrpScheduling: SchedulingParams;
  readonly bfd: BfdParams;
  readonly bfdScheduling: SchedulingParams;
  /** Only the scripts that something tracks. */
  readonly scripts: readonly ScriptParams[];
  /** Only those that something tracks, as well. */
  readonly files: readonly FileParams[];
  readonly processes: readonly ProcessParams[];
  readonly hooks: readonly HookParams[];
  readonly fifos: readonly FifoParams[];
  /** `fifo_write_vrrp_states_on_reload` */
  readonly fifoStatesOnReload: boolean;
  /** Instances of `notify_priority_changes`. */
  readonly priorityReporters: readonly string[];
  readonly mail?: MailParams;
  /** Who has `smtp_alert`: `subjectKey` of instances and groups. */
  readonly smtpAlerts: readonly string[];
  /** Before anything starts, and after everything has stopped. */
  readonly startupScript?: LifeScript;
  readonly shutdownScript?: LifeScript;
  /** How long children may take to stop before they are killed (`child_wait_time`, 5 s). */
  readonly childWait: Micros;
  /** `state_dump_file` and its like, where given. */
  readonly stateDumpFile?: string;
  readonly umask?: number;
  readonly reload: ReloadParams;
  /** What is written for each keyword that only a start can follow; a reload that changes one is refused. */
  readonly fixed: Readonly<Record<string, string>>;
}
