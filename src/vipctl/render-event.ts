// `vipctl events`: one line an event.
import { describeEvent, eventLevel } from "../status/event-text.js";
import type { StatusEvent } from "../status/rpc.js";
import type { Paint, Style } from "./style.js";

/** "   42  2026-11-21 00:10:44.577  (VI_1) Entering MASTER STATE: ..." */
export function renderEvent(event: StatusEvent, style: Style): string {
  const number = String(event.sequence).padStart(5);
  return `${style.dim(`${number}  ${localTime(new Date(event.time))}`)}  ${paintOf(event, style)(describeEvent(event))}\n`;
}

function paintOf(event: StatusEvent, style: Style): Paint {
  if (event.kind === "transition") return style.state[event.to];
  if (event.kind === "reload") return event.ok ? (text) => text : style.bad;
  const level = eventLevel(event);
  return level === "warn" || level === "error" ? style.warning : (text) => text;
}

function localTime(time: Date): string {
  const milliseconds = String(time.getMilliseconds()).padStart(3, "0");
  // Sweden writes dates as ISO 8601 does.
  return `${time.toLocaleString("sv-SE")}.${milliseconds}`;
}
