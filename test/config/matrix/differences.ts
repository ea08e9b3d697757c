// Settings of which vipd thinks otherwise than keepalived on purpose; the page of differences shows them.
import { parseVerdict, type Try, type Verdict } from "./record.js";

export interface MatrixDifference {
  readonly what: string;
  readonly keepalived: string;
  readonly vipd: string;
  readonly why: string;
  readonly block: RegExp;
  readonly setting: RegExp;
  /** vipd's. */
  readonly verdict: Verdict;
}

const difference = (
  what: string,
  keepalived: string,
  vipd: string,
  why: string,
  [block, setting, verdict]: readonly [RegExp, RegExp, string],
): MatrixDifference => ({ what, keepalived, vipd, why, block, setting, verdict: parseVerdict(verdict) });

export const matrixDifferences: readonly MatrixDifference[] = [
  difference(
    'A number that is an empty word: garp_master_delay ""',
    "takes it for 0 where 0 is allowed",
    "VC0401, the setting stays as it was",
    "It is a parameter that came out empty, and 0 is seldom what was meant",
    [/^(?!.*url$)/, / ""$/, "5 0"],
  ),
  difference(
    "default_interface with a name of more than 15 characters",
    "says nothing",
    "VC0407",
    "No interface can have that name",
    [/^global_defs$/, /^default_interface \w{16}$/, "5 0"],
  ),
  difference(
    "smtp_server with a host name that cannot be resolved",
    "an error where the file is read, and no mail until a reload",
    "nothing; the name is looked up for each mail",
    "The name service may be down while the machine starts, of all times",
    [/^global_defs$/, /^smtp_server x$/, "0"],
  ),
  difference("smtp_helo_name without a name", "says nothing", "VC0309", "A word is missing", [
    /^global_defs$/,
    /^smtp_helo_name$/,
    "5 0",
  ]),
  difference(
    "A block behind net_namespace",
    "complains, and -t exits 0",
    "VC0122, -t exits 5 as for every other block that does not belong",
    "An error is an error",
    [/^\(root\)$/, /^net_namespace abc \{/, "5 0"],
  ),
  difference(
    "script of a vrrp_script without a command",
    "complains where the block ends",
    "VC0309, and names the line itself",
    "The line can be corrected, the brace cannot",
    [/^vrrp_script$/, /^script$/, "5 0"],
  ),
  difference(
    "sorry_server_lvs_method without a word, and without sorry_server above it",
    "complains of the sorry_server",
    "VC0304: the missing word comes first",
    "With a sorry_server keepalived says so, too",
    [/^virtual_server$/, /^sorry_server_lvs_method$/, "2 0"],
  ),
  difference(
    "vrf NAME of a route, where NAME is no VRF device",
    "an error where the file is read",
    "nothing; the kernel refuses the route when it is installed, and the status says so",
    "The device may be made later",
    [/(static|virtual)_routes$/, / vrf \w{1,15}$/, "0"],
  ),
  difference(
    "src, tos or hoplimit of encap without a word",
    "exits with status 2, unlike for the other words of encap",
    "VC0309, as for the others; -t exits 5",
    "One missing word of a tunnel is like another",
    [/\/\(encap ip6?\)$/, / (src|tos|hoplimit)$/, "5 0"],
  ),
  difference(
    "A prefix in a rule that ends with /",
    "says nothing",
    "VC0405; the rule is ignored",
    "The length is missing, and every address would match",
    [/(static|virtual)_rules$/, / (from|to) [0-9.]+\/$/, "5 0"],
  ),
  difference(
    "A block without its braces",
    "complains of the lines below, or takes them for the block; some kinds of check end it with signal 11",
    "says which keyword has no block; -t exits 5",
    "The lines below are those of another block",
    [
      /^(?!.*(virtual_server_group|track_file|FILE_CHECK)$)/,
      /^(global_defs|vrrp_instance VX|vrrp_script sx|vrrp_sync_group GX|(vrrp_)?track_file fx|vrrp_track_process px|bfd_instance bx|track_group gx|garp_group|static_\w+|linkbeat_interfaces|interface_up_down_delays|virtual_server 10.0.0.9 80|virtual_server_group gx|SSL|authentication|notification_email|virtual_(ipaddress_excluded|routes|rules)|track_(interface|script|file|process|bfd)|real_server 10.0.0.3 80|[A-Z]+_(CHECK|GET)|host|url|group|interfaces)$/,
      "5",
    ],
  ),
  difference(
    "A block that may not be empty: vrrp_sync_group, virtual_server, HTTP_GET, SSL_GET",
    "complains when everything has been read, or ends with signal 11",
    "complains where the block ends",
    "The line is to be found",
    [
      /^(\(root\)|virtual_server\/real_server)$/,
      /^(vrrp_sync_group GX|virtual_server 10.0.0.9 80|(HTTP|SSL)_GET) \{; \}$/,
      "5 1",
    ],
  ),
  difference(
    "An empty group of a vrrp_sync_group",
    "complains where the group ends",
    "complains where the vrrp_sync_group ends",
    "It is the vrrp_sync_group that is left out",
    [/^vrrp_sync_group$/, /^group \{; \}$/, "5 2"],
  ),
  difference("bfd_instance without a name", "ends with signal 11", "VC0304, -t exits 2", "An error is named", [
    /^\(root\)$/,
    /^bfd_instance \{/,
    "2 0",
  ]),
  difference(
    "virtual_server_group with a word behind its name",
    "-t exits 2 and says nothing",
    "VC0310, -t exits 5",
    "The word is named",
    [/^\(root\)$/, /^virtual_server_group gx x/, "5 0"],
  ),
  difference("interfaces of a garp_group", "-t exits 2 and says nothing", "reads it", "The block is documented", [
    /^garp_group$/,
    /^interfaces \{; eth0; \}$/,
    "0",
  ]),
  difference(
    "interfaces of a garp_group, given twice",
    "-t exits 2 and says nothing",
    "names the interface that is there twice",
    "The line is to be found",
    [/^garp_group$/, /^interfaces \{.*; interfaces/, "5 2"],
  ),
  difference(
    "interfaces of a garp_group with a word before its brace",
    "-t exits 2 and names the line",
    "VC0310, -t exits 5",
    "The block is read",
    [/^garp_group$/, /^interfaces x/, "5 0"],
  ),
  difference(
    "interfaces of a garp_group that is not closed",
    "-t exits 2",
    "complains where the text ends, -t exits 5",
    "The brace is named",
    [/^garp_group$/, /^interfaces \{; eth0$/, "5 3"],
  ),
  difference(
    "An unknown interface in a garp_group",
    "complains where the block ends",
    "complains of the line",
    "The line is to be found",
    [/^garp_group\/interfaces$/, /^nosuch0$/, "5 0"],
  ),
  difference(
    "A block of addresses or peers with the same address, given twice",
    "says nothing",
    "names the second",
    "One of the two is left out",
    [
      /^vrrp_instance$/,
      /^(virtual_ipaddress(_excluded)?|unicast_peer) \{.*; (virtual_ipaddress(_excluded)?|unicast_peer) /,
      "5 4",
    ],
  ),
  difference(
    "A unicast_peer that is given twice",
    "says nothing",
    "names the second",
    "It would be sent every advertisement twice",
    [/^vrrp_instance\/unicast_peer$/, /^([0-9.]+); \1$/, "5 1"],
  ),
  difference(
    "An address that ends with /",
    "says nothing",
    "VC0405; the address is left out",
    "The length is missing",
    [/(static|virtual)_ipaddress(_excluded)?$/, /^[0-9.]+\/$/, "5 0"],
  ),
  difference(
    "A FIFO for a user who does not exist",
    "says nothing with -t",
    "names the user",
    "The FIFO cannot be made for them",
    [/^global_defs$/, /_fifo .* nosuchuser$|^notify_fifo .* nosuchuser$/, "5 0"],
  ),
  difference(
    "reload_file and reload_time_file with a path that is not absolute",
    "says nothing",
    "names the path",
    "It would depend on where the daemon was started",
    [/^global_defs$/, /^reload(_time)?_file tmp/, "5 0"],
  ),
  difference(
    "include_check with several words without a sign",
    "takes the second for a repetition",
    "takes all of them",
    "The manual page has it so",
    [/^global_defs$/, /^include_check read match$/, "0"],
  ),
  difference("require_reply with hexadecimal digits without spaces", "refuses 00ff", "takes them", "They are digits", [
    /^virtual_server\/real_server\/UDP_CHECK$/,
    /^require_reply 00ff$/,
    "0",
  ]),
  difference(
    "interface_up_down_delays with an interface and no delay",
    "says nothing",
    "VC0309",
    "The line does nothing",
    [/^interface_up_down_delays$/, /^eth0$/, "5 0"],
  ),
  difference(
    "A word behind the weight and direction of what is tracked",
    "says nothing",
    "VC0311",
    "The word does nothing",
    [/\/track_\w+$/, /reverse nosuch$/, "5 0"],
  ),
  difference(
    "inet or inet6 of a route or a rule with an unknown word behind it",
    "says nothing",
    "names the word",
    "The word does nothing",
    [/(static|virtual)_(routes|rules)$/, / inet6? nosuch$/, "5 0"],
  ),
  difference("A route with two destinations", "says nothing", "names the second", "One of the two would be missing", [
    /(static|virtual)_routes$/,
    /^[0-9./]+ [0-9./]+ dev/,
    "5 0",
  ]),
  difference("A route with to and unicast", "refuses unicast behind to", "takes it", "It is what ip-route(8) writes", [
    /(static|virtual)_routes$/,
    /^to unicast /,
    "0",
  ]),
  difference(
    "A route of IPv4 via inet6",
    "refuses it, where it was built without it",
    "takes it",
    "The kernel has had it since 5.2",
    [/(static|virtual)_routes$/, /via inet6 fe80/, "0"],
  ),
  difference(
    "A table of a route or a rule beyond 32 bits, or negative",
    "says nothing",
    "names the number",
    "It would be another table",
    [/(static|virtual)_(routes|rules)$/, / (table|lookup) (-1|4294967296)$/, "5 0"],
  ),
  difference(
    "congctl of a route with a name too long for the kernel",
    "says nothing",
    "complains when everything has been read",
    "The kernel would refuse the route",
    [/(static|virtual)_routes$/, / congctl \w{16,}$/, "5"],
  ),
  difference(
    "A firewall mark that lacks one side of its /",
    "says nothing",
    "names the mark",
    "The rule would match other packets",
    [/(static|virtual)_rules$/, / fwmark (5\/|\/5)$/, "5 0"],
  ),
  difference(
    "uidrange, sport or dport backwards or beyond the end",
    "says nothing",
    "names the range",
    "The kernel would refuse the rule",
    [/(static|virtual)_rules$/, / (uidrange|[sd]port) (5-4|90-80|80-65536)$/, "5 0"],
  ),
  difference("suppress_ifgroup beyond 32 bits", "says nothing", "names the number", "It would be another group", [
    /(static|virtual)_rules$/,
    / suppress_ifgroup 4294967296$/,
    "5 0",
  ]),
  difference(
    "protocol of a rule: static, or 255",
    "refuses it",
    "takes it, as for routes",
    "rt_protos has names, and the field has 8 bits",
    [/(static|virtual)_rules$/, / protocol (static|255)$/, "0"],
  ),
  difference("The same track_group twice on a line", "complains", "nothing", "It is the same group", [
    /^static_/,
    / track_group g track_group g$/,
    "0",
  ]),
];

/** What vipd is to say of a setting. */
export function expectedOf({ block, setting, verdict, later }: Try): Verdict | undefined {
  const own = matrixDifferences.find((each) => each.block.test(block) && each.setting.test(setting));
  return own?.verdict ?? later ?? verdict;
}
