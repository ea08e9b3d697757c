// The sockets through which virtual routers speak and hear, and the links that they and the addresses are on.
import { type IpAddress, formatIp, sameIp } from "../base/ip.js";
import type { Link } from "../wire/link.js";
import type { SocketIdentity } from "./effects.js";
import type { VirtualRouterParams } from "./params.js";
import type { World } from "./world.js";

/** Names a socket among all of them. */
export const socketName = ({ interfaceIndex, local, behindAh }: SocketIdentity): string =>
  `${interfaceIndex ?? "any"} ${formatIp(local)}${behindAh === true ? " AH" : ""}`;

export const sameSocket = (a: SocketIdentity, b: SocketIdentity): boolean =>
  a.interfaceIndex === b.interfaceIndex && a.behindAh === b.behindAh && sameIp(a.local, b.local);

/** The link that advertisements leave and arrive by; absent where unicast goes by whichever the route names. */
export const advertInterface = (params: VirtualRouterParams): string | undefined => params.interfaceName;

export function advertLink(params: VirtualRouterParams, world: World): Link | undefined {
  const name = advertInterface(params);
  return name === undefined ? undefined : world.linksByName.get(name);
}

/** Undefined while there is no such link, or for unicast no address to be bound to. */
export function socketOf(
  params: VirtualRouterParams,
  source: IpAddress | undefined,
  world: World,
): SocketIdentity | undefined {
  const { destination } = params;
  const local = destination.kind === "multicast" ? destination.group : source;
  if (local === undefined) return undefined;
  const identity = params.authentication.type === "ah" ? ({ local, behindAh: true } as const) : { local };
  if (advertInterface(params) === undefined) return identity;
  const link = advertLink(params, world);
  return link === undefined ? undefined : { interfaceIndex: link.index, ...identity };
}
