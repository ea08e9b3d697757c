// The state of one virtual router, and how its state files move it. `state-machine.ts` has the step.
//
// RFC 9568 says Active where RFC 5798 and keepalived say Master; this code says master everywhere.
import { type Instant, type Micros, earliest } from "../base/time.js";
import type { IpAddress } from "../base/ip.js";
import type { Step } from "../base/machine.js";
import type { Announcement } from "./announce.js";
import { OWNER_PRIORITY } from "./election.js";
import type { Reason, StateName, VrrpEffect } from "./effects.js";
import type { FaultCause } from "./events.js";
import type { VirtualRouterParams } from "./params.js";
import { type Statistics, noStatistics } from "./statistics.js";

export type Phase =
  | { readonly state: "initialize" }
  | { readonly state: "fault" }
  | {
      readonly state: "backup";
      /** Master_Adver_Interval: learned from the master in version 3, our own in version 2. */
      readonly masterAdverInterval: Micros;
      /** Master_Down_Timer fires. */
      readonly masterDownAt: Instant;
      /** Why the timer runs out, when it is not silence: told as the reason of the transition. */
      readonly expecting?: "resignation" | "preemption";
      /** preempt_delay: a lower priority master is tolerated until then. */
      readonly preemptAfter?: Instant;
    }
  | {
      readonly state: "master";
      /** Adver_Timer fires: an absolute schedule, so that it does not drift by our own lateness. */
      readonly adverAt: Instant;
      /** Lower priority advertisements are not answered again before this. */
      readonly answerAgainAt: Instant;
      readonly announcements: readonly Announcement[];
      /** Another address owner, of a lower address, that does not yield to us (yet). */
      readonly rival?: { readonly address: IpAddress; readonly lastHeard: Instant; readonly patienceUntil: Instant };
    }
  | { readonly state: "stopped" };

export type BackupPhase = Extract<Phase, { state: "backup" }>;
export type MasterPhase = Extract<Phase, { state: "master" }>;

/** The router whose advertisement was accepted last. */
export interface HeardMaster {
  readonly address: IpAddress;
  readonly priority: number;
  readonly lastHeard: Instant;
}

export interface VirtualRouter {
  readonly params: VirtualRouterParams;
  /** Effective priority: the base moved by tracker weights. */
  readonly priority: number;
  /** The address that advertisements carry as their source; absent while the interface has none. */
  readonly source?: IpAddress;
  readonly causes: readonly FaultCause[];
  readonly phase: Phase;
  /** When and why the current state was entered. */
  readonly since: Instant;
  readonly reason: Reason;
  readonly heard?: HeardMaster;
  /** An address owner that has made way for another one, which does not yield: it has priority 254 until that is gone. */
  readonly conceded?: true;
  readonly statistics: Statistics;
}

export type VrrpStep = Step<VirtualRouter, VrrpEffect>;

export const newVirtualRouter = (params: VirtualRouterParams, now: Instant): VirtualRouter => ({
  params,
  priority: params.priority,
  causes: [],
  phase: { state: "initialize" },
  since: now,
  reason: { code: "startup" },
  statistics: noStatistics,
});

/** The earliest deadline: Master_Down_Timer, Adver_Timer or an announcement. */
export function nextDue(router: VirtualRouter): Instant | undefined {
  const { phase } = router;
  if (phase.state === "backup") return phase.masterDownAt;
  if (phase.state !== "master") return undefined;
  let due: Instant | undefined = phase.adverAt;
  for (const announcement of phase.announcements) due = earliest(due, announcement.at);
  return due;
}

/** No change and nothing to do. */
export const stay = (router: VirtualRouter): VrrpStep => ({ state: router, effects: [] });

/** Enters `phase`; the transition is the last effect, so that hooks run when the work is done. */
export function enter(
  router: VirtualRouter,
  phase: Phase,
  reason: Reason,
  now: Instant,
  effects: readonly VrrpEffect[],
): VrrpStep {
  const from: StateName = router.phase.state;
  return {
    state: { ...router, phase, since: now, reason },
    effects: [...effects, { kind: "transition", from, to: phase.state, reason }],
  };
}

/** What every state does alike with a changed priority: it counts from the next comparison on. */
export function changePriority(router: VirtualRouter, priority: number): VrrpStep {
  const unchanged = router.conceded === true ? OWNER_PRIORITY : router.priority;
  if (priority === unchanged) return stay(router);
  const { conceded, ...rest } = router;
  return { state: { ...rest, priority }, effects: [{ kind: "priority", from: router.priority, to: priority }] };
}
