// Tells the supervisor how the instances look: only those that changed, soon after a transition, else now and then. The
// supervisor answers everybody who asks, so that no reader ever reaches the vrrp process.
import { type Instant, after, earliest, micros, millis } from "../base/time.js";
import type { Lateness } from "../host/event-loop.js";
import { viewGroup } from "../status/group-view.js";
import { viewImpossible, viewInstance } from "../status/instance-view.js";
import { viewStatics } from "../status/statics-view.js";
import type { InstanceView, ProcessView, StaticsView } from "../status/views.js";
import type { FromVrrp } from "../supervise/messages.js";
import type { Member } from "../vrrp/member.js";
import type { VrrpRouter } from "../vrrp/vrrp-router.js";
import type { World } from "../vrrp/world.js";

const PERIOD = millis(200);
/** Many instances are shown less often: a thousand every five seconds. */
const PERIOD_PER_INSTANCE = millis(5);
/** After a transition the rest of its work is done first. */
const HURRY = millis(2);

export interface ViewSender {
  readonly due: Instant;
  send(router: VrrpRouter, now: Instant, lateness: Lateness, force?: boolean): void;
  hurry(at: Instant): void;
  /** Begins the period anew. */
  restart(at: Instant): void;
  countOverrun(): void;
  setRole(role: { readonly realtime: boolean; readonly memoryLocked: boolean }): void;
}

export function createViewSender(
  startedAt: Instant,
  say: (message: FromVrrp, importance: "kept" | "droppable") => boolean,
): ViewSender {
  let due = startedAt;
  let now = startedAt;
  let sent = new Map<string, { readonly member: Member; readonly world: World }>();
  let impossible: VrrpRouter["params"]["impossible"] = [];
  let shown: (Pick<VrrpRouter, "params" | "statics" | "world"> & { view: StaticsView | undefined }) | undefined;
  let overruns = 0;
  let role = { realtime: false, memoryLocked: false };

  /** What has changed since a message was last taken, and what to remember once this one is. */
  const changes = (router: VrrpRouter): { readonly views: InstanceView[]; readonly next: typeof sent } => {
    const views: InstanceView[] = [];
    const next: typeof sent = new Map();
    for (const member of router.members) {
      const { name } = member.router.params;
      const before = sent.get(name);
      // States are immutable: what is the same object has not changed.
      if (before?.member !== member || before.world !== router.world) views.push(viewInstance(member, router.world));
      next.set(name, { member, world: router.world });
    }
    if (router.params.impossible !== impossible) {
      for (const instance of router.params.impossible) views.push(viewImpossible(instance, now));
    }
    return { views, next };
  };

  const removedNames = (router: VrrpRouter): string[] => {
    const present = new Set([
      ...router.members.map((member) => member.router.params.name),
      ...router.params.impossible.map(({ name }) => name),
    ]);
    return [...sent.keys(), ...impossible.map(({ name }) => name)].filter((name) => !present.has(name));
  };

  /** Made anew only when something has changed. */
  const staticsOf = (router: VrrpRouter): StaticsView | undefined => {
    const { params, statics, world } = router;
    if (shown?.params !== params || shown.statics !== statics || shown.world !== world) {
      shown = { params, statics, world, view: viewStatics(router) };
    }
    return shown.view;
  };

  return {
    get due() {
      return due;
    },
    send(router, at, lateness, force = false) {
      if (at < due && !force) return;
      now = at;
      due = after(at, micros(PERIOD + router.members.length * PERIOD_PER_INSTANCE));
      const removed = removedNames(router);
      if (removed.length > 0) say({ type: "removed", instances: removed }, "kept");
      const statics = staticsOf(router);
      const process: ProcessView = {
        pid: globalThis.process.pid,
        startedAt,
        timerLatenessMaxMicros: lateness.maxMicros,
        timerLatenessLastMicros: lateness.lastMicros,
        unattributed: router.unattributed,
        netlinkOverruns: overruns,
        ...role,
        ...(statics !== undefined && { statics }),
      };
      const { views, next } = changes(router);
      // A supervisor that does not read gets no pile of outdated views: what was not taken is told the next time.
      const groups = router.groups.map((group) => viewGroup(group, router, at));
      if (!say({ type: "views", instances: views, groups, process }, "droppable")) return;
      sent = next;
      impossible = router.params.impossible;
    },
    hurry(at) {
      due = earliest(due, after(at, HURRY)) ?? due;
    },
    restart(at) {
      due = at;
    },
    countOverrun() {
      overruns += 1;
    },
    setRole(got) {
      role = { realtime: got.realtime, memoryLocked: got.memoryLocked };
    },
  };
}
