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
];

/** What vipd is to say of a setting. */
export function expectedOf({ block, setting, verdict, later }: Try): Verdict | undefined {
  const own = matrixDifferences.find((each) => each.block.test(block) && each.setting.test(setting));
  return own?.verdict ?? later ?? verdict;
}
