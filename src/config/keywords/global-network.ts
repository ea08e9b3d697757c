// global_defs: firewall, virtual MACs, buffers, delays, and the scheduling of the bfd process.
import { micros, type Micros } from "../../base/time.js";
import * as arg from "../arguments.js";
import type { ExtraGarpConf, GlobalConf } from "../conf.js";
import type { ReceiveBufferPolicy } from "../conf-global.js";
import { rowsFor, type Argument, type Row } from "../table.js";
import { processName } from "./global-services.js";
import { nice, processors, realtimeLimit, realtimePriority } from "../scheduling-arguments.js";

const UINT32_MAX = 4_294_967_295;
const INT32_MAX = 2_147_483_647;

const { leaf } = rowsFor<GlobalConf>();
const notYet = true;
const absence = "missingWord";
const word = { absence, notYet } as const;

/** `[all] SECS`. */
export const extraGarp = (min: number): Argument<ExtraGarpConf> => ({
  grammar: `[all] whole seconds ${min}..86400`,
  parse(words, scope, { keyword }) {
    const all = words[0]?.text === "all";
    const number = words[all ? 1 : 0];
    if (number === undefined) {
      scope.report.add("missingWord", keyword, `${keyword.text} needs seconds`, `write ${keyword.text} all SECS`);
      return undefined;
    }
    const seconds = arg.readInteger(number, { min, max: 86_400 }, scope);
    return seconds === undefined ? undefined : { all, period: micros(seconds * 1_000_000) };
  },
});

/** The same under an old name. */
export const deprecatedArgument = <V>(argument: Argument<V>, successor: string): Argument<V> => ({
  ...argument,
  parse(words, scope, statement) {
    const { keyword } = statement;
    scope.report.add("deprecated", keyword, `${keyword.text} is an old keyword`, `write ${successor} instead`);
    return argument.parse(words, scope, statement);
  },
});

/** keepalived is built for nftables on the systems of today, and complains of every use of iptables. */
const iptables: Argument<readonly string[]> = {
  grammar: "[CHAIN [CHAIN]]",
  arity: 0,
  parse(words, { report }, { keyword }) {
    report.add("deprecated", keyword, "iptables is not supported; nftables is used", "write nftables instead");
    return words.slice(0, 2).map(({ text }) => text);
  },
};

const bufferPolicy: Argument<ReceiveBufferPolicy> = {
  grammar: "MTU, ADVERT or bytes",
  parse([first], scope) {
    if (first === undefined) return undefined;
    const upper = first.text.toUpperCase();
    if (upper === "MTU" || upper === "ADVERT") return upper;
    return arg.readInteger(first, { min: 1, max: UINT32_MAX }, scope);
  },
};

const tableName: Argument<string> = {
  grammar: "[TABLE]",
  takes: { kind: "text" },
  arity: 0,
  parse: ([name]) => name?.text ?? "keepalived",
};
const bytes = arg.integer(0, UINT32_MAX);
const afterBoot: Argument<Micros> = arg.time({ min: 0.001, max: 4294.967295, decimals: 6 });

const iptablesLeaf = leaf("vrrp_iptables", "iptables", iptables, {
  notYet,
  doc: "Chains of iptables; nftables is used instead.",
});
/** It stands for nftables, which then counts as given. */
const iptablesRow: Row<GlobalConf> = {
  ...iptablesLeaf,
  read(statement, into, scope) {
    iptablesLeaf.read(statement, into, scope);
    into.given.set("nftables", statement);
  },
};

type ByteField = "netlinkCommandBuffer" | "netlinkMonitorBuffer" | "processMonitorBuffer";
type FlagField = `${ByteField}Force`;

const buffer = (keyword: string, field: ByteField, of: string): readonly Row<GlobalConf>[] => [
  leaf<ByteField>(keyword, field, bytes, {
    ...word,
    default: { from: "the kernel" },
    doc: `Receive buffer of the ${of}, in bytes.`,
  }),
  leaf<FlagField>(`${keyword}_force`, `${field}Force`, arg.optionalBoolean, {
    notYet,
    doc: `Allow the buffer of the ${of} beyond the limit of the system.`,
  }),
];

export const networkRows: readonly Row<GlobalConf>[] = [
  leaf("disable_local_igmp", "disableLocalIgmp", arg.bare, {
    doc: "No IGMP reports for link-local groups.",
  }),
  leaf("vrrp_mcast_group6", "mcastGroup6", arg.multicastAddress(6), {
    default: "ff02::12",
    doc: "IPv6 group that advertisements are sent to.",
  }),
  leaf("vrrp_garp_extra_if", "garpExtraInterface", extraGarp(1), {
    absence: "missingWord",
    default: "off",
    doc: "Seconds between gratuitous ARPs on other interfaces of virtual addresses.",
  }),
  leaf("vrrp_vmac_garp_intvl", "garpExtraInterface", deprecatedArgument(extraGarp(1), "vrrp_garp_extra_if"), {
    absence: "missingWord",
    default: "off",
    doc: "Old name of vrrp_garp_extra_if.",
  }),
  iptablesRow,
  leaf("nftables", "nftables", tableName, { once: true, doc: "Table of nftables rules." }),
  leaf("nftables_priority", "nftablesPriority", arg.integer(-INT32_MAX - 1, INT32_MAX), {
    default: "-1",
    doc: "Priority of the nftables chains.",
  }),
  leaf("nftables_counters", "nftablesCounters", arg.bare, { doc: "Count what the nftables rules match." }),
  leaf("nftables_ifindex", "nftablesIfindex", arg.bare, { doc: "Name interfaces by number in nftables." }),
  leaf("vrrp_check_unicast_src", "checkUnicastSource", arg.bare, {
    doc: "Unicast advertisements must come from a peer.",
  }),
  leaf("vrrp_notify_priority_changes", "notifyPriorityChanges", arg.optionalBoolean, {
    doc: "Tell changes of priority as well.",
  }),
  leaf("vmac_prefix", "vmacPrefix", arg.text, {
    once: true,
    default: "vrrp",
    doc: "How names of virtual MAC interfaces start.",
  }),
  leaf("vmac_addr_prefix", "vmacAddressPrefix", arg.text, {
    default: { from: "vmac_prefix" },
    doc: "The same for addresses on other interfaces.",
  }),
  leaf("vrrp_delay_after_boot", "delayAfterBoot", afterBoot, {
    absence: "missingWord",
    reload: "restart",
    default: "0",
    doc: "Instances take no part until the machine has been up this long.",
  }),
  ...buffer("vrrp_netlink_cmd_rcv_bufs", "netlinkCommandBuffer", "netlink command socket"),
  ...buffer("vrrp_netlink_monitor_rcv_bufs", "netlinkMonitorBuffer", "netlink monitor socket"),
  ...buffer("process_monitor_rcv_bufs", "processMonitorBuffer", "process event socket"),
  leaf("vrrp_rx_bufs_policy", "receiveBufferPolicy", bufferPolicy, {
    ...word,
    default: { from: "the kernel" },
    doc: "Size of advertisement sockets' buffers.",
  }),
  leaf("vrrp_rx_bufs_multiplier", "receiveBufferMultiplier", arg.alone(arg.integer(1, UINT32_MAX)), {
    ...word,
    default: "3",
    doc: "Packets per instance that they hold.",
  }),
  leaf("iproute_usr_dir", "iprouteUserDirectory", arg.text, {
    ...word,
    default: { from: "how iproute2 is built" },
    doc: "Where iproute2 ships its names.",
  }),
  leaf("iproute_etc_dir", "iprouteAdminDirectory", arg.text, {
    ...word,
    default: { from: "how iproute2 is built" },
    doc: "Where the administrator writes them.",
  }),
  leaf("bfd_process_name", "bfdProcessName", processName, { notYet, doc: "Name of the bfd process." }),
  leaf("bfd_priority", "bfdNice", nice, {
    absence,
    default: "0",
    reload: "restart",
    doc: "Nice value of the bfd process.",
  }),
  leaf("bfd_no_swap", "bfdNoSwap", arg.bare, { reload: "restart", doc: "Lock the memory of the bfd process." }),
  leaf("bfd_rt_priority", "bfdRtPriority", realtimePriority, {
    absence,
    reload: "restart",
    doc: "SCHED_RR priority of the bfd process.",
  }),
  leaf("bfd_cpu_affinity", "bfdCpuAffinity", processors, {
    absence,
    default: { from: "all processors" },
    reload: "restart",
    doc: "Processors of the bfd process.",
  }),
  leaf("bfd_rlimit_rttime", "bfdRlimitRttime", realtimeLimit, {
    aliases: ["bfd_rlimit_rtime"],
    default: "10000",
    reload: "restart",
    doc: "Longest run of the bfd process without a wait, in microseconds.",
  }),
];
