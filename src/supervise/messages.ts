// What the supervisor and a child say to each other: one JSON message a line over a stream socket pair.
import type { Instant } from "../base/time.js";
import type { Complaint, Reason, StateName, TunedSetting } from "../vrrp/effects.js";
import type { Resumption, StartTimes } from "../vrrp/events.js";
import type { ReportedTrackerKind, VrrpRouterParams } from "../vrrp/params.js";
import type { GroupView, InstanceView, ProcessView } from "../status/views.js";
import type { SchedulingParams } from "./params.js";

export type ToVrrp =
  /** The first message; again at every reload. */
  | {
      readonly type: "configure";
      readonly params: VrrpRouterParams;
      readonly scheduling: SchedulingParams;
      readonly resume: readonly Resumption[];
      /** What a predecessor that died was configured with, where that was something else. */
      readonly leftBy?: VrrpRouterParams;
      /** What the start delays count from. */
      readonly since: StartTimes;
      /** Settings of the kernel that a predecessor has changed and not put back. */
      readonly tuned: readonly TunedSetting[];
    }
  /** The verdict on something tracked outside the vrrp process: all that are known after `configure`, then changes. */
  | {
      readonly type: "tracker";
      readonly tracker: ReportedTrackerKind;
      readonly name: string;
      readonly up: boolean;
      /** The number in a file. */
      readonly value?: number;
    }
  /** The counters of all instances begin anew. */
  | { readonly type: "clearStatistics" }
  | { readonly type: "shutdown" };

export type FromVrrp =
  /** The answer to every `configure`: sockets are open and the first decisions taken. */
  | { readonly type: "ready" }
  | { readonly type: "heartbeat"; readonly at: Instant }
  | {
      readonly type: "transition";
      readonly instance: string;
      readonly from: StateName;
      readonly to: StateName;
      readonly reason: Reason;
      readonly priority: number;
      readonly at: Instant;
    }
  /** All members of a sync group are in `to` now. */
  | {
      readonly type: "groupTransition";
      readonly group: string;
      readonly from: StateName;
      readonly to: StateName;
      readonly instance: string;
      readonly reason: Reason;
      readonly at: Instant;
    }
  | { readonly type: "lowerPriorityHeard"; readonly instance: string; readonly from: string; readonly priority: number }
  | { readonly type: "priority"; readonly instance: string; readonly from: number; readonly to: number }
  | { readonly type: "complaint"; readonly instance?: string; readonly about: Complaint }
  /** Views that changed since the last such message, now and then, and soon after a transition. */
  | {
      readonly type: "views";
      readonly instances: readonly InstanceView[];
      /** All of them. */
      readonly groups: readonly GroupView[];
      readonly process: ProcessView;
    }
  /** All settings of the kernel that differ from what was found: for a successor, or to be put back. */
  | { readonly type: "tuned"; readonly settings: readonly TunedSetting[] }
  /** Names of instances that no longer exist after a reload. */
  | { readonly type: "removed"; readonly instances: readonly string[] }
  /** A line of the journal of engine inputs, where one is kept. */
  | { readonly type: "journal"; readonly line: string }
  /** Every instance has left and the sockets are closed; the child ends after this. */
  | { readonly type: "finished" };
