// global_defs: settings of the daemon, and what instances take from it where they say nothing themselves.
import { ip, type IpAddress } from "../../base/ip.js";
import { micros, type Micros } from "../../base/time.js";
import * as arg from "../arguments.js";
import type { GlobalConf } from "../conf.js";
import { isIncludeCheck } from "../include.js";
import { identity } from "../script-argument.js";
import { rowsFor, table, type Argument } from "../table.js";
import { nice, processors, realtimeLimit, realtimePriority } from "../scheduling-arguments.js";
import { umask } from "../umask.js";
import { lvsGlobals } from "./lvs-globals.js";
import { networkRows } from "./global-network.js";
import { serviceRows } from "./global-services.js";

const UINT32_MAX = 4_294_967_295;
const INT32_MAX = 2_147_483_647;
/** Seconds that fit 32 bits of microseconds. */
const MAX_TIMER = 4294.967295;
const DEFAULT_GROUP: IpAddress = ip("224.0.0.18");

export const defaultGlobals = (): GlobalConf => ({
  garpInterval: micros(0),
  gnaInterval: micros(0),
  startupDelay: micros(0),
  mcastGroup4: DEFAULT_GROUP,
  nice: 0,
  noSwap: false,
  cpuAffinity: [],
  enableScriptSecurity: false,
  dynamicInterfaces: false,
  logUnknownVrids: false,
  includeCheck: [],
  notificationEmails: [],
  snmp: [],
});

const on: Argument<boolean> = arg.flag(true);
const delay: Argument<Micros> = arg.wholeSeconds(0, Math.floor(MAX_TIMER));
const gap: Argument<Micros> = arg.time({ min: 0.000001, max: MAX_TIMER, decimals: 6 });
const startDelay: Argument<Micros> = arg.time({ min: 0.001, max: MAX_TIMER, decimals: 6 });

/** `include_check [[+|-]WORD]...`; without a word, everything is checked. */
const includeChecks: Argument<readonly string[]> = {
  grammar: "[+|-]read, match, wildcard_match, brace_match",
  arity: 0,
  parse(words, { report }) {
    for (const word of words) {
      if (isIncludeCheck(word.text)) continue;
      const hint = "write read, match, wildcard_match or brace_match, with + or - to add or remove it";
      report.add("invalidChoice", word, `'${word.text}' is not something that include lines can insist on`, hint);
    }
    return words.map((word) => word.text);
  },
};

const dynamicInterfaces: Argument<boolean> = {
  grammar: "[allow_if_changes]",
  takes: { kind: "choice", words: ["allow_if_changes"] },
  arity: 0,
  parse([word], { report }) {
    if (word === undefined || word.text === "allow_if_changes") return true;
    report.add("invalidChoice", word, `'${word.text}' is not allowed here`, "write allow_if_changes, or nothing");
    return undefined;
  },
};

const { leaf } = rowsFor<GlobalConf>();

export const globalDefs = table<GlobalConf>("global_defs", [
  leaf("router_id", "routerId", arg.text, {
    absence: "missingWord",
    default: { from: "the host name" },
    doc: "Name of this machine in mails and status.",
  }),
  leaf("vrrp_version", "version", arg.choice({ "2": 2, "3": 3 }), {
    default: "2",
    doc: "Protocol version of instances that name none.",
  }),
  leaf("vrrp_garp_master_delay", "garpMasterDelay", delay, {
    default: "5",
    doc: "Wait before the second burst of gratuitous ARP; 0: no second burst.",
  }),
  leaf("vrrp_garp_master_repeat", "garpMasterRepeat", arg.count(UINT32_MAX), {
    default: "5",
    doc: "Gratuitous ARPs per address and burst.",
  }),
  leaf("vrrp_garp_master_refresh", "garpMasterRefresh", arg.wholeSeconds(0, UINT32_MAX), {
    default: "0",
    doc: "Period of gratuitous ARP while master; 0: never.",
  }),
  leaf("vrrp_garp_master_refresh_repeat", "garpMasterRefreshRepeat", arg.count(UINT32_MAX), {
    default: "1",
    doc: "Gratuitous ARPs per address and refresh.",
  }),
  leaf("vrrp_garp_lower_prio_delay", "garpLowerPrioDelay", delay, {
    default: { from: "vrrp_garp_master_delay" },
    doc: "Wait before the second burst after a lower priority advertisement.",
  }),
  leaf("vrrp_garp_lower_prio_repeat", "garpLowerPrioRepeat", arg.integer(0, INT32_MAX), {
    default: { from: "vrrp_garp_master_repeat" },
    doc: "Gratuitous ARPs after a lower priority advertisement.",
  }),
  leaf("vrrp_garp_interval", "garpInterval", gap, {
    default: "0",
    doc: "Gap between two gratuitous ARPs on an interface.",
  }),
  leaf("vrrp_gna_interval", "gnaInterval", gap, {
    default: "0",
    doc: "Gap between two unsolicited neighbour advertisements on an interface.",
  }),
  leaf("vrrp_min_garp", "minGarp", arg.optionalBoolean, { doc: "One gratuitous ARP per address, no second burst." }),
  leaf("vrrp_down_timer_adverts", "downTimerAdverts", arg.integer(1, 100), {
    default: "3",
    doc: "Advertisement intervals until a silent master is considered down.",
  }),
  leaf("vrrp_lower_prio_no_advert", "lowerPrioNoAdvert", arg.optionalBoolean, {
    doc: "Do not answer a lower priority advertisement.",
  }),
  leaf("vrrp_higher_prio_send_advert", "higherPrioSendAdvert", arg.optionalBoolean, {
    doc: "Advertise once more before yielding.",
  }),
  leaf("vrrp_owner_ignore_adverts", "ownerIgnoreAdverts", arg.optionalBoolean, {
    doc: "An address owner ignores advertisements.",
  }),
  leaf("vrrp_skip_check_adv_addr", "skipCheckAdvAddr", arg.optionalBoolean, {
    doc: "Compare the addresses of an advertisement only when its sender changes.",
  }),
  leaf("vrrp_strict", "strict", arg.optionalBoolean, { doc: "Hold instances to the letter of the RFC." }),
  leaf("v3_checksum_as_v2", "v3ChecksumAsV2", on, { doc: "VRRPv3 checksums over IPv4 without the pseudo header." }),
  leaf("vrrp_mcast_group4", "mcastGroup4", arg.multicastAddress(4), {
    default: "224.0.0.18",
    doc: "IPv4 group that advertisements are sent to.",
  }),
  leaf("vrrp_startup_delay", "startupDelay", startDelay, {
    reload: "restart",
    default: "0",
    doc: "Wait after the start before instances take part.",
  }),
  leaf("vrrp_priority", "nice", nice, {
    absence: "missingWord",
    reload: "restart",
    default: "0",
    doc: "Nice value of the vrrp process.",
  }),
  leaf("vrrp_no_swap", "noSwap", on, { reload: "restart", doc: "Lock the memory of the vrrp process." }),
  leaf("vrrp_rt_priority", "rtPriority", realtimePriority, {
    absence: "missingWord",
    reload: "restart",
    doc: "SCHED_RR priority of the vrrp process.",
  }),
  leaf("vrrp_rlimit_rttime", "rlimitRttime", realtimeLimit, {
    aliases: ["vrrp_rlimit_rtime"],
    reload: "restart",
    default: "10000",
    doc: "Longest run of the realtime vrrp process without a wait, in microseconds.",
  }),
  leaf("vrrp_cpu_affinity", "cpuAffinity", processors, {
    absence: "missingWord",
    reload: "restart",
    default: { from: "all processors" },
    doc: "Processors of the vrrp process.",
  }),
  leaf("script_user", "scriptUser", identity, {
    absence: "missingWord",
    default: { from: "keepalived_script if there is such a user, else the user of the daemon" },
    doc: "Who scripts run as where their line does not say.",
  }),
  leaf("enable_script_security", "enableScriptSecurity", on, {
    doc: "Run no script as root that somebody else could change.",
  }),
  leaf("umask", "umask", umask, { reload: "restart", default: "0177", doc: "File mode creation mask." }),
  leaf("dynamic_interfaces", "dynamicInterfaces", dynamicInterfaces, {
    default: "off",
    doc: "Interfaces may come into being later.",
  }),
  leaf("default_interface", "defaultInterface", arg.interfaceName, {
    absence: "missingWord",
    default: "eth0",
    doc: "Interface of static addresses that name none.",
  }),
  leaf("log_unknown_vrids", "logUnknownVrids", on, {
    doc: "Report advertisements of virtual routers that are not configured.",
  }),
  leaf("state_dump_file", "stateDumpFile", arg.text, {
    default: { from: "TMPDIR or /tmp: keepalived.data" },
    doc: "Where SIGUSR1 writes the state.",
  }),
  leaf("include_check", "includeCheck", includeChecks, { doc: "What include lines insist on." }),
  ...serviceRows,
  ...networkRows,
  ...lvsGlobals,
]);
