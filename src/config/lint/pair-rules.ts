// Rules about one virtual router on two nodes: what has to be the same there, and what has to differ.
import type { Place } from "../source.js";
import { reference } from "./block.js";
import { instance } from "./examples.js";
import { effectivePriority, pairs, type Instance } from "./instance.js";
import type { LintRule, Node, Say } from "./node.js";

const eachPair =
  (check: (a: Instance, b: Instance, say: Say) => void) =>
  (nodes: readonly Node[], say: Say): void => {
    for (const [a, b] of pairs(nodes)) check(a, b, say);
  };

/** A setting that has to be the same on both nodes. */
const same = (
  keyword: string,
  value: (instance: Instance) => string,
  hint: string,
): ((nodes: readonly Node[], say: Say) => void) =>
  eachPair((a, b, say) => {
    const here = value(b);
    const there = value(a);
    if (here !== there) say(b.block.place(keyword), differs(b, keyword, here, there, a.block.place(keyword)), hint);
  });

const differs = (b: Instance, what: string, here: string, there: string, at: Place): string =>
  `${b.name} has ${what} ${here} here, but ${there} in ${reference(at)}`;

const A = instance("");
const script = (weight: number): string => `vrrp_script chk {\n  script "/bin/true"\n  weight ${weight}\n}\n`;
const tracking = (priority: number, more = ""): string => instance(`priority ${priority}\n${more}track_script { chk }`);

export const pairRules: readonly LintRule[] = [
  {
    code: "VL0101",
    severity: "warning",
    title: "one node has the higher priority",
    why: "With equal priorities the higher IP address decides, which nobody has in mind at night; while both start, both may be master for a moment.",
    bad: [A, A],
    good: [A, instance("priority 100")],
    check: eachPair((a, b, say) => {
      if (a.priority !== b.priority) return;
      say(
        b.block.place("priority"),
        `${b.name} has priority ${b.priority} here and in ${reference(a.block.place("priority"))}`,
        "give the usual master the higher one",
      );
    }),
  },
  {
    code: "VL0102",
    severity: "warning",
    title: "only one node starts as master",
    why: "Nodes that all start as MASTER hold the addresses at the same time until they have heard each other.",
    bad: [instance("state MASTER"), instance("state MASTER\npriority 100")],
    good: [instance("state MASTER"), instance("state BACKUP\npriority 100")],
    check: eachPair((a, b, say) => {
      if (a.state !== "MASTER" || b.state !== "MASTER") return;
      say(
        b.block.place("state"),
        `${b.name} has state MASTER here and in ${reference(a.block.place("state"))}`,
        "write state BACKUP where the priority is lower, or everywhere",
      );
    }),
  },
  {
    code: "VL0103",
    severity: "error",
    title: "advert_int is the same on all nodes",
    why: "In version 2 a router drops advertisements with another interval: both become master. In version 3 the backup takes over later or earlier than you think.",
    bad: [A, instance("priority 100\nadvert_int 2")],
    good: [instance("advert_int 2"), instance("priority 100\nadvert_int 2")],
    check: same("advert_int", ({ advertInt }) => `${advertInt}`, "write the same advert_int on every node"),
  },
  {
    code: "VL0104",
    severity: "error",
    title: "the VRRP version is the same on all nodes",
    why: "A router drops advertisements of another version: both become master.",
    bad: [A, instance("priority 100\nversion 3")],
    good: [A, instance("priority 100\nversion 2")],
    check: same("version", ({ version }) => `${version}`, "write the same version on every node"),
  },
  {
    code: "VL0105",
    severity: "error",
    title: "authentication is the same on all nodes",
    why: "A router drops advertisements whose authentication is not its own: both become master.",
    bad: [A, instance("priority 100\nauthentication { auth_type PASS\nauth_pass secret }")],
    good: [
      instance("authentication { auth_type PASS\nauth_pass secret }"),
      instance("priority 100\nauthentication { auth_type PASS\nauth_pass secret }"),
    ],
    check: eachPair((a, b, say) => {
      if (authenticationOf(a) === authenticationOf(b)) return;
      // A password is nothing to be printed.
      say(
        b.block.place("authentication"),
        `the authentication of ${b.name} is not that of ${reference(a.block.place("authentication"))}`,
        "write the same auth_type and auth_pass on every node",
      );
    }),
  },
  {
    code: "VL0106",
    severity: "error",
    title: "virtual_ipaddress is the same on all nodes",
    why: "An address that only one node has disappears when the other takes over.",
    bad: [A, instance("priority 100\nvirtual_ipaddress { 192.0.2.10/24\n192.0.2.11/24 }")],
    good: [A, instance("priority 100")],
    check: eachPair((a, b, say) => {
      if (areStrangers(a, b)) return;
      for (const field of ["addresses", "excluded"] as const) {
        const keyword = field === "addresses" ? "virtual_ipaddress" : "virtual_ipaddress_excluded";
        for (const [has, lacks] of [
          [b, a],
          [a, b],
        ] as const) {
          const known = new Set(lacks[field].map(({ text }) => text));
          for (const { text, at } of has[field].filter((address) => !known.has(address.text))) {
            const other = reference(lacks.block.header.keyword);
            say(
              at,
              `${keyword} of ${has.name} has ${text}, that of ${other} has not`,
              "write the same list everywhere",
            );
          }
        }
      }
    }),
  },
  {
    code: "VL0107",
    severity: "error",
    title: "a VRID stands for the same virtual router on all nodes",
    why: "Two different virtual routers with one VRID on one segment hear each other: one of them never becomes master.",
    bad: [A, instance("priority 100\nvirtual_ipaddress { 192.0.2.99/24 }", "OTHER")],
    good: [A, instance("virtual_router_id 52\nvirtual_ipaddress { 192.0.2.99/24 }", "OTHER")],
    check: eachPair((a, b, say) => {
      if (!areStrangers(a, b)) return;
      say(
        b.block.place("virtual_router_id"),
        `virtual_router_id ${b.vrid ?? ""} is ${b.name} here and ${a.name} in ${reference(a.block.header.keyword)}: they have no address in common`,
        "give one of them another virtual_router_id, or the same addresses if they are meant to be one",
      );
    }),
  },
  {
    code: "VL0108",
    severity: "error",
    title: "unicast peers name each other",
    why: "A node that the other does not send to hears nothing and becomes master, too.",
    bad: [
      instance("unicast_src_ip 192.0.2.1\nunicast_peer { 192.0.2.2 }"),
      instance("priority 100\nunicast_src_ip 192.0.2.2\nunicast_peer { 192.0.2.3 }"),
    ],
    good: [
      instance("unicast_src_ip 192.0.2.1\nunicast_peer { 192.0.2.2 }"),
      instance("priority 100\nunicast_src_ip 192.0.2.2\nunicast_peer { 192.0.2.1 }"),
    ],
    check: eachPair((a, b, say) => {
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const) {
        if (to.peers.length === 0 && from.peers.length > 0) {
          say(
            to.block.header.keyword,
            `${to.name} advertises by multicast, ${reference(from.block.place("unicast_peer"))} by unicast`,
            "write unicast_peer on every node, or on none",
          );
        } else if (
          from.source !== undefined &&
          to.peers.length > 0 &&
          !to.peers.some(({ text }) => text === from.source)
        ) {
          say(
            to.block.place("unicast_peer"),
            `unicast_peer of ${to.name} lacks ${from.source}, the node of ${reference(from.block.header.keyword)}`,
            `add ${from.source}`,
          );
        }
      }
    }),
  },
  {
    code: "VL0109",
    severity: "warning",
    title: "a failing tracker makes the other node master",
    why: "The priority goes down, but not below that of the other node: the service is broken, and nothing happens.",
    bad: [script(-20) + tracking(150), script(-20) + tracking(100)],
    good: [script(-60) + tracking(150), script(-60) + tracking(100)],
    check: eachPair((a, b, say) => {
      const [first, second] = effectivePriority(a) >= effectivePriority(b) ? [a, b] : [b, a];
      const goal = effectivePriority(second);
      for (const tracker of first.trackers) {
        const down = effectivePriority(first, tracker);
        if (tracker.weight === 0 || down < goal || down === effectivePriority(first)) continue;
        say(
          tracker.at,
          `when ${tracker.name} fails, ${first.name} still has priority ${down}, not below the ${goal} of ${reference(second.block.place("priority"))}: it stays master`,
          `a weight of ${Math.sign(tracker.weight) * (Math.abs(tracker.weight) + down - goal + 1)} would do, or none: then the failure is a FAULT`,
        );
      }
    }),
  },
  {
    code: "VL0110",
    severity: "warning",
    title: "weights do not turn the order of the nodes around",
    why: "While everything works the node with the lower base priority is master, always: its weights lift it above the other.",
    bad: [instance("priority 120"), script(60) + tracking(100)],
    good: [script(60) + tracking(120), script(60) + tracking(100)],
    check: eachPair((a, b, say) => {
      const [higher, lower] = a.priority >= b.priority ? [a, b] : [b, a];
      if (effectivePriority(lower) <= effectivePriority(higher) || higher.priority === lower.priority) return;
      say(
        lower.block.place("priority"),
        `${lower.name} has the lower priority ${lower.priority}, but with its weights ${effectivePriority(lower)}, above the ${effectivePriority(higher)} of ${reference(higher.block.place("priority"))}`,
        "track the same things with the same weights on every node, or use negative weights",
      );
    }),
  },
  {
    code: "VL0111",
    severity: "warning",
    title: "a weight needs a backup that may preempt",
    why: "A backup with nopreempt does not answer a lower priority: the failing tracker changes a number, and the broken node stays master.",
    bad: [
      script(-60) + tracking(150, "state BACKUP\nnopreempt\n"),
      script(-60) + tracking(100, "state BACKUP\nnopreempt\n"),
    ],
    good: [script(-60) + tracking(150, "state BACKUP\nnopreempt\n"), script(-60) + tracking(100)],
    check: eachPair((a, b, say) => {
      for (const [falling, other] of [
        [a, b],
        [b, a],
      ] as const) {
        const weighed = falling.trackers.find(({ weight }) => weight !== 0);
        if (weighed === undefined || !other.block.has("nopreempt") || !isMaster(falling, other)) continue;
        say(
          other.block.place("nopreempt"),
          `${other.name} has nopreempt: it does not take over when ${weighed.name} lowers the priority of ${reference(weighed.at)}`,
          "remove nopreempt here, or the weight there: a FAULT is answered in any case",
        );
      }
    }),
  },
  {
    code: "VL0112",
    severity: "warning",
    title: "nodes follow the same rules",
    why: "The virtual router behaves in one way before a fail-over and in another way after it; a file copied from one node to the other changes it at the next reload.",
    bad: [A, instance("priority 100\ndown_timer_adverts 5")],
    good: [A, instance("priority 100\npreempt_delay 10")],
    check: eachPair((a, b, say) => {
      for (const keyword of COMMON) {
        const [here, there] = [settingOf(b, keyword), settingOf(a, keyword)];
        if (here !== there) {
          say(
            b.block.place(keyword),
            `${b.name} has ${here === "" ? `no ${keyword}` : here} here, but ${there === "" ? `no ${keyword}` : there} in ${reference(a.block.place(keyword))}`,
            "write the same on every node",
          );
        }
      }
    }),
  },
];

/** Settings that are to be the same on all nodes and have no rule of their own. */
const COMMON = [
  "down_timer_adverts",
  "v3_checksum_as_v2",
  "strict_mode",
  "use_vmac",
  "no_accept",
  "accept",
  "mcast_dst_ip",
];

const settingOf = ({ block }: Instance, keyword: string): string => {
  const words = block.last(keyword);
  // The name of a VMAC interface is a matter of the machine.
  if (words === undefined || keyword === "use_vmac") return words === undefined ? "" : keyword;
  return [keyword, ...words.args.slice(0, 1).map(({ text }) => text)].join(" ");
};

const isMaster = (a: Instance, b: Instance): boolean => effectivePriority(a) > effectivePriority(b);

const areStrangers = (a: Instance, b: Instance): boolean =>
  a.addresses.length > 0 &&
  b.addresses.length > 0 &&
  !a.addresses.some(({ text }) => b.addresses.some((other) => other.text === text));

function authenticationOf({ block, version }: Instance): string {
  const authentication = block.blocks("authentication").at(-1);
  if (authentication === undefined || version === 3) return "none";
  return `${authentication.word("auth_type")?.text ?? ""} ${(authentication.word("auth_pass")?.text ?? "").slice(0, 8)}`;
}
