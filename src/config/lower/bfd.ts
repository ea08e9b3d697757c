// bfd_instance: what can run becomes a session; what cannot is dropped, and so are the lines that track it.
import { type IpAddress, formatIp } from "../../base/ip.js";
import type { BfdSessionParams } from "../../bfd/params.js";
import type { SchedulingParams } from "../../supervise/params.js";
import type { BfdConf, GlobalConf, RootConf } from "../conf.js";
import type { Report } from "../diagnostics.js";
import { type Scope, type Section, placeOf } from "../table.js";

/** keepalived's defaults for what is sent: RFC 5881 §5 asks for 255 in both families. */
const IPV4_TTL = 255;
const IPV6_HOP_LIMIT = 64;
const RFC_HOP_LIMIT = 255;
/** `max_hops` -1 and 255: packets may have come any way. */
const ANY_HOPS: ReadonlySet<number> = new Set([-1, 255]);

export interface LoweredBfd {
  readonly section: Section<BfdConf>;
  readonly params: BfdSessionParams;
}

export function lowerBfds(conf: RootConf, scope: Scope): readonly LoweredBfd[] {
  const lowered: LoweredBfd[] = [];
  for (const section of conf.bfds.values()) {
    const params = lowerBfd(section, lowered, scope);
    if (params !== undefined) lowered.push({ section, params });
  }
  return lowered;
}

function lowerBfd(
  section: Section<BfdConf>,
  others: readonly LoweredBfd[],
  { report }: Scope,
): BfdSessionParams | undefined {
  const { conf } = section;
  const { name, neighbor, source, minRx, minTx, idleTx, multiplier, passive, multihop } = conf;
  if (neighbor === undefined) return undefined;
  if (source !== undefined && source.family !== neighbor.family) {
    report.add(
      "wrongFamily",
      section.header.block?.close ?? placeOf(section, "source_ip"),
      `source_ip ${formatIp(source)} is no IPv${neighbor.family} address like the neighbour ${formatIp(neighbor)}; bfd_instance ${name} is ignored`,
      "write an address of the same family",
    );
    return undefined;
  }
  const same = others.find(({ params }) => formatIp(params.neighbor) === formatIp(neighbor));
  if (same !== undefined) {
    report.add(
      "duplicateAddress",
      placeOf(section, "neighbor_ip"),
      `${formatIp(neighbor)} is already the neighbour of bfd_instance ${same.params.name}; ${name} is ignored`,
      "track that one wherever this one is tracked",
    );
    return undefined;
  }
  checkHops(section, neighbor, report);
  return {
    name,
    neighbor,
    ...(source !== undefined && { source }),
    minRx,
    minTx,
    idleTx,
    multiplier,
    passive,
    multihop,
    ...hops(section, neighbor),
  };
}

const expectedTtl = ({ ttl }: BfdConf, { family }: IpAddress): number =>
  ttl ?? (family === 4 ? IPV4_TTL : IPV6_HOP_LIMIT);

function checkHops(section: Section<BfdConf>, neighbor: IpAddress, report: Report): void {
  const { maxHops = 0 } = section.conf;
  const ttl = expectedTtl(section.conf, neighbor);
  if (ANY_HOPS.has(maxHops) || maxHops <= ttl) return;
  report.add(
    "adjusted",
    placeOf(section, "max_hops"),
    `max_hops ${maxHops} is more than the ttl ${ttl}; any number of hops is accepted`,
    `write 0..${ttl}`,
  );
}

/**
 * keepalived sends IPv6 with a hop limit of 64 unless told otherwise, and accepts 64 then; routers that follow the RFC
 * drop that. So we send 255, which all of them accept, and accept what an untold keepalived sends.
 */
function hops({ conf }: Section<BfdConf>, neighbor: IpAddress): Pick<BfdSessionParams, "ttl" | "minTtl"> {
  const ttl = conf.ttl ?? (neighbor.family === 4 ? IPV4_TTL : RFC_HOP_LIMIT);
  const allowed = conf.maxHops ?? 0;
  return { ttl, minTtl: ANY_HOPS.has(allowed) ? 0 : Math.max(0, expectedTtl(conf, neighbor) - allowed) };
}

export const lowerBfdScheduling = (globals: GlobalConf): SchedulingParams => ({
  ...(globals.bfdRtPriority !== undefined && { realtimePriority: globals.bfdRtPriority }),
  ...(globals.bfdRlimitRttime !== undefined && { realtimeLimit: globals.bfdRlimitRttime }),
  nice: globals.bfdNice ?? 0,
  lockMemory: globals.bfdNoSwap ?? false,
  cpus: globals.bfdCpuAffinity ?? [],
});
