// The lab's wording of what a daemon says.
import type { StatusEvent } from "../status/rpc.js";
import type { InstanceView } from "../status/views.js";
import type { EventTone } from "./view.js";

/** Why an instance is in its state. */
export const stateInWords = (instance: InstanceView): string => instance.reason.code;

/** An event of a daemon as a line of the list; undefined for what a newcomer need not see. */
export function eventInWords(event: StatusEvent): { readonly text: string; readonly tone: EventTone } | undefined {
  switch (event.kind) {
    case "transition": {
      const text = `${event.from.toUpperCase()} → ${event.to.toUpperCase()}: ${event.reason.code}`;
      return { text, tone: event.to === "fault" ? "bad" : "good" };
    }
    case "child":
      return { text: `${event.child} process: ${event.what}`, tone: "bad" };
    case "complaint":
    case "priority":
    case "script":
    case "hook":
    case "reload":
      return undefined;
  }
}
