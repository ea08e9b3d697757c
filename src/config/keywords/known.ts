// Blocks of keepalived.conf that vipd reads past for now: the names of their keywords, so that a spelling mistake in
// them is still found.
import { knownBlock } from "../unsupported.js";

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
export const authHmac = knownBlock("key active_key time_window anti_replay mode");
