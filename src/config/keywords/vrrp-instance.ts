// vrrp_instance: one virtual router.
import { micros, seconds, type Micros } from "../../base/time.js";
import { addressItems, addressLine } from "../address-line.js";
import * as arg from "../arguments.js";
import type { AuthenticationConf, InstanceConf, ScriptConf } from "../conf.js";
import { script } from "../script-argument.js";
import { rowsFor, section, table, type Argument, type Row } from "../table.js";
import { trackInterface, trackScript } from "../track-line.js";
import { authentication } from "./authentication.js";
import { instanceExtras } from "./instance-extras.js";
import { peerItems, peerLine } from "../peer-line.js";

const UINT32_MAX = 4_294_967_295;
const INT32_MAX = 2_147_483_647;
const MAX_TIMER = 4294;

export const defaultInstance = (name: string): InstanceConf => ({
  name,
  preempt: true,
  preemptDelay: micros(0),
  addresses: [],
  excludedAddresses: [],
  noVirtualIpaddress: false,
  trackInterfaces: [],
  trackScripts: [],
  trackFiles: [],
  trackProcesses: [],
  trackBfds: [],
  routes: [],
  rules: [],
  trackSrcIp: false,
  dontTrackPrimary: false,
  unicastPeers: [],
});

/** The first master stays one: BACKUP after it is refused. */
const knownState: Argument<"MASTER" | "BACKUP"> = arg.choice({ MASTER: "MASTER", BACKUP: "BACKUP" });

/** Any other word is an error, and means BACKUP. */
const startState: Argument<"MASTER" | "BACKUP"> = {
  ...knownState,
  parse: (words, scope, statement) => knownState.parse(words, scope, statement) ?? "BACKUP",
};

const delay: Argument<Micros> = arg.wholeSeconds(0, MAX_TIMER);

const rows = rowsFor<InstanceConf>();
const { leaf, lines } = rows;

type HookField = "notify" | "notifyMaster" | "notifyBackup" | "notifyFault" | "notifyStop" | "notifyMasterRxLowerPri";

const hook = (keyword: string, field: HookField, doc: string): Row<InstanceConf> =>
  leaf<HookField>(keyword, field, script satisfies Argument<ScriptConf>, { once: true, doc });

export const vrrpInstance = table<InstanceConf>("vrrp_instance", [
  leaf("state", "state", startState, {
    reload: "restart",
    default: { from: "priority: MASTER with 255, BACKUP otherwise" },
    doc: "State to start in.",
  }),
  leaf("interface", "interfaceName", arg.interfaceName, { doc: "Interface that advertisements are sent on." }),
  leaf("virtual_router_id", "virtualRouterId", arg.integer(1, 255), {
    doc: "VRID: the same on all routers of one virtual router.",
  }),
  leaf("priority", "priority", arg.integer(1, 255), {
    default: { from: "state: 255 with MASTER, 100 otherwise" },
    doc: "The highest becomes master; 255 owns the addresses.",
  }),
  leaf("advert_int", "advertInt", arg.time({ min: 0.01, max: 255, decimals: 6 }), {
    default: "1",
    doc: "Seconds between advertisements.",
  }),
  leaf("version", "version", arg.choice({ "2": 2, "3": 3 }), {
    default: { from: "vrrp_version; 3 for IPv6" },
    doc: "Protocol version.",
  }),
  rows.section(
    "authentication",
    authentication,
    (statement, into) => (into.authentication ??= section<AuthenticationConf>({}, statement)),
    { doc: "RFC 2338 authentication, version 2 only." },
  ),
  lines("virtual_ipaddress", (conf) => conf.addresses, addressLine, {
    items: addressItems,
    doc: "Addresses of the virtual router.",
  }),
  lines("virtual_ipaddress_excluded", (conf) => conf.excludedAddresses, addressLine, {
    items: addressItems,
    doc: "Addresses that are not announced in advertisements.",
  }),
  leaf("no_virtual_ipaddress", "noVirtualIpaddress", arg.flag<boolean>(true), {
    doc: "The instance is meant to have no address.",
  }),
  lines("track_interface", (conf) => conf.trackInterfaces, trackInterface.line, {
    items: trackInterface.items,
    doc: "Further interfaces the instance depends on.",
  }),
  lines("track_script", (conf) => conf.trackScripts, trackScript.line, {
    items: trackScript.items,
    doc: "Scripts the instance depends on, each a vrrp_script block.",
  }),
  leaf("mcast_src_ip", "mcastSrcIp", arg.address, {
    default: { from: "the first address of the interface" },
    doc: "Source address of advertisements.",
  }),
  leaf("unicast_src_ip", "mcastSrcIp", arg.address, {
    default: { from: "the first address of the interface" },
    doc: "As mcast_src_ip, for use with unicast_peer.",
  }),
  leaf("mcast_dst_ip", "mcastDstIp", arg.multicastAddress("any"), {
    default: { from: "vrrp_mcast_group4 or vrrp_mcast_group6" },
    doc: "Group that advertisements are sent to.",
  }),
  leaf("track_src_ip", "trackSrcIp", arg.flag<boolean>(true), {
    doc: "FAULT while the source address is not configured.",
  }),
  leaf("dont_track_primary", "dontTrackPrimary", arg.flag<boolean>(true), {
    doc: "The own interface going down is no fault.",
  }),
  leaf("garp_master_delay", "garpMasterDelay", delay, {
    default: { from: "vrrp_garp_master_delay" },
    doc: "Wait before the second burst of gratuitous ARP.",
  }),
  leaf("garp_master_repeat", "garpMasterRepeat", arg.count(UINT32_MAX), {
    default: { from: "vrrp_garp_master_repeat" },
    doc: "Gratuitous ARPs per address and burst.",
  }),
  leaf("garp_master_refresh", "garpMasterRefresh", arg.wholeSeconds(0, UINT32_MAX), {
    default: { from: "vrrp_garp_master_refresh" },
    doc: "Period of gratuitous ARP while master; 0: never.",
  }),
  leaf("garp_master_refresh_repeat", "garpMasterRefreshRepeat", arg.count(UINT32_MAX), {
    default: { from: "vrrp_garp_master_refresh_repeat" },
    doc: "Gratuitous ARPs per address and refresh.",
  }),
  leaf("garp_lower_prio_delay", "garpLowerPrioDelay", delay, {
    default: { from: "vrrp_garp_lower_prio_delay" },
    doc: "Wait before the second burst after a lower priority advertisement.",
  }),
  leaf("garp_lower_prio_repeat", "garpLowerPrioRepeat", arg.integer(0, INT32_MAX), {
    default: { from: "vrrp_garp_lower_prio_repeat" },
    doc: "Gratuitous ARPs after a lower priority advertisement.",
  }),
  leaf("preempt", "preempt", arg.flag<boolean>(true), {
    default: "on",
    doc: "Take over from a master of lower priority.",
  }),
  leaf("nopreempt", "preempt", arg.flag<boolean>(false), {
    doc: "Leave a living master alone, whatever its priority.",
  }),
  leaf("preempt_delay", "preemptDelay", arg.time({ min: 0, max: 1000, decimals: 6 }), {
    default: "0",
    doc: "Seconds to wait before taking over from a lower priority.",
  }),
  leaf("down_timer_adverts", "downTimerAdverts", arg.integer(1, 100), {
    default: { from: "vrrp_down_timer_adverts" },
    doc: "Advertisement intervals until a silent master is considered down.",
  }),
  leaf("lower_prio_no_advert", "lowerPrioNoAdvert", arg.optionalBoolean, {
    default: { from: "vrrp_lower_prio_no_advert; on in strict mode" },
    doc: "Do not answer a lower priority advertisement.",
  }),
  leaf("higher_prio_send_advert", "higherPrioSendAdvert", arg.optionalBoolean, {
    default: { from: "vrrp_higher_prio_send_advert" },
    doc: "Advertise once more before yielding.",
  }),
  leaf("owner_ignore_adverts", "ownerIgnoreAdverts", arg.optionalBoolean, {
    default: { from: "vrrp_owner_ignore_adverts; on in strict mode" },
    doc: "The address owner ignores advertisements.",
  }),
  leaf("skip_check_adv_addr", "skipCheckAdvAddr", arg.optionalBoolean, {
    default: { from: "vrrp_skip_check_adv_addr" },
    doc: "Compare addresses only when the sender changes.",
  }),
  leaf("v3_checksum_as_v2", "v3ChecksumAsV2", arg.optionalBoolean, {
    default: { from: "v3_checksum_as_v2 of global_defs" },
    doc: "VRRPv3 checksums over IPv4 without the pseudo header.",
  }),
  leaf("strict_mode", "strict", arg.optionalBoolean, {
    default: { from: "vrrp_strict" },
    doc: "Hold the instance to the letter of the RFC.",
  }),
  leaf("debug", "debug", arg.integer(0, 4), { default: "0", doc: "No effect." }),
  hook("notify", "notify", "Run at every transition, told which."),
  hook("notify_master", "notifyMaster", "Run on becoming master."),
  hook("notify_backup", "notifyBackup", "Run on becoming backup."),
  hook("notify_fault", "notifyFault", "Run on entering FAULT."),
  hook("notify_stop", "notifyStop", "Run when the daemon stops."),
  hook(
    "notify_master_rx_lower_pri",
    "notifyMasterRxLowerPri",
    "Run when a master hears a lower priority advertisement.",
  ),
  lines("unicast_peer", (conf) => conf.unicastPeers, peerLine, {
    items: peerItems,
    doc: "Routers to advertise to, instead of a group.",
  }),
  ...instanceExtras,
]);

export const DEFAULT_ADVERT_INTERVAL: Micros = seconds(1);
