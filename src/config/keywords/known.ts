// Blocks of keepalived.conf that vipd reads past for now: the names of their keywords, so that a spelling mistake in
// them is still found.
import { knownBlock } from "../unsupported.js";

const CHECKER = "retry delay_before_retry warmup delay_loop alpha log_all_failures";
const CONNECTING = `${CHECKER} connect_ip connect_port bindto bind_port bind_if connect_timeout fwmark`;
const HTTP = `${CONNECTING} virtualhost http_protocol enable_sni sni_name fast_recovery`;
const OLD_HTTP = { nb_get_retry: "retry" };
const URL_KEYWORDS =
  "path digest status_code virtualhost regex regex_no_match regex_options regex_min_offset regex_max_offset regex_stack";

const realServer = knownBlock(
  `weight lvs_method uthreshold lthreshold inhibit_on_failure notify_up notify_down alpha retry delay_before_retry
   warmup connect_timeout delay_loop smtp_alert virtualhost snmp_name`,
  {
    HTTP_GET: knownBlock(HTTP, { url: knownBlock(URL_KEYWORDS) }, OLD_HTTP),
    SSL_GET: knownBlock(`${HTTP} tls_compliant`, { url: knownBlock(`${URL_KEYWORDS} tls_compliant`) }, OLD_HTTP),
    TCP_CHECK: knownBlock(CONNECTING),
    SMTP_CHECK: knownBlock(`${CONNECTING} helo_name`, { host: knownBlock(CONNECTING) }),
    DNS_CHECK: knownBlock(`${CONNECTING} type name`),
    MISC_CHECK: knownBlock(`${CHECKER} misc_path misc_timeout misc_dynamic user`),
    PING_CHECK: knownBlock(CONNECTING),
    UDP_CHECK: knownBlock(`${CONNECTING} payload require_reply min_reply_length max_reply_length`),
    FILE_CHECK: knownBlock("track_file weight"),
    BFD_CHECK: knownBlock("name alpha"),
  },
);

export const virtualServer = knownBlock(
  `lvs_sched lb_algo lvs_method lb_kind protocol delay_loop persistence_timeout persistence_granularity
   persistence_engine ops flag-1 flag-2 flag-3 sh-port sh-fallback mh-port mh-fallback hashed ha_suspend smtp_alert
   virtualhost snmp_name alpha omega quorum hysteresis quorum_up quorum_down ip_family weight sorry_server
   sorry_server_inhibit sorry_server_lvs_method connect_timeout retry delay_before_retry warmup inhibit_on_failure`,
  { real_server: realServer },
);

export const bfdInstance = knownBlock(
  `neighbor_ip neighbour_ip source_ip min_rx min_tx idle_tx multiplier passive ttl hoplimit max_hops multihop weight
   vrrp checker`,
);

export const syncGroup = knownBlock(
  `notify_master notify_backup notify_fault notify_stop notify smtp_alert global_tracking sync_group_tracking_weight
   notify_priority_changes`,
  {
    group: "items",
    track_interface: "items",
    track_script: "items",
    track_file: "items",
    track_process: "items",
    track_bfd: "items",
  },
);

export const trackFile = knownBlock("file weight init_file");
export const trackProcess = knownBlock(
  "process param_match weight quorum quorum_max delay fork_delay terminate_delay full_command",
);
export const trackGroup = knownBlock("", { group: "items" });
export const garpGroup = knownBlock("garp_interval gna_interval interface", { interfaces: "items" });
export const sslContext = knownBlock("password ca certificate key");
export const authHmac = knownBlock("key active_key time_window anti_replay mode");
