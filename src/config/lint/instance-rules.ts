// Rules about one vrrp_instance.
import type { Instance } from "./instance.js";
import { effectivePriority, instancesOf } from "./instance.js";
import { reference } from "./block.js";
import { instance } from "./examples.js";
import type { LintRule, Node, Say } from "./node.js";

const each =
  (check: (instance: Instance, say: Say) => void) =>
  (nodes: readonly Node[], say: Say): void => {
    for (const found of nodes.flatMap(instancesOf)) check(found, say);
  };

export const instanceRules: readonly LintRule[] = [
  {
    code: "VL0001",
    severity: "warning",
    title: "nopreempt needs state BACKUP",
    why: "nopreempt is dropped beside state MASTER, and without a state line it is easily lost by the next edit: the returning machine then takes the addresses back and cuts every connection a second time.",
    bad: [instance("nopreempt")],
    good: [instance("state BACKUP\nnopreempt")],
    check: each(({ block, state, name }, say) => {
      if (!block.has("nopreempt") || state === "BACKUP") return;
      const found = state === undefined ? "has no state" : `has state ${state}`;
      say(block.place("nopreempt"), `${name} has nopreempt, but ${found}`, "write state BACKUP on every node");
    }),
  },
  {
    code: "VL0002",
    severity: "warning",
    title: "strict mode ignores the password",
    why: "In strict mode authentication is left out. A peer without strict mode refuses the advertisements, and both become master.",
    bad: [instance("strict_mode\naccept\nversion 3\nauthentication { auth_type PASS\nauth_pass secret }")],
    good: [instance("authentication { auth_type PASS\nauth_pass secret }")],
    check: each(({ block, strict, name }, say) => {
      if (!strict || !block.has("authentication")) return;
      say(
        block.place("authentication"),
        `${name} has a password that strict mode ignores`,
        "remove the authentication block, or vrrp_strict",
      );
    }),
  },
  {
    code: "VL0003",
    severity: "error",
    title: "strict mode forbids unicast_peer",
    why: "keepalived refuses to run such an instance, and with it the whole file: no address is on any machine.",
    bad: [instance("strict_mode\naccept\nversion 3\nunicast_peer { 192.0.2.2 }")],
    good: [instance("version 3\nunicast_peer { 192.0.2.2 }")],
    check: each(({ block, strict, name }, say) => {
      if (!strict || !block.has("unicast_peer")) return;
      say(block.place("unicast_peer"), `${name} cannot work: strict mode forbids unicast_peer`, "remove vrrp_strict");
    }),
  },
  {
    code: "VL0004",
    severity: "warning",
    title: "in strict mode the addresses do not answer",
    why: "Strict mode makes no_accept the default: packets to the virtual addresses are dropped unless the priority is 255. Services and even ping look dead although the fail-over works.",
    bad: [instance("strict_mode\nversion 3")],
    good: [instance("strict_mode\naccept\nversion 3")],
    check: each(({ block, strict, priority, version, name }, say) => {
      if (!strict || priority === 255 || block.has("no_accept") || (version === 3 && block.has("accept"))) return;
      say(
        block.header.keyword,
        `${name} is in strict mode: its virtual addresses will not answer, not even to ping`,
        version === 3
          ? "add accept, remove vrrp_strict, or write no_accept if that is meant"
          : "remove vrrp_strict, or write no_accept if that is meant",
      );
    }),
  },
  {
    code: "VL0005",
    severity: "warning",
    title: "only eight characters of a password count",
    why: "RFC 2338 gives a password eight octets. Two passwords that differ after the eighth are the same, and some implementations refuse the longer one.",
    bad: [instance("authentication { auth_type PASS\nauth_pass correct-horse }")],
    good: [instance("authentication { auth_type PASS\nauth_pass correct }")],
    check: each(({ block, name }, say) => {
      for (const authentication of block.blocks("authentication")) {
        const password = authentication.word("auth_pass");
        if (password === undefined || password.text.length <= 8) continue;
        say(
          password,
          `the password of ${name} has ${password.text.length} characters; only the first 8 count`,
          "shorten it to 8 characters, on every node",
        );
      }
    }),
  },
  {
    code: "VL0006",
    severity: "error",
    title: "a VRID belongs to one virtual router of a segment",
    why: "Two instances with one VRID hear each other's advertisements. One of them never becomes master, and its addresses are on no machine.",
    bad: [instance("") + instance("virtual_ipaddress { 192.0.2.11/24 }", "VI_2")],
    good: [instance("") + instance("virtual_router_id 52\nvirtual_ipaddress { 192.0.2.11/24 }", "VI_2")],
    check(nodes, say) {
      for (const node of nodes) clashesOfVrid(instancesOf(node), say);
    },
  },
  {
    code: "VL0007",
    severity: "error",
    title: "an address belongs to one virtual router",
    why: "Two instances that hold one address put it on two machines as soon as their masters differ.",
    bad: [instance("") + instance("virtual_router_id 52", "VI_2")],
    good: [instance("") + instance("virtual_router_id 52\nvirtual_ipaddress { 192.0.2.11/24 }", "VI_2")],
    check(nodes, say) {
      clashesOfAddresses(nodes.flatMap(instancesOf), say);
    },
  },
  {
    code: "VL0008",
    severity: "warning",
    title: "a router is not its own peer",
    why: "keepalived sends advertisements to itself and complains about each of them; with a copied list the real peer is usually missing.",
    bad: [instance("unicast_src_ip 192.0.2.1\nunicast_peer { 192.0.2.1 }")],
    good: [instance("unicast_src_ip 192.0.2.1\nunicast_peer { 192.0.2.2 }")],
    check: each(({ peers, source, name }, say) => {
      const self = peers.find(({ text }) => text === source);
      if (self === undefined) return;
      say(
        self.at,
        `${name} names its own address ${self.text} as a peer`,
        "name the addresses of the other nodes only",
      );
    }),
  },
  {
    code: "VL0009",
    severity: "warning",
    title: "a weight moves the priority",
    why: "Priorities end at 1 and 254. A weight that leads beyond them changes nothing, so the tracker can fail without a fail-over.",
    bad: [`vrrp_script chk {\n  script "/bin/true"\n  weight 20\n}\n${instance("priority 254\ntrack_script { chk }")}`],
    good: [
      `vrrp_script chk {\n  script "/bin/true"\n  weight -20\n}\n${instance("priority 254\ntrack_script { chk }")}`,
    ],
    check: each((found, say) => {
      const up = effectivePriority(found);
      for (const tracker of found.trackers) {
        if (tracker.weight === 0 || effectivePriority(found, tracker) !== up) continue;
        say(
          tracker.at,
          `${found.name} has priority ${up} whether ${tracker.name} works or not: a weight of ${tracker.weight} has no effect here`,
          found.priority === 255
            ? "use a priority below 255"
            : tracker.weight > 0
              ? "use a negative weight, or a priority that leaves room within 1..254"
              : "use a priority that leaves room within 1..254, with what other trackers add",
        );
      }
    }),
  },
];

function clashesOfVrid(instances: readonly Instance[], say: Say): void {
  const owners = new Map<string, Instance>();
  for (const found of instances) {
    if (found.vrid === undefined) continue;
    const key = `${found.vrid} ${found.family} ${found.interfaceName} ${found.peers.map(({ text }) => text).join()}`;
    const owner = owners.get(key);
    if (owner === undefined) owners.set(key, found);
    else {
      say(
        found.block.place("virtual_router_id"),
        `${found.name} and ${owner.name} both use virtual_router_id ${found.vrid} on ${found.interfaceName}`,
        `give ${found.name} a number of its own, the same on all its nodes`,
      );
    }
  }
}

/** Within one file every instance counts; between files only those that are not the same virtual router. */
function clashesOfAddresses(instances: readonly Instance[], say: Say): void {
  const owners = new Map<string, Instance>();
  for (const found of instances) {
    for (const { text, at } of [...found.addresses, ...found.excluded]) {
      const owner = owners.get(text);
      if (owner === undefined) owners.set(text, found);
      else if (owner !== found && (owner.node === found.node || owner.vrid !== found.vrid)) {
        say(
          at,
          `${text} is an address of ${found.name} and of ${owner.name} (${reference(owner.block.header.keyword)})`,
          "leave it in one of them",
        );
      }
    }
  }
}
