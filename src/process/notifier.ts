// Everybody outside who is told what happens to instances and groups: notify scripts, FIFOs and mail, in that order.
import type { Instant } from "../base/time.js";
import type { HookTransition } from "../notify/notification.js";
import { groupSubject, instanceSubject } from "../notify/params.js";
import type { StatusStore } from "../status/store.js";
import type { FromVrrp } from "../supervise/messages.js";
import type { DaemonParams } from "../supervise/params.js";
import type { Fifos } from "./fifos.js";
import type { HookRunner } from "./hooks.js";
import type { Mailer } from "./mailer.js";

export interface NotifierParts {
  readonly hooks: HookRunner;
  readonly fifos: Fifos;
  readonly mailer: Mailer;
  /** Knows which state an instance is in. */
  readonly store: StatusStore;
}

export class Notifier {
  readonly #parts: NotifierParts;
  #params: DaemonParams | undefined;
  /** Also those that the present configuration no longer has: they are about to be reported. */
  #deletionReporters: ReadonlySet<string> = new Set();

  constructor(parts: NotifierParts) {
    this.#parts = parts;
  }

  /** At the start and at every reload, before the vrrp process is told. */
  configure(params: DaemonParams): void {
    this.#params = params;
    const deletionReporters = params.hooks
      .filter(({ reportsDeletion }) => reportsDeletion === true)
      .map(({ subject }) => subject.name);
    this.#parts.hooks.configure(params.hooks);
    this.#parts.fifos.configure(params.fifos, deletionReporters);
    this.#parts.mailer.configure(params.mail, params.smtpAlerts);
    this.#deletionReporters = new Set([...this.#deletionReporters, ...deletionReporters]);
  }

  hear(message: FromVrrp): void {
    const { hooks, fifos, store } = this.#parts;
    switch (message.type) {
      case "transition":
        this.#transition({ subject: instanceSubject(message.instance), ...message });
        break;
      case "groupTransition":
        this.#transition({ subject: groupSubject(message.group), ...message, priority: 0 });
        break;
      case "lowerPriorityHeard":
        hooks.lowerPriorityHeard(message.instance, message.priority);
        fifos.lowerPriorityHeard(instanceSubject(message.instance), message.priority);
        break;
      case "priority": {
        const { instance, to } = message;
        const state = store.instance(instance)?.state;
        if (this.#params?.priorityReporters.includes(instance) !== true) break;
        if (state === "master") fifos.priorityChanged(instanceSubject(instance), "MASTER", to);
        else if (state === "backup") fifos.priorityChanged(instanceSubject(instance), "BACKUP", to);
        break;
      }
      default:
        break;
    }
  }

  /** A reload has been applied. */
  reloaded(): void {
    if (this.#params?.fifoStatesOnReload !== true) return;
    const { instances, impossible, syncGroups } = this.#params.vrrp;
    const names = [...instances, ...impossible].map(({ name }) => instanceSubject(name));
    this.#parts.fifos.writeStates([...syncGroups.map(({ name }) => groupSubject(name)), ...names]);
  }

  /** Resolves when everybody has been told; what is not over at `deadline` is ended. */
  async finish(deadline: Instant): Promise<void> {
    await Promise.all([this.#parts.hooks.drain(deadline), this.#parts.mailer.finish()]);
    await this.#parts.fifos.close();
  }

  #transition(transition: HookTransition): void {
    this.#parts.hooks.transition(transition);
    this.#parts.fifos.transition(transition);
    this.#parts.mailer.transition(transition, this.#deletionReporters.has(transition.subject.name));
  }
}
