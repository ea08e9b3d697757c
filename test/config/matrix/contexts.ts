// A clean configuration around a setting, for every block: what is complained about is the setting's doing.

const SECURE = "global_defs {\nenable_script_security\nscript_user root\n}\n";

const instance = (name: string, vrid: number, settings: string): string =>
  `vrrp_instance ${name} {\n?interface eth0\n?virtual_router_id ${vrid}\n?virtual_ipaddress { 10.9.9.${vrid} }\n${settings}\n}\n`;
const plain = (name: string, vrid: number, settings = ""): string => instance(name, vrid, settings).replaceAll("?", "");

const TRACKED = `vrrp_script s {
script "/usr/bin/true"
}
vrrp_track_process p {
process sleep
}
track_file f {
file "/tmp/vipd-matrix"
}
bfd_instance b {
neighbor_ip 10.9.9.2
}
track_group g {
group { VI }
}
`;

const server = (settings: string, checks: string): string =>
  `virtual_server 10.0.0.1 80 {\n?protocol TCP\n?lvs_sched rr\n?lvs_method NAT\n${settings}\nreal_server 10.0.0.2 80 {\n${checks}\n}\n}\n`;
const checker = (name: string, lines: string): string => server("delay_loop 60", `${name} {\n${lines}\n}`);

const tracking = (kind: string): Readonly<Record<string, string>> => ({
  [`vrrp_instance/${kind}`]: `${TRACKED}${instance("VI", 5, `${kind} {\n@\n}`)}`,
  [`vrrp_sync_group/${kind}`]:
    `${TRACKED}vrrp_sync_group G {\ngroup {\nVI\nVJ\n}\nsync_group_tracking_weight\n${kind} {\n@\n}\n}\n` +
    plain("VI", 5) +
    plain("VJ", 6),
});

const inInstance = (keyword: string): Readonly<Record<string, string>> => ({
  [`vrrp_instance/${keyword}`]: instance("VI", 5, `${keyword} {\n@\n}`),
});
const inBoth = (fixed: string, virtual: string): Readonly<Record<string, string>> => ({
  [fixed]: `${TRACKED}${fixed} {\n@\n}\n${plain("VI", 5)}`,
  ...inInstance(virtual),
});

const url = (kind: string): Readonly<Record<string, string>> => ({
  [`virtual_server/real_server/${kind}`]: checker(kind, "url {\npath /\n}\n@"),
  [`virtual_server/real_server/${kind}/url`]: checker(kind, "url {\n?path /\n@\n}"),
});

/** `@` stands for the setting; a line after `?` is left out when the setting has the same keyword. */
const TEMPLATES: Readonly<Record<string, string>> = {
  "(root)": `@\n${plain("VI", 5)}`,
  global_defs: `global_defs {\nenable_script_security\n?script_user root\n@\n}\n${plain("VI", 5)}${server("", "").replaceAll("?", "")}`,
  "global_defs/notification_email": `global_defs {\nnotification_email {\n@\n}\n}\n${plain("VI", 5)}`,
  track_group: `track_group G {\n@\n}\n${plain("VI", 5)}`,
  "track_group/group": `track_group G {\ngroup {\n@\n}\n}\n${plain("VI", 5)}`,
  vrrp_sync_group: `${TRACKED}vrrp_sync_group G {\n?group { VI VJ }\n@\n}\n${plain("VI", 5)}${plain("VJ", 6)}`,
  "vrrp_sync_group/group": `vrrp_sync_group G {\ngroup {\nVI\n@\n}\n}\n${plain("VI", 5)}${plain("VJ", 6)}`,
  garp_group: `garp_group {\n?garp_interval 1\n?interface eth0\n@\n}\n${plain("VI", 5)}`,
  "garp_group/interfaces": `garp_group {\ngarp_interval 1\ninterfaces {\n@\n}\n}\n${plain("VI", 5)}`,
  linkbeat_interfaces: `linkbeat_interfaces {\n@\n}\n${plain("VI", 5)}`,
  interface_up_down_delays: `interface_up_down_delays {\n@\n}\n${plain("VI", 5)}`,
  vrrp_instance: `${TRACKED}${instance("VI", 5, "@")}`,
  "vrrp_instance/authentication": instance("VI", 5, "authentication {\n?auth_type PASS\n?auth_pass abc\n@\n}"),
  "vrrp_instance/auth_hmac": instance("VI", 5, `auth_hmac {\n?key 1 ${"k".repeat(32)}\n?active_key 1\n@\n}`),
  ...inInstance("unicast_peer"),
  ...["track_interface", "track_script", "track_file", "track_process", "track_bfd"].reduce(
    (all, kind) => ({ ...all, ...tracking(kind) }),
    {},
  ),
  static_ipaddress: `${TRACKED}static_ipaddress {\n@\n}\n${plain("VI", 5)}`,
  "vrrp_instance/virtual_ipaddress":
    "vrrp_instance VI {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress {\n@\n}\n}\n",
  ...inInstance("virtual_ipaddress_excluded"),
  ...inBoth("static_routes", "virtual_routes"),
  ...inBoth("static_rules", "virtual_rules"),
  vrrp_script: `vrrp_script s {\n?script "/usr/bin/true"\n@\n}\n${plain("VI", 5, "track_script {\ns\n}")}`,
  vrrp_track_process: `vrrp_track_process p {\n?process sleep\n@\n}\n${plain("VI", 5, "track_process {\np\n}")}`,
  track_file: `track_file f {\n?file "/tmp/vipd-matrix"\n@\n}\n${plain("VI", 5, "track_file {\nf\n}")}`,
  vrrp_track_file: `vrrp_track_file f {\n?file "/tmp/vipd-matrix"\n@\n}\n${plain("VI", 5, "track_file {\nf\n}")}`,
  bfd_instance: `bfd_instance b {\n?neighbor_ip 10.9.9.2\n@\n}\n${plain("VI", 5, "track_bfd {\nb\n}")}`,
  virtual_server: server("@", ""),
  "virtual_server/real_server": server("delay_loop 60", "@"),
  ...Object.fromEntries(
    ["TCP_CHECK", "SMTP_CHECK", "DNS_CHECK", "UDP_CHECK", "PING_CHECK"].map((name) => [
      `virtual_server/real_server/${name}`,
      checker(name, "@"),
    ]),
  ),
  "virtual_server/real_server/SMTP_CHECK/host": checker("SMTP_CHECK", "host {\n@\n}"),
  "virtual_server/real_server/MISC_CHECK": checker("MISC_CHECK", '?misc_path "/usr/bin/true"\n@'),
  "virtual_server/real_server/FILE_CHECK": TRACKED + checker("FILE_CHECK", "?track_file f\n@") + plain("VI", 5),
  "virtual_server/real_server/BFD_CHECK": TRACKED + checker("BFD_CHECK", "?name b\n@") + plain("VI", 5),
  ...url("HTTP_GET"),
  ...url("SSL_GET"),
  SSL: `SSL {\n@\n}\n${checker("SSL_GET", "url {\npath /\n}").replaceAll("?", "")}`,
  virtual_server_group: `virtual_server_group g {\n@\n}\n${server("", "").replaceAll("?", "").replace("10.0.0.1 80", "group g")}`,
};

export const blocks: readonly string[] = Object.keys(TEMPLATES);

export interface Placed {
  readonly text: string;
  /** Of the setting's first line. */
  readonly line: number;
}

/** The configuration with a setting in a block; `; ` in it starts a new line. */
export function place(block: string, setting: string): Placed {
  const template = TEMPLATES[block.replace(/\/\(.*/, "")];
  if (template === undefined) throw new Error(`there is no configuration to put a setting of ${block} into`);
  const [keyword = ""] = setting.split(/[ ;]/, 1);
  const secure = block === "global_defs" ? "" : SECURE;
  const lines = `${secure}${template}`.split("\n").flatMap((line) => {
    if (!line.startsWith("?")) return [line];
    return line.slice(1).split(" ")[0] === keyword ? [] : [line.slice(1)];
  });
  const line = lines.indexOf("@") + 1;
  return { text: lines.map((each) => (each === "@" ? setting.replaceAll("; ", "\n") : each)).join("\n"), line };
}
