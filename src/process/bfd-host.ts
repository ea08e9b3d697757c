// Performs the effects of the BFD speaker on the real network.
import { type BfdSender, openBfdReceiver, openBfdSender } from "../host/bfd-socket.js";
import type { EventLoop } from "../host/event-loop.js";
import { isSystemError } from "../host/system-error.js";
import type { SpeakerEffect } from "../bfd/effects.js";
import type { Port, SpeakerEvent } from "../bfd/events.js";
import { portKey } from "../bfd/speaker.js";
import { BFD_MULTIHOP_PORT, BFD_PORT } from "../wire/bfd.js";

type Deliver = (event: SpeakerEvent) => void;

export interface BfdHost {
  /** Performs effects in order; refusals go to `deliver`. */
  perform(effects: readonly SpeakerEffect[], deliver: Deliver): void;
  /** Takes in what has arrived: to be called before a deadline is served. */
  receiveAll(): void;
  close(): void;
}

/** `receive` is where packets go: the engine. */
export function createBfdHost(loop: EventLoop, receive: Deliver): BfdHost {
  const listening = new Map<string, { readonly receive: () => void; readonly close: () => void }>();
  const senders = new Map<string, BfdSender>();

  const stopListening = (key: string): void => {
    listening.get(key)?.close();
    listening.delete(key);
  };

  const listen = (port: Port, deliver: Deliver): void => {
    stopListening(portKey(port));
    const { family, multihop } = port;
    const receiver = openBfdReceiver(family, multihop ? BFD_MULTIHOP_PORT : BFD_PORT);
    if (isSystemError(receiver)) {
      const { syscall, code } = receiver;
      deliver({ kind: "refused", refusal: { effect: "listen", port, syscall, code } });
      return;
    }
    const take = (): void => {
      receiver.receive((datagram) => {
        receive({ kind: "packet", multihop, ...datagram });
      });
    };
    const watch = loop.watch(receiver.fd, take);
    listening.set(portKey(port), {
      receive: take,
      close: () => {
        watch.close();
        receiver.close();
      },
    });
  };

  const closeSender = (session: string): void => {
    senders.get(session)?.close();
    senders.delete(session);
  };

  const open = (effect: Extract<SpeakerEffect, { kind: "open" }>, deliver: Deliver): void => {
    const { session, neighbor, source, ttl } = effect;
    closeSender(session);
    const sender = openBfdSender({ family: neighbor.family, ...(source !== undefined && { source }), ttl });
    if (!isSystemError(sender)) {
      senders.set(session, sender);
      return;
    }
    const { syscall, code } = sender;
    deliver({ kind: "refused", refusal: { effect: "open", session, syscall, code } });
  };

  const transmit = (effect: Extract<SpeakerEffect, { kind: "transmit" }>, deliver: Deliver): void => {
    const { session, destination, port, bytes } = effect;
    // Without a socket there is an obstacle already.
    const refused = senders.get(session)?.send(destination, port, bytes);
    if (refused === undefined) return;
    const { syscall, code } = refused;
    deliver({ kind: "refused", refusal: { effect: "transmit", session, syscall, code } });
  };

  return {
    perform(effects, deliver) {
      for (const effect of effects) {
        switch (effect.kind) {
          case "listen":
            listen(effect.port, deliver);
            break;
          case "stopListening":
            stopListening(portKey(effect.port));
            break;
          case "open":
            open(effect, deliver);
            break;
          case "close":
            closeSender(effect.session);
            break;
          case "transmit":
            transmit(effect, deliver);
            break;
          case "changed":
          case "complain":
          case "finished":
            break;
        }
      }
    },
    receiveAll() {
      for (const { receive: take } of listening.values()) take();
    },
    close() {
      for (const key of [...listening.keys()]) stopListening(key);
      for (const session of [...senders.keys()]) closeSender(session);
    },
  };
}
