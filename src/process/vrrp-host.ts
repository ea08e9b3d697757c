// Performs the effects of the VRRP router on the real network: raw sockets, ARP frames, addresses, routes.
import { type SystemError, isSystemError } from "../host/system-error.js";
import type { EventLoop, Watch } from "../host/event-loop.js";
import type { PacketSocket } from "../host/packet-socket.js";
import type { AddressRefusal, Rtnl } from "../host/rtnl.js";
import { type VrrpSocket, openVrrpSocket } from "../host/vrrp-socket.js";
import { formatIp, formatPrefix } from "../base/ip.js";
import type { RouterEffect } from "../vrrp/effects.js";
import type { Refusal, RouterEvent } from "../vrrp/events.js";
import { socketName } from "../vrrp/sockets.js";
import { multicastFrame } from "../wire/ethernet.js";
import type { FootingHost } from "./footing-host.js";

type Transmit = Extract<RouterEffect, { kind: "transmit" }>;
type Listen = Extract<RouterEffect, { kind: "listen" }>;
type Deliver = (event: RouterEvent) => void;

interface OpenSocket {
  readonly socket: VrrpSocket;
  readonly watch: Watch;
}

export interface VrrpHost {
  /** Performs effects in order; refusals and answers go to `deliver`. */
  perform(effects: readonly RouterEffect[], deliver: Deliver): void;
  close(): void;
}

export function createVrrpHost(
  loop: EventLoop,
  rtnl: Rtnl,
  packets: PacketSocket,
  footing: FootingHost,
  /** Where datagrams go: the engine. */
  receive: Deliver,
): VrrpHost {
  /** By socket name. */
  const sockets = new Map<string, OpenSocket>();

  const stopListening = (name: string): void => {
    const open = sockets.get(name);
    open?.watch.close();
    open?.socket.close();
    sockets.delete(name);
  };

  const listen = ({ socket: identity, interfaceName }: Listen, deliver: Deliver): void => {
    stopListening(socketName(identity));
    const socket = openVrrpSocket({ socket: identity, ...(interfaceName !== undefined && { interfaceName }) });
    if (isSystemError(socket)) {
      const local = formatIp(identity.local);
      const subject = interfaceName === undefined ? local : `${local} on ${interfaceName}`;
      deliver({ kind: "refused", refusal: refusal("listen", socket, subject, { socket: identity }) });
      return;
    }
    const watch = loop.watch(socket.fd, () => {
      socket.receive((bytes) => receive({ kind: "datagram", socket: identity, bytes }));
    });
    sockets.set(socketName(identity), { socket, watch });
    deliver({ kind: "listening", socket: identity });
  };

  /** With a source MAC address of its own, a datagram is sent as a frame. */
  const send = ({ socket, sourceMac, destination, datagram }: Transmit): SystemError | undefined => {
    const { interfaceIndex } = socket;
    if (sourceMac !== undefined && interfaceIndex !== undefined) {
      return packets.send([{ interfaceIndex, frame: multicastFrame(sourceMac, destination, datagram) }]).failure;
    }
    // Where there is no socket, the instance is in FAULT for that reason already.
    return sockets.get(socketName(socket))?.socket.transmit(destination, datagram);
  };

  const transmit = (effect: Transmit, deliver: Deliver): void => {
    const { destination, instance } = effect;
    const error = send(effect);
    if (error === undefined) return;
    const subject = `an advertisement to ${formatIp(destination)}`;
    deliver({ kind: "refused", refusal: refusal("transmit", error, subject, { instance }) });
  };

  const perform = (effects: readonly RouterEffect[], deliver: Deliver): void => {
    for (const effect of effects) {
      switch (effect.kind) {
        case "listen":
          listen(effect, deliver);
          break;
        case "stopListening":
          stopListening(socketName(effect.socket));
          break;
        case "transmit":
          transmit(effect, deliver);
          break;
        case "installAddresses":
        case "removeAddresses": {
          const { kind, instance, addresses } = effect;
          const refusals = kind === "installAddresses" ? rtnl.add(addresses) : rtnl.remove(addresses);
          for (const refused of refusals)
            deliver({ kind: "refused", refusal: addressRefusal(kind, instance, refused) });
          break;
        }
        case "installRouting":
        case "removeRouting": {
          const { instance, items, checking } = effect;
          const outcomes = effect.kind === "installRouting" ? rtnl.install(items) : rtnl.uninstall(items);
          deliver({ kind: "routingDone", ...(instance !== undefined && { instance }), checking, outcomes });
          break;
        }
        case "announce": {
          const { sent, failure } = packets.send(effect.frames);
          if (failure !== undefined) {
            const subject = `${effect.frames.length - sent} of ${effect.frames.length} announcements (gratuitous ARP, neighbour advertisement)`;
            const { instance } = effect;
            deliver({ kind: "refused", refusal: refusal("announce", failure, subject, { instance }) });
          }
          break;
        }
        case "createLink":
        case "removeLink":
        case "switchLinks":
        case "tune":
        case "filter":
          footing.perform(effect, deliver);
          break;
        default:
          break;
      }
    }
  };

  return {
    perform,
    close: () => {
      footing.close();
      for (const name of [...sockets.keys()]) stopListening(name);
    },
  };
}

function refusal(
  effect: Refusal["effect"],
  error: SystemError,
  subject: string,
  about: Pick<Refusal, "instance" | "socket">,
): Refusal {
  return { effect, syscall: error.syscall, errno: error.errno, code: error.code, subject, ...about };
}

function addressRefusal(
  effect: "installAddresses" | "removeAddresses",
  instance: string | undefined,
  { placed, error }: AddressRefusal,
): Refusal {
  const subject = `${formatPrefix(placed.address.prefix)} on ${placed.interfaceName}`;
  return refusal(effect, error, subject, instance === undefined ? {} : { instance });
}
