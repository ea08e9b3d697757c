// vrrp_instance: one virtual router.
import { micros, seconds, type Micros } from "../../base/time.js";
import { addressLine } from "../address-line.js";
import * as arg from "../arguments.js";
import type { AddressWord, AuthenticationConf, InstanceConf, ScriptConf } from "../conf.js";
import { script } from "../script-argument.js";
import { rowsFor, section, table, type Argument, type Row } from "../table.js";
import { unsupported, unsupportedAll } from "../unsupported.js";
import { trackLine } from "../track-line.js";
import { authHmac } from "./known.js";

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
  trackSrcIp: false,
  dontTrackPrimary: false,
  unicastPeers: [],
});

const delay: Argument<Micros> = arg.wholeSeconds(0, MAX_TIMER);

/** RFC 2338 gives a password eight octets. */
const password: Argument<string> = {
  grammar: "a password of at most 8 characters",
  parse([word], { report }) {
    if (word === undefined || word.text.length <= 8) return word?.text;
    report.add(
      "adjusted",
      word,
      `the password has ${word.text.length} characters, only the first 8 count`,
      "shorten it to 8 characters, the same on every router",
    );
    return word.text.slice(0, 8);
  },
};

/** A line of `unicast_peer`: options after the address are for later. */
const peerLine: Argument<readonly AddressWord[]> = {
  grammar: "IP [min_ttl N] [max_ttl N]",
  parse([word], scope) {
    const address = word === undefined ? undefined : arg.readAddress(word, scope);
    return word === undefined || address === undefined ? undefined : [{ address, at: word }];
  },
};

const authentication = ((): ReturnType<typeof table<AuthenticationConf>> => {
  const { leaf } = rowsFor<AuthenticationConf>();
  return table("authentication", [
    leaf("auth_type", "type", arg.choice({ PASS: "PASS", AH: "AH" }), {
      doc: "PASS: a clear text password; AH: IPsec.",
    }),
    leaf("auth_pass", "password", password, { doc: "Shared secret, at most 8 characters." }),
  ]);
})();

const rows = rowsFor<InstanceConf>();
const { leaf, lines } = rows;

type HookField = "notify" | "notifyMaster" | "notifyBackup" | "notifyFault" | "notifyStop" | "notifyMasterRxLowerPri";

const hook = (keyword: string, field: HookField, doc: string): Row<InstanceConf> =>
  leaf<HookField>(keyword, field, script satisfies Argument<ScriptConf>, { once: true, doc });

export const vrrpInstance = table<InstanceConf>("vrrp_instance", [
  leaf("state", "state", arg.choice({ MASTER: "MASTER", BACKUP: "BACKUP" }), {
    reload: "restart",
    doc: "State to start in.",
  }),
  leaf("interface", "interfaceName", arg.interfaceName, { doc: "Interface that advertisements are sent on." }),
  leaf("virtual_router_id", "virtualRouterId", arg.integer(1, 255), {
    doc: "VRID: the same on all routers of one virtual router.",
  }),
  leaf("priority", "priority", arg.integer(1, 255), { doc: "The highest becomes master; 255 owns the addresses." }),
  leaf("advert_int", "advertInt", arg.time({ min: 0.01, max: 255, decimals: 6 }), {
    doc: "Seconds between advertisements.",
  }),
  leaf("version", "version", arg.choice({ "2": 2, "3": 3 }), { doc: "Protocol version." }),
  rows.section(
    "authentication",
    authentication,
    (statement, into) => (into.authentication ??= section<AuthenticationConf>({}, statement)),
    { doc: "RFC 2338 authentication, version 2 only." },
  ),
  lines("virtual_ipaddress", (conf) => conf.addresses, addressLine, { doc: "Addresses of the virtual router." }),
  lines("virtual_ipaddress_excluded", (conf) => conf.excludedAddresses, addressLine, {
    doc: "Addresses that are not announced in advertisements.",
  }),
  leaf("no_virtual_ipaddress", "noVirtualIpaddress", arg.flag<boolean>(true), {
    doc: "The instance is meant to have no address.",
  }),
  lines("track_interface", (conf) => conf.trackInterfaces, trackLine, {
    doc: "Further interfaces the instance depends on.",
  }),
  lines("track_script", (conf) => conf.trackScripts, trackLine, {
    doc: "Scripts the instance depends on, each a vrrp_script block.",
  }),
  leaf("mcast_src_ip", "mcastSrcIp", arg.address, { doc: "Source address of advertisements." }),
  leaf("unicast_src_ip", "mcastSrcIp", arg.address, { doc: "As mcast_src_ip, for use with unicast_peer." }),
  leaf("mcast_dst_ip", "mcastDstIp", arg.multicastAddress("any"), { doc: "Group that advertisements are sent to." }),
  leaf("track_src_ip", "trackSrcIp", arg.flag<boolean>(true), {
    doc: "FAULT while the source address is not configured.",
  }),
  leaf("dont_track_primary", "dontTrackPrimary", arg.flag<boolean>(true), {
    doc: "The own interface going down is no fault.",
  }),
  leaf("garp_master_delay", "garpMasterDelay", delay, { doc: "Wait before the second burst of gratuitous ARP." }),
  leaf("garp_master_repeat", "garpMasterRepeat", arg.count(UINT32_MAX), {
    doc: "Gratuitous ARPs per address and burst.",
  }),
  leaf("garp_master_refresh", "garpMasterRefresh", arg.wholeSeconds(0, UINT32_MAX), {
    doc: "Period of gratuitous ARP while master; 0: never.",
  }),
  leaf("garp_master_refresh_repeat", "garpMasterRefreshRepeat", arg.count(UINT32_MAX), {
    doc: "Gratuitous ARPs per address and refresh.",
  }),
  leaf("garp_lower_prio_delay", "garpLowerPrioDelay", delay, {
    doc: "Wait before the second burst after a lower priority advertisement.",
  }),
  leaf("garp_lower_prio_repeat", "garpLowerPrioRepeat", arg.integer(0, INT32_MAX), {
    doc: "Gratuitous ARPs after a lower priority advertisement.",
  }),
  leaf("preempt", "preempt", arg.flag<boolean>(true), { doc: "Take over from a master of lower priority." }),
  leaf("nopreempt", "preempt", arg.flag<boolean>(false), {
    doc: "Leave a living master alone, whatever its priority.",
  }),
  leaf("preempt_delay", "preemptDelay", arg.time({ min: 0, max: 1000, decimals: 6 }), {
    doc: "Seconds to wait before taking over from a lower priority.",
  }),
  leaf("down_timer_adverts", "downTimerAdverts", arg.integer(1, 100), {
    doc: "Advertisement intervals until a silent master is considered down.",
  }),
  leaf("lower_prio_no_advert", "lowerPrioNoAdvert", arg.optionalBoolean, {
    doc: "Do not answer a lower priority advertisement.",
  }),
  leaf("higher_prio_send_advert", "higherPrioSendAdvert", arg.optionalBoolean, {
    doc: "Advertise once more before yielding.",
  }),
  leaf("owner_ignore_adverts", "ownerIgnoreAdverts", arg.optionalBoolean, {
    doc: "The address owner ignores advertisements.",
  }),
  leaf("skip_check_adv_addr", "skipCheckAdvAddr", arg.optionalBoolean, {
    doc: "Compare addresses only when the sender changes.",
  }),
  leaf("v3_checksum_as_v2", "v3ChecksumAsV2", arg.optionalBoolean, {
    doc: "VRRPv3 checksums over IPv4 without the pseudo header.",
  }),
  leaf("strict_mode", "strict", arg.optionalBoolean, { doc: "Hold the instance to the letter of the RFC." }),
  leaf("debug", "debug", arg.integer(0, 4), { doc: "No effect." }),
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
  lines("unicast_peer", (conf) => conf.unicastPeers, peerLine, { doc: "Routers to advertise to, instead of a group." }),
  unsupported("auth_hmac", authHmac, "advertisements are neither signed nor checked"),
  unsupported("track_file", "items", "files are not tracked"),
  unsupported("track_process", "items", "processes are not tracked"),
  unsupported("track_bfd", "items", "BFD sessions are not tracked"),
  unsupported("virtual_routes", "items", "the routes are not installed"),
  unsupported("virtual_rules", "items", "the rules are not installed"),
  unsupported("use_vmac", undefined, "the addresses keep the MAC address of their interface"),
  unsupported("use_ipvlan", undefined, "the interface itself is used"),
  unsupported("no_accept", undefined, "packets to the virtual addresses are accepted"),
  ...unsupportedAll<InstanceConf>(`
    vrf use_vmac_addr vmac_xmit_base unicast_fault_no_peer check_unicast_src old_unicast_checksum native_ipv6
    unicast_ttl garp_extra_if vmac_garp_intvl timer_expired_backup thread_timer_expired
    kernel_rx_buf_size promote_secondaries linkbeat_use_polling accept notify_deleted notify_priority_changes
    smtp_alert lvs_sync_daemon_interface`),
]);

export const DEFAULT_ADVERT_INTERVAL: Micros = seconds(1);
