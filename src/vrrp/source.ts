// The address that advertisements are sent from, and what is wrong where there is none.
//
// IPv6 advertisements to the group come from a link-local address (RFC 5798 §5.1.2.1, RFC 9568 §5.1.2.1); unicast ones
// from an address that the peers can reach.
import { type IpAddress, formatIp, isLinkLocal } from "../base/ip.js";
import { type Link, type LinkAddress, isDuplicate, isTentative } from "../wire/link.js";
import { OWNER_PRIORITY } from "./election.js";
import type { FaultCause } from "./events.js";
import type { VirtualRouterParams } from "./params.js";
import { type World, findAddress } from "./world.js";

export interface Source {
  readonly address?: IpAddress;
  readonly causes: readonly FaultCause[];
}

/** The link of `interface`. */
export const linkOfInterface = ({ interfaceName }: VirtualRouterParams, world: World): Link | undefined =>
  interfaceName === undefined ? undefined : world.linksByName.get(interfaceName);

/** `link` is that of `interface`; `virtual` has the text forms of all virtual addresses: none of them is a source. */
export function sourceOf(
  params: VirtualRouterParams,
  world: World,
  link: Link | undefined,
  virtual: ReadonlySet<string>,
): Source {
  if (params.sourceAddress !== undefined) return written(params, params.sourceAddress, world, link);
  if (link === undefined) return { causes: [] };
  const usual = primary(params, world, link, virtual);
  // Only the address owner may speak from a virtual address.
  return usual.address !== undefined || params.priority !== OWNER_PRIORITY
    ? usual
    : primary(params, world, link, new Set());
}

/** The line of the configuration decides; a unicast socket is bound to the address, so there it must be present. */
function written(params: VirtualRouterParams, address: IpAddress, world: World, link: Link | undefined): Source {
  const { interfaceName } = params;
  const mustBeThere = params.trackSourceAddress || params.destination.kind === "unicast";
  const found = findAddress(world, address, link);
  if (found !== undefined) return checked(found, interfaceName);
  if (!mustBeThere) return { address, causes: [] };
  const cause: FaultCause = {
    kind: "sourceAddressMissing",
    address: formatIp(address),
    ...(interfaceName !== undefined && { interfaceName }),
  };
  return params.destination.kind === "unicast" ? { causes: [cause] } : { address, causes: [cause] };
}

/** The first address of the link that suits; where duplicate address detection has not let it go, that is said. */
function primary(params: VirtualRouterParams, world: World, link: Link, virtual: ReadonlySet<string>): Source {
  const all = world.addresses.get(link.index) ?? [];
  const isOwn = ({ prefix: { address } }: LinkAddress): boolean =>
    address.family === params.family && !virtual.has(formatIp(address));
  const isUsable = (known: LinkAddress): boolean => !isTentative(known) && !isDuplicate(known);
  // Every instance asks after all news of any address: over IPv4 the first that suits ends the search.
  const suitable = params.family === 4 ? [] : ofScope(all.filter(isOwn), params);
  const usable =
    params.family === 4
      ? (all.find((known) => isUsable(known) && isOwn(known)) ?? all.find(isOwn))
      : (suitable.find(isUsable) ?? suitable[0]);
  if (usable !== undefined) return checked(usable, link.name);
  return { causes: [{ kind: "noSourceAddress", interfaceName: link.name, family: params.family }] };
}

/** Peers that are not on the link cannot be reached from a link-local address; where there is no other, it is tried. */
function ofScope(addresses: readonly LinkAddress[], { destination }: VirtualRouterParams): readonly LinkAddress[] {
  const linkLocal = addresses.filter(({ prefix: { address } }) => isLinkLocal(address));
  if (destination.kind === "multicast" || destination.peers.some(({ address }) => isLinkLocal(address))) {
    return linkLocal;
  }
  const others = addresses.filter((known) => !linkLocal.includes(known));
  return others.length > 0 ? others : linkLocal;
}

function checked(known: LinkAddress, interfaceName: string | undefined): Source {
  const { address } = known.prefix;
  if (!isTentative(known) && !isDuplicate(known)) return { address, causes: [] };
  const cause: FaultCause = {
    kind: isDuplicate(known) ? "sourceAddressDuplicate" : "sourceAddressTentative",
    address: formatIp(address),
    ...(interfaceName !== undefined && { interfaceName }),
  };
  return { causes: [cause] };
}
