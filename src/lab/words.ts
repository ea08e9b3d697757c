// The lab's wording of what a daemon says: status/words.ts, cut down to what a newcomer wants to see.
import { micros, type Micros } from "../base/time.js";
import type { StatusEvent, StatusReply } from "../status/rpc.js";
import { describeComplaint, describeReason } from "../status/words.js";
import type { StateName } from "../vrrp/effects.js";
import type { EventTone, InstanceStatus } from "./view.js";

/** What the screen needs of a status; undefined before the vrrp process has shown its instance. */
export function condense({ instances, children, now }: StatusReply): InstanceStatus | undefined {
  const [instance] = instances;
  if (instance === undefined) return undefined;
  const masterDownInterval = micros(instance.masterDownIntervalMicros);
  const child = children.find(({ name }) => name === "vrrp");
  return {
    state: instance.state,
    sinceMilliseconds: Math.max(0, now - instance.since) / 1000,
    why:
      instance.abandonedAt === undefined
        ? describeReason(instance.reason, masterDownInterval)
        : "its vrrp process has ended; the supervisor starts another one",
    masterDownInterval,
    priority: instance.effectivePriority,
    advertsSent: instance.statistics.advertsSent,
    advertsReceived: instance.statistics.advertsReceived,
    ...(child?.pid !== undefined && { childPid: child.pid }),
    restarts: child?.restarts ?? 0,
  };
}

export interface Told {
  /** The state that was entered. */
  readonly state?: StateName;
  readonly text: string;
  readonly tone: EventTone;
}

/** An event of a daemon as a line of the list; undefined for what is no news here. */
export function eventInWords(event: StatusEvent, masterDownInterval?: Micros): Told | undefined {
  switch (event.kind) {
    case "transition":
      return { state: event.to, text: describeReason(event.reason, masterDownInterval), tone: "good" };
    case "child":
      return { text: `${event.child} process ${event.what}`, tone: "bad" };
    case "complaint":
      return { text: describeComplaint(event.about).text, tone: "bad" };
    case "reload":
      return { text: event.detail, tone: event.ok ? "good" : "bad" };
    case "groupTransition":
    case "bfd":
    case "bfdAbandoned":
    case "bfdComplaint":
    case "priority":
    case "script":
    case "file":
    case "process":
    case "hook":
      return undefined;
  }
}
