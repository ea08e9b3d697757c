// global_defs: what concerns IPVS and the process that runs the checkers.
import * as arg from "../arguments.js";
import type { LvsGlobalsConf } from "../lvs-conf.js";
import { INT32_MAX, lvsTimeouts, UINT32_MAX } from "../lvs-arguments.js";
import { nice, processors, realtimeLimit, realtimePriority } from "../scheduling-arguments.js";
import { command } from "../script-argument.js";
import { syncDaemon } from "../sync-daemon.js";
import { rowsFor, type Argument, type Row } from "../table.js";

const { leaf } = rowsFor<LvsGlobalsConf>();

const on: Argument<boolean> = arg.flag(true);
const missingWord = { absence: "missingWord", notYet: true } as const;
const process = { ...missingWord, reload: "restart" } as const;

/** `[VS]`. */
const flushOnStop: Argument<"all" | "services"> = {
  grammar: "[VS]",
  takes: { kind: "choice", words: ["VS"] },
  arity: 0,
  parse([word], { report }) {
    if (word === undefined) return "all";
    if (word.text === "VS") return "services";
    report.add("invalidChoice", word, `'${word.text}' is not allowed here`, "write VS, or nothing");
    return undefined;
  },
};

/** Name of an nftables table. */
const tableName: Argument<string> = {
  grammar: "[a name]",
  takes: { kind: "text" },
  arity: 0,
  parse: ([word]) => word?.text ?? "keepalived_ipvs",
};

/** Bytes of a socket's receive buffer. */
const bufferSize = arg.integer(0, UINT32_MAX);

export const lvsGlobals: readonly Row<LvsGlobalsConf>[] = [
  leaf("lvs_timeouts", "lvsTimeouts", lvsTimeouts, {
    ...missingWord,
    default: { from: "the kernel" },
    doc: "Timeouts of connections in IPVS.",
  }),
  leaf("lvs_flush", "lvsFlush", on, { notYet: true, reload: "restart", doc: "Empty the table of IPVS at the start." }),
  leaf("lvs_flush_on_stop", "lvsFlushOnStop", flushOnStop, {
    aliases: ["lvs_flush_onstop"],
    notYet: true,
    default: "off",
    doc: "Empty the table of IPVS at the end; VS: only of our own services.",
  }),
  leaf("lvs_sync_daemon", "lvsSyncDaemon", syncDaemon, {
    ...missingWord,
    once: true,
    doc: "Synchronise IPVS connections with another director.",
  }),
  leaf("nftables_ipvs", "nftablesIpvs", tableName, {
    notYet: true,
    once: true,
    reload: "restart",
    doc: "Let groups be one firewall mark, set by nftables in this table.",
  }),
  leaf("nftables_ipvs_priority", "nftablesIpvsPriority", arg.integer(-INT32_MAX - 1, INT32_MAX), {
    notYet: true,
    default: "-1",
    doc: "Priority of the nftables chain that sets the marks.",
  }),
  leaf("nftables_ipvs_start_fwmark", "nftablesIpvsStartFwmark", arg.integer(1, UINT32_MAX), {
    notYet: true,
    default: "1000",
    doc: "First firewall mark that a group gets.",
  }),
  leaf("checker_log_all_failures", "checkerLogAllFailures", arg.optionalBoolean, {
    notYet: true,
    doc: "Log every failed attempt of a check.",
  }),
  leaf("rs_init_notifies", "rsInitNotifies", arg.optionalBoolean, {
    notYet: true,
    doc: "Report real servers that are up at the start.",
  }),
  leaf("no_checker_emails", "noCheckerEmails", arg.optionalBoolean, {
    notYet: true,
    doc: "Mail when a real server is added or removed, not for each of its checkers.",
  }),
  leaf("checker_priority", "checkerNice", nice, {
    ...process,
    default: "0",
    doc: "Nice value of the checker process.",
  }),
  leaf("checker_no_swap", "checkerNoSwap", on, { ...process, doc: "Lock the memory of the checker process." }),
  leaf("checker_rt_priority", "checkerRtPriority", realtimePriority, {
    ...process,
    doc: "SCHED_RR priority of the checker process.",
  }),
  leaf("checker_cpu_affinity", "checkerCpuAffinity", processors, {
    ...process,
    default: { from: "all processors" },
    doc: "Processors of the checker process.",
  }),
  leaf("checker_rlimit_rttime", "checkerRlimitRttime", realtimeLimit, {
    notYet: true,
    reload: "restart",
    aliases: ["checker_rlimit_rtime"],
    default: "10000",
    doc: "Longest run of the realtime checker process without a wait, in microseconds.",
  }),
  leaf("checker_process_name", "checkerProcessName", arg.text, {
    aliases: ["lvs_process_name"],
    reload: "restart",
    notYet: true,
    doc: "Name of the checker process.",
  }),
  leaf("lvs_notify_fifo", "lvsNotifyFifo", arg.text, {
    ...missingWord,
    once: true,
    doc: "FIFO that real server and quorum changes are written to.",
  }),
  leaf("lvs_notify_fifo_script", "lvsNotifyFifoScript", command, {
    ...missingWord,
    once: true,
    doc: "Command that reads lvs_notify_fifo.",
  }),
  leaf("lvs_netlink_cmd_rcv_bufs", "lvsNetlinkCmdRcvBufs", bufferSize, {
    ...missingWord,
    default: { from: "the kernel" },
    doc: "Receive buffer of the checker process for netlink answers, in bytes.",
  }),
  leaf("lvs_netlink_cmd_rcv_bufs_force", "lvsNetlinkCmdRcvBufsForce", arg.optionalBoolean, {
    notYet: true,
    doc: "Exceed the system's limit for this buffer.",
  }),
  leaf("lvs_netlink_monitor_rcv_bufs", "lvsNetlinkMonitorRcvBufs", bufferSize, {
    ...missingWord,
    default: { from: "the kernel" },
    doc: "Receive buffer of the checker process for netlink notifications, in bytes.",
  }),
  leaf("lvs_netlink_monitor_rcv_bufs_force", "lvsNetlinkMonitorRcvBufsForce", arg.optionalBoolean, {
    notYet: true,
    doc: "Exceed the system's limit for this buffer.",
  }),
];
