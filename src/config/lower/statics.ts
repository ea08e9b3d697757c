// What is there whatever the state of any instance, and the instances that depend on the interfaces of it.
import type { StaticParams, TrackerParams } from "../../vrrp/params.js";
import type { RootConf } from "../conf.js";
import type { Scope } from "../table.js";
import { DEFAULT_INTERFACE } from "./network.js";
import { lowerRouting } from "./routing.js";

export function lowerStatics(conf: RootConf, scope: Scope): StaticParams {
  const { defaultInterface = DEFAULT_INTERFACE } = conf.globals.conf;
  return {
    addresses: conf.staticAddresses.map(({ address }) => ({
      ...address,
      interfaceName: address.interfaceName ?? defaultInterface,
    })),
    routing: lowerRouting(conf.staticRoutes, conf.staticRules, scope),
  };
}

/** `track_group`: an instance of the group is in FAULT while the interface of the static item is down. */
export function staticTrackers(instance: string, ownInterface: string, conf: RootConf): readonly TrackerParams[] {
  const names = new Set<string>();
  const inGroup = (group: string | undefined): boolean =>
    group !== undefined && (conf.trackGroups.get(group)?.conf.members ?? []).some(({ name }) => name === instance);
  for (const { address, trackGroup } of conf.staticAddresses) {
    if (inGroup(trackGroup) && address.interfaceName !== undefined) names.add(address.interfaceName);
  }
  for (const route of conf.staticRoutes) {
    if (!inGroup(route.trackGroup)) continue;
    for (const { interfaceName } of [route, ...route.nextHops])
      if (interfaceName !== undefined) names.add(interfaceName);
  }
  for (const { inputInterface, trackGroup } of conf.staticRules) {
    if (inGroup(trackGroup) && inputInterface !== undefined) names.add(inputInterface);
  }
  names.delete(ownInterface);
  return [...names].map((name) => ({ kind: "interface", name, weight: 0, reverse: false }));
}
