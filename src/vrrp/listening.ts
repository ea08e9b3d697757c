// Which VRRP sockets are needed.
import type { RouterEffect, SocketIdentity } from "./effects.js";
import { advertInterface, socketName, socketOf } from "./sockets.js";
import { linkOfInterface, sourceOf } from "./source.js";
import type { RouterStep, VrrpRouter } from "./vrrp-router.js";

/** Sockets that are open, or have been asked for, by name. */
export type Listening = ReadonlyMap<string, WantedSocket>;

interface WantedSocket {
  readonly socket: SocketIdentity;
  readonly interfaceName?: string;
}

/** Opens what is missing; `again` names sockets that are to be opened anew. */
export function listen(router: VrrpRouter, again: ReadonlySet<string> = new Set()): RouterStep {
  const effects: RouterEffect[] = [];
  const listening = new Map(router.listening);
  for (const [name, wanted] of wantedSockets(router)) {
    if (listening.has(name) && !again.has(name)) continue;
    listening.set(name, wanted);
    effects.push({ kind: "listen", ...wanted });
  }
  return effects.length === 0 ? { state: router, effects } : { state: { ...router, listening }, effects };
}

/** Closes what nobody needs any more; last, so that a resignation still finds its socket. */
export function stopListening(router: VrrpRouter): RouterStep {
  const wanted = wantedSockets(router);
  const surplus = [...router.listening].filter(([name]) => !wanted.has(name));
  if (surplus.length === 0) return { state: router, effects: [] };
  const listening = new Map([...router.listening].filter(([name]) => wanted.has(name)));
  const refusedSockets = new Map([...router.world.refusedSockets].filter(([name]) => wanted.has(name)));
  return {
    state: { ...router, listening, world: { ...router.world, refusedSockets } },
    effects: surplus.map(([, { socket }]) => ({ kind: "stopListening", socket })),
  };
}

function wantedSockets({ members, world, virtual }: VrrpRouter): Listening {
  const wanted = new Map<string, WantedSocket>();
  for (const { router } of members) {
    const { params, phase } = router;
    if (phase.state === "stopped") continue;
    const source = sourceOf(params, world, linkOfInterface(params, world), virtual).address;
    const socket = socketOf(params, source, world);
    if (socket === undefined) continue;
    const interfaceName = advertInterface(params);
    wanted.set(socketName(socket), { socket, ...(interfaceName !== undefined && { interfaceName }) });
  }
  return wanted;
}
