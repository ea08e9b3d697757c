// One reload at a time, as a machine: check first, apply when all is well, tell when it is done; a request that comes in
// meanwhile is remembered once (signal(7): a pending SIGHUP is pending once too).
import { type Instant, after, seconds } from "../base/time.js";
import type { Step } from "../base/machine.js";

/** How long the children may take to say that they have the new configuration, before the reload counts as done. */
export const APPLY_PATIENCE = seconds(5);

export type Reload =
  | { readonly state: "idle" }
  /** Reading and checking; nothing has changed yet. */
  | { readonly state: "checking"; readonly again: boolean }
  /** The new configuration is in force here and sent to the children. */
  | { readonly state: "applying"; readonly again: boolean; readonly overdueAt: Instant };

export type ReloadEvent =
  | { readonly kind: "requested" }
  | { readonly kind: "accepted" }
  | { readonly kind: "refused"; readonly detail: string }
  /** Every child works with the new configuration. */
  | { readonly kind: "applied" }
  | { readonly kind: "timeout" };

export type ReloadEffect =
  /** systemd: RELOADING=1. */
  | { readonly kind: "begin" }
  | { readonly kind: "check" }
  | { readonly kind: "apply" }
  /** systemd: READY=1; status and log. */
  | { readonly kind: "done"; readonly ok: boolean; readonly detail: string };

export const idleReload: Reload = { state: "idle" };

const begin: Step<Reload, ReloadEffect> = {
  state: { state: "checking", again: false },
  effects: [{ kind: "begin" }, { kind: "check" }],
};

export function step(reload: Reload, event: ReloadEvent, now: Instant): Step<Reload, ReloadEffect> {
  const same = { state: reload, effects: [] };
  switch (event.kind) {
    case "requested":
      return reload.state === "idle" ? begin : { state: { ...reload, again: true }, effects: [] };
    case "accepted":
      if (reload.state !== "checking") return same;
      return {
        state: { state: "applying", again: reload.again, overdueAt: after(now, APPLY_PATIENCE) },
        effects: [{ kind: "apply" }],
      };
    case "refused":
      return reload.state === "checking" ? finish(reload.again, false, event.detail) : same;
    case "applied":
      return reload.state === "applying" ? finish(reload.again, true, "the new configuration is in force") : same;
    case "timeout":
      if (reload.state !== "applying" || now < reload.overdueAt) return same;
      return finish(reload.again, true, "in force, but a child process has not confirmed it yet");
  }
}

export const nextDue = (reload: Reload): Instant | undefined =>
  reload.state === "applying" ? reload.overdueAt : undefined;

function finish(again: boolean, ok: boolean, detail: string): Step<Reload, ReloadEffect> {
  const done: ReloadEffect = { kind: "done", ok, detail };
  if (!again) return { state: idleReload, effects: [done] };
  return { state: begin.state, effects: [done, ...begin.effects] };
}
