// The network of the lab: a bridge (the switch) with three cables, to node a, to node b and to the client.
//
//     node a  192.0.2.1 ──┐
//     node b  192.0.2.2 ──┼── switch        the virtual IP, 192.0.2.100, is on one of the two nodes
//     client  192.0.2.9 ──┘
//
// 192.0.2.0/24 is TEST-NET-1 of RFC 5737: it exists in documentation only.
import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from "node:child_process";
import type { NodeName } from "./script.js";

export const VIP = "192.0.2.100";

type HostName = NodeName | "client";
const addresses: Readonly<Record<HostName, string>> = { a: "192.0.2.1", b: "192.0.2.2", client: "192.0.2.9" };
const hosts: readonly HostName[] = ["a", "b", "client"];

const namespaceFile = (host: HostName): string => `/run/netns/${host}`;

/** Builds everything; throws with ip(8)'s own words when it cannot. */
export function buildNetwork(): void {
  ip([], ["link set lo up", "link add switch type bridge forward_delay 0 mcast_snooping 0", "link set switch up"]);
  for (const host of hosts) {
    ip([], [`netns add ${host}`, `link add name ${host} type veth peer name eth0 netns ${host}`]);
    ip([], [`link set dev ${host} master switch up`]);
    ip(["-n", host], ["link set lo up", `address add ${addresses[host]}/24 dev eth0`, "link set eth0 up"]);
  }
}

/** Pulls the cable of a host out of the switch, or puts it back: the host sees its carrier go and come. */
export function setCable(host: HostName, plugged: boolean): void {
  ip([], [`link set dev ${host} ${plugged ? "up" : "down"}`]);
}

/** Starts a program on a host. */
export function spawnOn(host: HostName, argv: readonly string[], options: SpawnOptions): ChildProcess {
  // nsenter(1) executes the program in its own place, so the child is the program itself.
  return spawn("nsenter", [`--net=${namespaceFile(host)}`, ...argv], options);
}

/** Tells whether the kernel of a node has the virtual IP, now and at every change. */
export function watchVip(node: NodeName, onChange: (present: boolean) => void): void {
  const monitor = spawnOn(node, ["ip", "-o", "-4", "monitor", "address"], { stdio: ["ignore", "pipe", "ignore"] });
  let pending = "";
  monitor.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (pending + chunk).split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) {
      if (line.includes(` ${VIP}/`)) onChange(!line.startsWith("Deleted"));
    }
  });
}

function ip(options: readonly string[], commands: readonly string[]): void {
  const input = `${commands.join("\n")}\n`;
  const outcome = spawnSync("ip", [...options, "-batch", "-"], { input, encoding: "utf8" });
  if (outcome.error !== undefined) {
    throw new Error(`The lab needs ip(8) of iproute2 and cannot run it: ${outcome.error.message}. Install iproute2.`);
  }
  if (outcome.status !== 0) {
    throw new Error(`The lab could not build its network.\n${outcome.stderr.trim()}\nin: ${commands.join("; ")}`);
  }
}
