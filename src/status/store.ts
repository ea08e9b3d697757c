// What the supervisor knows of its children, as the status socket and the dumps show it: the views that the vrrp process
// sends, brought up to date by its transitions.
import type { Instant } from "../base/time.js";
import type { FromVrrp } from "../supervise/messages.js";
import type { Happening } from "./rpc.js";
import type { GroupView, InstanceView, ProcessView } from "./views.js";

export class StatusStore {
  readonly #instances = new Map<string, InstanceView>();
  #groups: readonly GroupView[] = [];
  #process: ProcessView | undefined;
  #lastAlive: Instant | undefined;

  /** In the order in which they were first heard of: that of the configuration. */
  get instances(): readonly InstanceView[] {
    return [...this.#instances.values()];
  }

  get groups(): readonly GroupView[] {
    return this.#groups;
  }

  /** The vrrp process; absent before it has said anything, and after it has ended. */
  get process(): ProcessView | undefined {
    return this.#process;
  }

  /** Its clock at its last heartbeat. */
  get lastAlive(): Instant | undefined {
    return this.#lastAlive;
  }

  instance(name: string): InstanceView | undefined {
    return this.#instances.get(name);
  }

  /** Takes in a message; what subscribers should hear of it comes back. */
  take(message: FromVrrp): Happening | undefined {
    switch (message.type) {
      case "heartbeat":
        this.#lastAlive = message.at;
        return undefined;
      case "views":
        for (const view of message.instances) this.#instances.set(view.name, view);
        this.#groups = message.groups;
        this.#process = message.process;
        return undefined;
      case "removed":
        for (const name of message.instances) this.#instances.delete(name);
        return undefined;
      case "transition": {
        const { instance, from, to, reason, priority, at } = message;
        this.#lastAlive = at;
        const view = this.#instances.get(instance);
        if (view !== undefined) {
          const { abandonedAt, ...alive } = view;
          this.#instances.set(instance, { ...alive, state: to, reason, since: at });
        }
        return { kind: "transition", instance, from, to, reason, priority };
      }
      case "groupTransition": {
        const { group, from, to, instance, reason } = message;
        this.#groups = this.#groups.map((view) =>
          view.name === group ? { ...view, state: to, since: message.at, leader: { instance, reason } } : view,
        );
        return { kind: "groupTransition", group, from, to, instance, reason };
      }
      case "priority": {
        const { instance, from, to } = message;
        return { kind: "priority", instance, from, to };
      }
      case "complaint": {
        const { instance, about } = message;
        return instance === undefined ? { kind: "complaint", about } : { kind: "complaint", instance, about };
      }
      case "ready":
      case "lowerPriorityHeard":
      case "tuned":
      case "journal":
      case "finished":
        return undefined;
    }
  }

  /** The process has ended. Its instances stay known, as abandoned: they tell a successor what it was. */
  processEnded(at: Instant): void {
    this.#process = undefined;
    this.#groups = [];
    for (const [name, view] of this.#instances) {
      if (view.state !== "stopped") this.#instances.set(name, { ...view, abandonedAt: at });
    }
  }

  /** Forgets the instances that a configuration no longer has. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#instances.keys()) {
      if (!names.has(name)) this.#instances.delete(name);
    }
  }
}
