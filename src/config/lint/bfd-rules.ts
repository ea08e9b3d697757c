// Rules about BFD sessions.
import { type Block, blocksOf } from "./block.js";
import { instance } from "./examples.js";
import { type Instance, canonical, instancesOf, pairs, trackedBy } from "./instance.js";
import type { LintRule, Node } from "./node.js";

const session = (lines = ""): string => `bfd_instance peer {\n  neighbor_ip 192.0.2.2\n${lines}}\n`;
const tracking = (weight: string): string =>
  instance(`unicast_src_ip 192.0.2.1\nunicast_peer { 192.0.2.2 }\ntrack_bfd { peer${weight} }`);

/** What the files of the cluster tell of the addresses of an instance's other routers. */
function peerAddresses(found: Instance, nodes: readonly Node[]): ReadonlySet<string> {
  const others = pairs(nodes).flatMap(([a, b]) =>
    a.node === found.node && a.name === found.name ? [b] : b.node === found.node && b.name === found.name ? [a] : [],
  );
  const sources = others.flatMap(({ source, node }) => [
    source,
    ...blocksOf(node.statements, "bfd_instance").map((block) => addressOf(block, "source_ip")),
  ]);
  return new Set([...found.peers.map(({ text }) => text), ...sources.filter((source) => source !== undefined)]);
}

function addressOf(block: Block, ...keywords: readonly string[]): string | undefined {
  const text = block.word(...keywords)?.text;
  return text === undefined ? undefined : canonical(text);
}

export const bfdRules: readonly LintRule[] = [
  {
    code: "VL0501",
    severity: "error",
    title: "a BFD session with the other router of an instance needs a weight",
    why: "Without a weight the instance is in FAULT while the session is down. It is down when the other router has died: the one that is left does not take over, and the addresses are on no machine.",
    bad: [session() + tracking("")],
    good: [session() + tracking(" weight -20")],
    check(nodes, say) {
      for (const node of nodes) {
        const neighbors = new Map(
          blocksOf(node.statements, "bfd_instance").map((block) => [
            block.name,
            addressOf(block, "neighbor_ip", "neighbour_ip") ?? "",
          ]),
        );
        for (const found of instancesOf(node)) {
          const peers = peerAddresses(found, nodes);
          for (const { name, weight, at } of trackedBy(node, found.block, "track_bfd", "bfd_instance")) {
            const neighbor = neighbors.get(name) ?? "";
            if (weight !== 0 || !peers.has(neighbor)) continue;
            say(
              at,
              `${found.name} goes to FAULT when ${name} is down, and its neighbour ${neighbor} is the other router of ${found.name}: when that dies, nobody takes over`,
              "give it a weight, or watch a third machine such as the gateway",
            );
          }
        }
      }
    },
  },
];
