// Performs the effects of the VRRP router on the real network: raw sockets, ARP frames, addresses.
import { type SystemError, isSystemError } from "../host/system-error.js";
import type { EventLoop, Watch } from "../host/event-loop.js";
import type { PacketSocket } from "../host/packet-socket.js";
import type { AddressRefusal, Rtnl } from "../host/rtnl.js";
import { type VrrpSocket, openVrrpSocket } from "../host/vrrp-socket.js";
import { formatPrefix } from "../base/ip.js";
import type { RouterEffect } from "../vrrp/effects.js";
import type { Refusal, RouterEvent } from "../vrrp/events.js";

type Transmit = Extract<RouterEffect, { kind: "transmit" }>;
type Listen = Extract<RouterEffect, { kind: "listen" }>;
type Deliver = (event: RouterEvent) => void;

interface OpenSocket {
  readonly socket: VrrpSocket;
  readonly watch: Watch;
  readonly interfaceName: string;
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
  /** Where datagrams go: the engine. */
  receive: Deliver,
): VrrpHost {
  const sockets = new Map<number, OpenSocket>();

  const stopListening = (interfaceIndex: number): void => {
    const open = sockets.get(interfaceIndex);
    open?.watch.close();
    open?.socket.close();
    sockets.delete(interfaceIndex);
  };

  const listen = ({ interfaceIndex, interfaceName, groups }: Listen, deliver: Deliver): void => {
    stopListening(interfaceIndex);
    const socket = openVrrpSocket({ interfaceIndex, interfaceName, groups });
    if (isSystemError(socket)) {
      deliver({ kind: "refused", refusal: refusal("listen", socket, interfaceName, { interfaceIndex }) });
      return;
    }
    const watch = loop.watch(socket.fd, () => {
      socket.receive((bytes) => receive({ kind: "datagram", interfaceIndex, bytes }));
    });
    sockets.set(interfaceIndex, { socket, watch, interfaceName });
    deliver({ kind: "listening", interfaceIndex });
  };

  const transmit = (effect: Transmit, deliver: Deliver): void => {
    const open = sockets.get(effect.interfaceIndex);
    // A link without a socket is in FAULT for that reason already.
    if (open === undefined) return;
    const error = open.socket.transmit(effect.destination, effect.datagram);
    if (error === undefined) return;
    deliver({
      kind: "refused",
      refusal: refusal("transmit", error, open.interfaceName, { instance: effect.instance }),
    });
  };

  const perform = (effects: readonly RouterEffect[], deliver: Deliver): void => {
    for (const effect of effects) {
      switch (effect.kind) {
        case "listen":
          listen(effect, deliver);
          break;
        case "stopListening":
          stopListening(effect.interfaceIndex);
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
        case "announce": {
          const { sent, failure } = packets.send(effect.frames);
          if (failure !== undefined) {
            const subject = `${effect.frames.length - sent} of ${effect.frames.length} gratuitous ARPs`;
            const { instance } = effect;
            deliver({ kind: "refused", refusal: refusal("announce", failure, subject, { instance }) });
          }
          break;
        }
        default:
          break;
      }
    }
  };

  return {
    perform,
    close: () => {
      for (const interfaceIndex of [...sockets.keys()]) stopListening(interfaceIndex);
    },
  };
}

function refusal(
  effect: Refusal["effect"],
  error: SystemError,
  subject: string,
  about: Pick<Refusal, "instance" | "interfaceIndex">,
): Refusal {
  return { effect, syscall: error.syscall, errno: error.errno, code: error.code, subject, ...about };
}

function addressRefusal(
  effect: "installAddresses" | "removeAddresses",
  instance: string,
  { placed, error }: AddressRefusal,
): Refusal {
  const subject = `${formatPrefix(placed.address.prefix)} on ${placed.interfaceName}`;
  return refusal(effect, error, subject, { instance });
}
