// vrrp_instance: what the engine does not act on yet. The values are kept, and each use is said once.
import * as arg from "../arguments.js";
import type { AuthHmacConf, InstanceConf, ScriptConf, VirtualInterfaceConf } from "../conf.js";
import { routeItems, routeLine } from "../route-line.js";
import { ruleItems, ruleLine } from "../rule-line.js";
import { script } from "../script-argument.js";
import { wholeNumber } from "../takes.js";
import { rowsFor, section, type Argument, type Row } from "../table.js";
import { trackFile, trackScript } from "../track-line.js";
import { virtualInterface } from "../virtual-interface.js";
import { authHmac } from "./authentication.js";
import { deprecatedArgument, extraGarp } from "./global-network.js";

const UINT32_MAX = 4_294_967_295;

const { leaf, lines, section: block } = rowsFor<InstanceConf>();
const notYet = true;

const deprecatedFlag = (successor: string): Argument<boolean> => deprecatedArgument(arg.bare, successor);

/** `[PRIO]`. */
const expiredPriority: Argument<number> = {
  grammar: "[a number 1..254]",
  takes: wholeNumber(1, 254),
  arity: 0,
  parse: ([word], scope) => (word === undefined ? 254 : arg.readInteger(word, { min: 1, max: 254 }, scope)),
};

/** `[never]`. */
const oldChecksum: Argument<boolean> = {
  grammar: "[never]",
  takes: { kind: "choice", words: ["never"] },
  arity: 0,
  parse([word], { report }) {
    if (word === undefined) return true;
    if (word.text === "never") return false;
    report.add("invalidChoice", word, `'${word.text}' is not allowed here`, "write never, or nothing");
    return undefined;
  },
};

/** A script, or none: then the state alone is reported. */
const deletedHook: Argument<ScriptConf | "report"> = {
  grammar: `[${script.grammar}]`,
  arity: 0,
  parse: (words, scope, statement) => (words.length === 0 ? "report" : script.parse(words, scope, statement)),
};

const vmac: Argument<VirtualInterfaceConf> = virtualInterface("vmac");
const ipvlan: Argument<VirtualInterfaceConf> = virtualInterface("ipvlan");

export const instanceExtras: readonly Row<InstanceConf>[] = [
  block(
    "auth_hmac",
    authHmac,
    (statement, into) => (into.authHmac ??= section<AuthHmacConf>({ keys: [] }, statement)),
    { doc: "HMAC-SHA256 behind each advertisement." },
  ),
  lines("track_file", (conf) => conf.trackFiles, trackFile.line, {
    items: trackFile.items,
    doc: "Files the instance depends on, each a track_file block.",
  }),
  lines("track_process", (conf) => conf.trackProcesses, trackFile.line, {
    items: trackFile.items,
    doc: "Processes the instance depends on, each a vrrp_track_process block.",
  }),
  lines("track_bfd", (conf) => conf.trackBfds, trackScript.line, {
    items: trackScript.items,
    doc: "BFD sessions the instance depends on, each a bfd_instance block.",
  }),
  lines("virtual_routes", (conf) => conf.routes, routeLine, {
    items: routeItems,
    doc: "Routes that are there while it is master.",
  }),
  lines("virtual_rules", (conf) => conf.rules, ruleLine, {
    items: ruleItems,
    doc: "Policy rules that are there while it is master.",
  }),
  leaf("use_vmac", "useVmac", vmac, {
    reload: "restart",
    doc: "Own a MAC address for the virtual router.",
  }),
  leaf("use_ipvlan", "useIpvlan", ipvlan, {
    reload: "restart",
    doc: "Own an interface for the virtual router, with the MAC address of the real one.",
  }),
  leaf("use_vmac_addr", "useVmacAddresses", arg.bare, {
    doc: "Virtual MACs for addresses on other interfaces as well.",
  }),
  leaf("vmac_xmit_base", "vmacXmitBase", arg.bare, { doc: "Advertise with the MAC address of the real interface." }),
  leaf("vrf", "vrf", arg.interfaceName, { reload: "restart", notYet, doc: "VRF of unicast without an interface." }),
  leaf("unicast_fault_no_peer", "unicastFaultNoPeer", arg.bare, { doc: "FAULT where unicast has no peers." }),
  leaf("check_unicast_src", "checkUnicastSource", arg.bare, {
    default: { from: "vrrp_check_unicast_src" },
    doc: "Unicast advertisements must come from a peer.",
  }),
  leaf("old_unicast_checksum", "oldUnicastChecksum", oldChecksum, {
    default: { from: "what the first advertisement shows" },
    doc: "Version 3 unicast checksums of keepalived up to 1.3.6: send them, or never take them for good.",
  }),
  leaf("native_ipv6", "nativeIpv6", deprecatedFlag("nothing: the addresses say it"), {
    default: { from: "the addresses" },
    doc: "Old: an IPv6 instance.",
  }),
  leaf("unicast_ttl", "unicastTtl", arg.integer(0, 255), {
    default: "255",
    doc: "TTL or hop limit of unicast advertisements.",
  }),
  leaf("garp_extra_if", "garpExtraInterface", extraGarp(0), {
    absence: "missingWord",
    default: { from: "vrrp_garp_extra_if" },
    doc: "Seconds between gratuitous ARPs on other interfaces of its addresses; 0: none.",
  }),
  leaf("vmac_garp_intvl", "garpExtraInterface", deprecatedArgument(extraGarp(0), "garp_extra_if"), {
    absence: "missingWord",
    default: { from: "vrrp_garp_extra_if" },
    doc: "Old name of garp_extra_if.",
  }),
  leaf("timer_expired_backup", "timerExpiredBackup", expiredPriority, {
    doc: "After a long pause of the daemon, give way to whoever is master.",
  }),
  leaf("thread_timer_expired", "timerExpiredBackup", deprecatedArgument(expiredPriority, "timer_expired_backup"), {
    doc: "Old name of timer_expired_backup.",
  }),
  leaf("kernel_rx_buf_size", "kernelReceiveBuffer", arg.alone(arg.integer(0, UINT32_MAX)), {
    absence: "missingWord",
    notYet,
    default: { from: "vrrp_rx_bufs_policy" },
    doc: "Receive buffer of its socket, in bytes.",
  }),
  leaf("promote_secondaries", "promoteSecondaries", arg.bare, {
    doc: "Another address takes over when the first one of a net goes.",
  }),
  leaf("linkbeat_use_polling", "linkbeatPolling", deprecatedFlag("linkbeat_interfaces at the top level"), {
    notYet,
    doc: "Poll the link of the interface.",
  }),
  leaf("accept", "accept", arg.bare, { default: "on", doc: "Accept packets to the virtual addresses." }),
  leaf("no_accept", "accept", arg.flag<boolean>(false), {
    doc: "Drop packets to the virtual addresses of which it is not the owner.",
  }),
  leaf("notify_deleted", "notifyDeleted", deletedHook, { once: true, doc: "Run when a reload removes it." }),
  leaf("notify_priority_changes", "notifyPriorityChanges", arg.optionalBoolean, {
    default: { from: "vrrp_notify_priority_changes" },
    doc: "Tell changes of priority as well.",
  }),
  leaf("smtp_alert", "smtpAlert", arg.optionalBoolean, {
    default: { from: "smtp_alert_vrrp, then smtp_alert" },
    doc: "Mail on every transition.",
  }),
  leaf(
    "lvs_sync_daemon_interface",
    "lvsSyncDaemonInterface",
    deprecatedArgument(arg.interfaceName, "lvs_sync_daemon in global_defs"),
    { notYet, doc: "Old form of lvs_sync_daemon." },
  ),
];
