// Which virtual router of one configuration is which of another.
import { formatIp } from "../base/ip.js";
import type { VirtualRouterParams } from "./params.js";

/** A virtual router is the same one as long as these agree; its name and its peers may change. */
const identity = ({ interfaceName, vrid, family, destination, sourceAddress }: VirtualRouterParams): string => {
  const from = sourceAddress === undefined ? "" : formatIp(sourceAddress);
  const to = destination.kind === "multicast" ? formatIp(destination.group) : `unicast ${from}`;
  return [interfaceName ?? "", vrid, family, to].join(" ");
};

/** As {@link identity}; unicast instances that differ in nothing but their peers are told apart by their names. */
export function identities(
  ...lists: readonly (readonly VirtualRouterParams[])[]
): (params: VirtualRouterParams) => string {
  const shared = new Set<string>();
  for (const list of lists) {
    const seen = new Set<string>();
    for (const params of list) {
      const key = identity(params);
      if (seen.has(key)) shared.add(key);
      seen.add(key);
    }
  }
  return (params) => (shared.has(identity(params)) ? `${identity(params)} ${params.name}` : identity(params));
}
