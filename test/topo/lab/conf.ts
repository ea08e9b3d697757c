// Writes the keepalived.conf of a scenario: what the scenario is about stands in its call, the rest is here.

export interface InstanceConf {
  readonly name?: string;
  readonly interface?: string;
  readonly vrid?: number;
  readonly priority: number;
  /** Seconds. A tenth by default, so that nobody waits where the interval does not matter. */
  readonly advertInt?: number;
  readonly version?: 2 | 3;
  readonly addresses?: readonly string[];
  /** Further lines of the block, as they are. */
  readonly lines?: readonly string[];
}

/** The address that every scenario with one instance is about. */
export const VIP = "10.9.0.100";

/**
 * The suite shares its processors with others, and an interval of a tenth of a second leaves 0.3 s until a delay becomes
 * an election: so the vrrp processes come first. No vrrp_rt_priority: with it keepalived is killed by its own limit of
 * 10 ms (vrrp_rlimit_rttime) whenever the machine is slow.
 */
const GLOBALS = ["router_id topo", "script_user root", "vrrp_priority -20"];

export const conf = (...instances: readonly InstanceConf[]): string => confWith([], ...instances);

/** As {@link conf}, with blocks before the instances, such as vrrp_script. */
export function confWith(blocks: readonly string[], ...instances: readonly InstanceConf[]): string {
  return [block("global_defs", GLOBALS), ...blocks, ...instances.map(instanceBlock)].join("\n");
}

export const block = (title: string, lines: readonly string[]): string =>
  [`${title} {`, ...lines.map((line) => `    ${line}`), "}", ""].join("\n");

function instanceBlock(instance: InstanceConf): string {
  return block(`vrrp_instance ${instance.name ?? "VI_1"}`, [
    `interface ${instance.interface ?? "eth0"}`,
    `virtual_router_id ${instance.vrid ?? 51}`,
    `priority ${instance.priority}`,
    `advert_int ${instance.advertInt ?? 0.1}`,
    `version ${instance.version ?? 3}`,
    ...(instance.lines ?? []),
    "virtual_ipaddress {",
    ...(instance.addresses ?? [`${VIP}/24`]).map((address) => `    ${address}`),
    "}",
  ]);
}
