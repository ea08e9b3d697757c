// The vrrp process's side of the conversation with the supervisor (supervise/messages.ts).
import type { FromVrrp, ToVrrp } from "../supervise/messages.js";
import type { RouterEffect } from "../vrrp/effects.js";

const types: ReadonlySet<unknown> = new Set<ToVrrp["type"]>(["configure", "tracker", "clearStatistics", "shutdown"]);

/** Both ends are of one build, so the type of a message vouches for the rest of it. */
export const isToVrrp = (value: unknown): value is ToVrrp =>
  typeof value === "object" && value !== null && "type" in value && types.has(value.type);

/** What the supervisor is told of an effect; undefined for those that are nobody else's business. */
export function messageOf(effect: RouterEffect): FromVrrp | undefined {
  switch (effect.kind) {
    case "transition": {
      const { instance, from, to, reason, priority, at } = effect;
      return { type: "transition", instance, from, to, reason, priority, at };
    }
    case "groupTransition": {
      const { group, from, to, instance, reason, at } = effect;
      return { type: "groupTransition", group, from, to, instance, reason, at };
    }
    case "priority":
      return { type: "priority", instance: effect.instance, from: effect.from, to: effect.to };
    case "lowerPriorityHeard":
      return {
        type: "lowerPriorityHeard",
        instance: effect.instance,
        from: effect.from,
        priority: effect.priority,
      };
    case "complain":
      return {
        type: "complaint",
        ...(effect.instance !== undefined && { instance: effect.instance }),
        about: effect.about,
      };
    case "listen":
    case "stopListening":
    case "transmit":
    case "installAddresses":
    case "removeAddresses":
    case "installRouting":
    case "removeRouting":
    case "announce":
    case "createLink":
    case "removeLink":
    case "switchLinks":
    case "tune":
    case "filter":
    case "finished":
      return undefined;
  }
}
