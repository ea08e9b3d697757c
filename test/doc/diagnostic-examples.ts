// A configuration for every problem that has it. The test insists on one for each, and that it has the problem.
import type { MachineFacts } from "../config/machine.js";

export type Example =
  /** A problem that no text can have. */
  | { readonly why: string }
  | {
      readonly text: string;
      /** What the page shows where the text itself cannot be shown. */
      readonly shown?: string;
      readonly facts?: MachineFacts;
      /** What else is to be known. */
      readonly more?: string;
    };

const instance = (lines: string): string =>
  `vrrp_instance VI_1 {\n  interface eth0\n  virtual_router_id 51\n  virtual_ipaddress {\n    192.0.2.10/24\n  }\n${lines
    .split("\n")
    .map((line) => `  ${line}\n`)
    .join("")}}\n`;

const server = (lines: string): string =>
  `virtual_server 192.0.2.10 80 {\n  protocol TCP\n  lvs_sched rr\n  lvs_method NAT\n${lines
    .split("\n")
    .map((line) => `  ${line}\n`)
    .join("")}}\n`;
const REAL = "real_server 10.0.0.1 80 { weight 1 }";

export const diagnosticExamples: Readonly<Record<string, Example>> = {
  machineUnreadable: {
    why: "The kernel refuses to say which interfaces there are (rtnetlink). It is not the configuration: look at the errno in the message, and at the limits of the container or unit that vipd runs in.",
  },
  mainFileUnreadable: {
    why: "`vipd -t -f /etc/keepalivd/keepalived.conf`: the file does not exist, is a directory, has an execute bit, or may not be read. keepalived runs without any configuration then; vipd refuses.",
  },
  includeMissing: { text: "include site.conf\n" },
  includeEmpty: {
    text: "include conf.d/*.conf\n",
    facts: { files: { "/etc/keepalived/conf.d/README": "" } },
  },
  includeCheckFailed: { text: "includem site.conf\n" },
  includeSkipped: {
    text: "include site.conf\n",
    facts: { files: { "/etc/keepalived/site.conf": { kind: "notPlain" } } },
  },
  includeLoop: { text: "include keepalived.conf\n" },
  byteOrderMark: { text: "\ufeffglobal_defs {\n}\n" },
  nulByte: { text: "global_defs {\n  router_id a\0b\n}\n", shown: "global_defs {\n  router_id a<NUL>b\n}\n" },
  lineTooLong: {
    text: `# ${"long ".repeat(210)}\n`,
    shown: "# long long long long ...\n",
    more: "The message shows the whole line.",
  },
  unterminatedQuote: { text: 'global_defs {\n  router_id "node 1\n}\n' },
  notUtf8: { text: "global_defs {\n  router_id caf\ufffd\n}\n" },
  extraBrace: { text: "global_defs {\n}\n}\n" },
  missingBrace: { text: "global_defs {\n  router_id a\n" },
  unexpectedBlock: { text: instance("priority 100 {\n  weight 2\n}") },
  missingBlock: { text: "global_defs\n" },
  runawayExpansion: { text: "$A=${A}0\nglobal_defs {\n  router_id ${A}\n}\n" },
  badSequence: { text: "~SEQ(N, 1, 0, 3) # step 0\n" },
  commentInDefinition: { text: "$A= \\\n  one \\\n  # two \\\n  three\n" },
  unfinishedDefinition: { text: "$A= \\\n  one \\" },
  undefinedParameter: { text: instance("priority ${PRIORITY}") },
  unknownBlock: {
    text: instance("track_scripts {\n  chk\n}\npriority 120"),
    more: "keepalived reads the lines of such a block in the block around it, and its closing brace closes that one. `vipd -t` names the lines that keepalived complains about for this reason after everything else; `vipd` itself leaves the block out and reads on behind it.",
  },
  shadowedName: {
    text: 'vrrp_script chk {\n  script "/bin/true"\n}\nvrrp_script chk {\n  script "/bin/true again"\n}\n',
  },
  unknownKeyword: { text: instance("prioritty 120") },
  notSupported: { text: "global_defs {\n  enable_dbus\n}\n" },
  notSupportedLoud: { text: "virtual_server 192.0.2.1 80 {\n  real_server 192.0.2.2 80 {\n  }\n}\n" },
  missingParameter: { text: instance("priority") },
  missingName: { text: "vrrp_instance {\n}\n" },
  duplicateName: { text: `${instance("")}${instance("").replace("51", "52")}` },
  alreadyGiven: { text: instance('notify "/bin/true"\nnotify "/bin/true"') },
  trackedTwice: { text: instance("track_interface {\n  eth1\n  eth1\n}") },
  unknownMember: { text: `${instance("")}vrrp_sync_group G {\n  group {\n    VI_1\n    VI_2\n  }\n}\n` },
  strayMember: { text: `${instance("")}track_group G {\n  group {\n    VI_1\n    VI_2\n  }\n}\n` },
  unwatchedRoute: { text: instance("virtual_routes {\n  10.8.0.0/16 via 192.0.2.1\n}") },
  lonelyGroup: { text: `${instance("")}vrrp_sync_group G {\n  group {\n    VI_1\n  }\n}\n` },
  incompleteBlock: { text: "track_file load {\n  weight 1\n}\n" },
  deprecated: {
    text: server(`real_server 10.0.0.1 80 {\n  HTTP_GET {\n    url { path / }\n    nb_get_retry 3\n  }\n}`),
  },
  missingWord: { text: instance("track_interface {\n  eth1 weight\n}") },
  extraWords: { text: instance("track_interface all {\n  eth1\n}") },
  invalidNumber: { text: instance("priority 90x") },
  outOfRange: { text: instance("priority 300") },
  tooManyDecimals: { text: instance("advert_int 0.1234567") },
  invalidBoolean: { text: instance("strict_mode ON") },
  invalidAddress: { text: instance("unicast_src_ip node1.example.org") },
  invalidChoice: { text: instance("state master") },
  invalidName: { text: instance("interface a-name-that-is-too-long") },
  unknownOption: { text: instance("track_interface {\n  eth1 wieght 10\n}") },
  adjusted: { text: instance("garp_master_repeat 0") },
  unknownInterface: { text: instance("track_interface {\n  eth9\n}") },
  missingInterface: { text: "interface_up_down_delays {\n  eth9 5\n}\n" },
  unusableInterface: { text: instance("").replace("eth0", "lo") },
  impossibleInstance: {
    text: "vrrp_instance VI_1 {\n  interface eth0\n  virtual_ipaddress {\n    192.0.2.10\n  }\n}\n",
  },
  duplicateVrid: { text: `${instance("")}${instance("").replace("VI_1", "VI_2").replace("2.10", "2.11")}` },
  noAddresses: { text: "vrrp_instance VI_1 {\n  interface eth0\n  virtual_router_id 51\n}\n" },
  wrongFamily: { text: instance("virtual_ipaddress {\n  2001:db8::1\n}") },
  duplicateAddress: { text: instance("virtual_ipaddress {\n  192.0.2.10/24\n}") },
  ignoredSetting: { text: instance("state MASTER\nnopreempt") },
  unknownTracker: { text: instance("track_script {\n  chk\n}") },
  scriptSecurityOff: { text: instance('notify "/bin/true"') },
  unknownUser: { text: instance('notify "/bin/true" alice') },
  unknownScriptUser: { text: "global_defs {\n  script_user alice\n}\n" },
  noScriptUser: {
    text: `global_defs {\n  enable_script_security\n}\n${instance('notify "/bin/true"')}`,
    facts: { users: { root: 0 } },
  },
  missingProgram: {
    text: `vrrp_script chk {\n  script "/usr/bin/check"\n}\n${instance("track_script {\n  chk\n}")}`,
  },
  missingHook: { text: instance('notify "/usr/bin/tell"') },
  linkedProgram: {
    text: `global_defs {\n  enable_script_security\n  script_user root\n}\nvrrp_script chk {\n  script "/bin/pidof nginx"\n}\n${instance("track_script {\n  chk\n}")}`,
    facts: { linkedPrograms: { "/bin/pidof": "/bin" } },
  },
  insecureProgram: {
    text: `global_defs {\n  enable_script_security\n  script_user root\n}\n${instance('notify "/home/alice/tell"')}`,
    facts: { insecurePrograms: ["/home/alice/tell"] },
  },
  exposedSecret: {
    text: instance("auth_hmac {\n  key 1 file:/etc/keepalived/vrrp.key\n  active_key 1\n}"),
    facts: { files: { "/etc/keepalived/vrrp.key": { kind: "text", text: "0".repeat(32), exposed: true } } },
  },
  incompleteChecker: { text: server("real_server 10.0.0.1 80 {\n  HTTP_GET {\n  }\n}") },
  emptyGroup: { text: "virtual_server_group G {\n}\n" },
  noRealServer: { text: server("") },
  defaultTaken: { text: server(REAL).replace("  protocol TCP\n", "") },
  portMismatch: { text: server("real_server 10.0.0.1 8080 { weight 1 }").replace("NAT", "DR") },
  duplicateServer: { text: server(`${REAL}\n${REAL}`) },
  quorumOutOfReach: { text: server(`quorum 5\n${REAL}`) },
};
