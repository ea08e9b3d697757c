// Events of the daemon as one line each: what the log says and what `vipctl events` prints.
import { bfdStateWord, describeBfdChange, describeBfdComplaint } from "./bfd-words.js";
import type { StatusEvent } from "./rpc.js";
import { describeComplaint, describeReason, stateWord } from "./words.js";

export type EventLevel = "error" | "warn" | "info" | "debug";

/** The level of an event's log line; undefined where the supervisor itself says what it did, with what led to it. */
export function eventLevel(event: StatusEvent): EventLevel | undefined {
  switch (event.kind) {
    case "transition":
    case "groupTransition":
      return event.to === "fault" ? "warn" : "info";
    case "complaint":
      return "warn";
    case "script":
      return event.up ? "info" : "warn";
    case "file":
      return "info";
    case "process":
      return event.up ? "info" : "warn";
    case "hook":
      return event.ok ? "debug" : "warn";
    case "priority":
      return "info";
    case "bfd":
      return event.to === "up" || event.from !== "up" ? "info" : "warn";
    case "bfdAbandoned":
    case "bfdComplaint":
      return "warn";
    case "child":
    case "reload":
      return undefined;
  }
}

/** One line that explains itself. */
export function describeEvent(event: StatusEvent): string {
  switch (event.kind) {
    case "transition":
      return `(${event.instance}) Entering ${stateWord(event.to)} STATE: ${describeReason(event.reason)}`;
    case "groupTransition":
      return `VRRP_Group(${event.group}) Syncing instances to ${stateWord(event.to)} state, after (${event.instance}): ${describeReason(event.reason)}`;
    case "priority":
      return `(${event.instance}) Changing effective priority from ${event.from} to ${event.to}`;
    case "complaint": {
      const { text, remedy } = describeComplaint(event.about);
      return `${event.instance === undefined ? "" : `(${event.instance}) `}${text}; ${remedy}`;
    }
    case "script":
      return event.up
        ? `VRRP_Script(${event.script}) succeeded`
        : `VRRP_Script(${event.script}) failed (${event.detail})`;
    case "file":
      return `Track file ${event.file}: ${event.detail}`;
    case "process":
      return `Process ${event.process}: quorum ${event.up ? "gained" : "lost"}, ${event.detail}`;
    case "hook":
      return `(${event.instance ?? event.group ?? "?"}) notify script ${event.program} ${event.outcome}`;
    case "bfd":
      return `(${event.session}) Entering ${bfdStateWord(event.to)} state: ${describeBfdChange(event)}`;
    case "bfdAbandoned":
      return `(${event.session}) counts as down: its bfd process ended, and no other has brought the session up again in time`;
    case "bfdComplaint": {
      const { text, remedy } = describeBfdComplaint(event.about);
      return `${event.session === undefined ? "BFD: " : `(${event.session}) `}${text}; ${remedy}`;
    }
    case "child":
      return `${event.child} process ${event.what}`;
    case "reload":
      return event.ok ? `Reload complete: ${event.detail}` : `Reload refused, nothing was changed: ${event.detail}`;
  }
}
