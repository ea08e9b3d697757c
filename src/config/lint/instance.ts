// What lint knows of a vrrp_instance: its settings with keepalived's defaults and those of global_defs, and what it
// tracks.
import { formatIp, parseIp } from "../../base/ip.js";
import type { Word } from "../source.js";
import { type Block, blocksOf } from "./block.js";
import type { Node } from "./node.js";

export interface Tracked {
  readonly name: string;
  /** 0: its failure is a FAULT. */
  readonly weight: number;
  readonly at: Word;
}

export interface Address {
  /** Without the prefix length, in canonical form. */
  readonly text: string;
  readonly at: Word;
}

export interface Instance {
  readonly node: Node;
  readonly block: Block;
  readonly name: string;
  readonly interfaceName: string;
  readonly vrid: number | undefined;
  readonly family: 4 | 6;
  readonly version: number;
  readonly priority: number;
  readonly state: string | undefined;
  /** Seconds. */
  readonly advertInt: number;
  readonly strict: boolean;
  readonly addresses: readonly Address[];
  readonly excluded: readonly Address[];
  readonly peers: readonly Address[];
  readonly source: string | undefined;
  readonly trackers: readonly Tracked[];
}

/** Item blocks, and the blocks that define what their lines name. */
const TRACKED: readonly (readonly [lines: string, definition: string])[] = [
  ["track_script", "vrrp_script"],
  ["track_process", "vrrp_track_process"],
  ["track_interface", ""],
  ["track_bfd", "bfd_instance"],
];

export function instancesOf(node: Node): readonly Instance[] {
  const [globals] = blocksOf(node.statements, "global_defs");
  return blocksOf(node.statements, "vrrp_instance").map((block) => instanceOf(node, block, globals));
}

function instanceOf(node: Node, block: Block, globals: Block | undefined): Instance {
  const addresses = addressesOf(block, "virtual_ipaddress");
  const peers = addressesOf(block, "unicast_peer");
  const source = block.word("unicast_src_ip", "mcast_src_ip")?.text;
  const family = (addresses[0] ?? peers[0])?.text.includes(":") === true ? 6 : 4;
  const state = block.word("state")?.text;
  return {
    node,
    block,
    name: block.name,
    interfaceName: block.word("interface")?.text ?? "",
    vrid: block.number("virtual_router_id"),
    family,
    version: family === 6 ? 3 : (block.number("version") ?? globals?.number("vrrp_version") ?? 2),
    priority: block.number("priority") ?? (state === "MASTER" ? 255 : 100),
    state,
    advertInt: block.number("advert_int") ?? 1,
    strict: block.switch("strict_mode") ?? globals?.switch("vrrp_strict") ?? false,
    addresses,
    excluded: addressesOf(block, "virtual_ipaddress_excluded"),
    peers,
    source: source === undefined ? undefined : canonical(source),
    trackers: TRACKED.flatMap(([lines, definition]) => trackedBy(node, block, lines, definition)),
  };
}

const addressesOf = (block: Block, keyword: string): readonly Address[] =>
  block.lines(keyword).map(([at]) => ({ text: canonical(at.text), at }));

export function canonical(text: string): string {
  const [host = ""] = text.split("/");
  const address = parseIp(host);
  return address === undefined ? host : formatIp(address);
}

export function trackedBy(node: Node, block: Block, lines: string, definition: string): readonly Tracked[] {
  const definitions = blocksOf(node.statements, definition);
  return block.lines(lines).map(([at, ...options]) => {
    const defined = definitions.find(({ name }) => name === at.text);
    const own = options.findIndex(({ text }) => text === "weight");
    const written = own < 0 ? defined?.last("weight")?.args : options.slice(own + 1);
    const weight = Number(written?.[0]?.text ?? 0) || 0;
    // `reverse` turns up and down around, which is what the opposite sign does.
    return { name: at.text, weight: written?.[1]?.text === "reverse" ? -weight : weight, at };
  });
}

/** The priority while `failing` is down and everything else is up. */
export function effectivePriority({ priority, trackers }: Instance, failing?: Tracked): number {
  if (priority === 255) return 255;
  let sum = priority;
  for (const tracker of trackers) {
    const up = tracker !== failing;
    if (up ? tracker.weight > 0 : tracker.weight < 0) sum += tracker.weight;
  }
  return Math.max(1, Math.min(254, sum));
}

/** Instances of two nodes that are one virtual router: same VRID and family, and same interface where that decides. */
export function pairs(nodes: readonly Node[]): readonly (readonly [Instance, Instance])[] {
  const all = nodes.map(instancesOf);
  const found: (readonly [Instance, Instance])[] = [];
  for (const [index, mine] of all.entries()) {
    for (const others of all.slice(index + 1)) {
      for (const a of mine) {
        const candidates = others.filter((b) => b.vrid !== undefined && b.vrid === a.vrid && b.family === a.family);
        const b = candidates.find(({ interfaceName }) => interfaceName === a.interfaceName) ?? candidates[0];
        const several = mine.filter((other) => other.vrid === a.vrid && other.family === a.family).length > 1;
        if (b !== undefined && (!several || b.interfaceName === a.interfaceName)) found.push([a, b]);
      }
    }
  }
  return found;
}
