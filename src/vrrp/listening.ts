// Which links need a VRRP socket, and for which groups.
import { type IpAddress, formatIp, sameIp } from "../base/ip.js";
import type { RouterEffect } from "./effects.js";
import type { RouterStep, VrrpRouter } from "./vrrp-router.js";

/** Groups joined, by interface index. */
export type Listening = ReadonlyMap<number, readonly IpAddress[]>;

/** Opens what is missing and closes what nobody needs; `again` names links whose socket is to be opened anew. */
export function listen(router: VrrpRouter, again: ReadonlySet<number> = new Set()): RouterStep {
  const wanted = wantedGroups(router);
  const effects: RouterEffect[] = [];
  for (const interfaceIndex of router.listening.keys()) {
    if (!wanted.has(interfaceIndex)) effects.push({ kind: "stopListening", interfaceIndex });
  }
  for (const [interfaceIndex, groups] of wanted) {
    const link = router.world.links.get(interfaceIndex);
    if (link === undefined) continue;
    const open = router.listening.get(interfaceIndex);
    if (again.has(interfaceIndex) || open === undefined || groupNames(open) !== groupNames(groups)) {
      effects.push({ kind: "listen", interfaceIndex, interfaceName: link.name, groups });
    }
  }
  return effects.length === 0 ? { state: router, effects } : { state: { ...router, listening: wanted }, effects };
}

const groupNames = (groups: readonly IpAddress[]): string => groups.map(formatIp).sort().join(" ");

function wantedGroups(router: VrrpRouter): Listening {
  const wanted = new Map<number, IpAddress[]>();
  for (const { router: virtualRouter } of router.members) {
    const link = router.world.linksByName.get(virtualRouter.params.interfaceName);
    if (link === undefined || virtualRouter.phase.state === "stopped") continue;
    const { group } = virtualRouter.params;
    const groups = wanted.get(link.index);
    if (groups === undefined) wanted.set(link.index, [group]);
    else if (!groups.some((joined) => sameIp(joined, group))) groups.push(group);
  }
  return wanted;
}
