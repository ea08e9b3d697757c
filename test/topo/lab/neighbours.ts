// What one host knows of another: where the frames for an address go, and whether it answers.
import { ip } from "./commands.js";
import type { Host } from "./host.js";

const TIMED_OUT = "124";

/**
 * "open" or "refused": the machine with the address has answered. "silent": nobody has, within a second. Port 9 is
 * served by nobody, so an answer is a refusal.
 */
export async function knock(host: Host, address: string, port = 9): Promise<"open" | "refused" | "silent"> {
  const probe = `timeout 1 bash -c ': > /dev/tcp/${address}/${port}' 2>/dev/null; echo $?`;
  const status = (await host.run("bash", "-c", probe)).trim();
  if (status === "0") return "open";
  return status === TIMED_OUT ? "silent" : "refused";
}

/** The MAC address that the host has learned for an address; undefined when it knows none. */
export async function neighbour(host: Host, address: string): Promise<string | undefined> {
  const line = await host.ip(`neighbour show ${address}`);
  return / lladdr (\S+)/.exec(line)?.[1];
}

export const forgetNeighbours = (host: Host): Promise<string> => host.ip("neighbour flush all");

/** Names of the links of a host. */
export async function linkNames(host: Host): Promise<string[]> {
  const lines = await ip(`-n ${host.namespace} -oneline link show`);
  return [...lines.matchAll(/^\d+: ([^:@]+)/gm)].map((match) => match[1] ?? "").sort();
}

/** Settings of the network that macvlans make different, as `path value` a line. */
export const kernelSettings = (host: Host): Promise<string> =>
  host.run(
    "bash",
    "-c",
    "cd /proc/sys/net/ipv4 && grep -H . conf/*/{arp_*,rp_filter,accept_local,promote_secondaries}",
  );
