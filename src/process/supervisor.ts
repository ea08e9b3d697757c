// The supervisor at work: it holds the configuration in force, the children, the hooks and the scripts, and answers
// signals. How it comes to be, and what is checked before, is in start.ts.
import { type Instant, after, seconds } from "../base/time.js";
import type { EventRing } from "../status/event-ring.js";
import { jsonText } from "../status/dump-json.js";
import { bfdDataText } from "../status/bfd-dump.js";
import { dataText, parentDataText, statisticsText } from "../status/dump-text.js";
import type { Happening, StatusReply } from "../status/rpc.js";
import { StatusStore } from "../status/store.js";
import type { FromBfd, ToBfd } from "../supervise/bfd-messages.js";
import type { FromVrrp, ToVrrp } from "../supervise/messages.js";
import type { DaemonParams } from "../supervise/params.js";
import { BfdChild } from "./bfd-child.js";
import type { SpawnChild } from "./child-process.js";
import { type Configuration, judgeReload } from "./configuration.js";
import { dumpPaths, replaceFile } from "./dump-files.js";
import type { Fifos } from "./fifos.js";
import { type HookOutcome, type HookRunner, aboutSubject } from "./hooks.js";
import type { Logger } from "./logging.js";
import type { Mailer } from "./mailer.js";
import { Notifier } from "./notifier.js";
import { Reloader } from "./reloader.js";
import type { Systemd } from "./systemd.js";
import type { FileVerdict } from "./track-files.js";
import type { ProcessVerdict } from "./track-processes.js";
import type { ScriptVerdict } from "./track-scripts.js";
import { type TrackerParts, Trackers, fileVerdict, processVerdict, scriptVerdict } from "./trackers.js";
import { VrrpChild } from "./vrrp-child.js";

/** Hooks that still run when everything else has stopped get this long before they are ended. */
const HOOK_PATIENCE = seconds(10);

export interface SupervisorParts extends TrackerParts {
  readonly version: string;
  readonly configurationFile: string;
  readonly respawn: boolean;
  /** `-P`, `-C`: the vrrp half may run. */
  readonly vrrpWanted: boolean;
  /** `-B` was not given. */
  readonly bfdWanted: boolean;
  readonly allChildren: boolean;
  readonly now: () => Instant;
  readonly log: Logger;
  readonly hooks: HookRunner;
  readonly fifos: Fifos;
  readonly mailer: Mailer;
  readonly systemd: Systemd;
  readonly ring: EventRing;
  readonly spawnVrrp: SpawnChild<ToVrrp, FromVrrp>;
  readonly spawnBfd: SpawnChild<ToBfd, FromBfd>;
  /** Reads the configuration anew, for a reload. */
  readonly readConfiguration: () => Configuration;
  /** The vrrp child has this pid, or (absent) is gone. */
  readonly vrrpPid: (pid: number | undefined) => void;
  readonly bfdPid: (pid: number | undefined) => void;
  /** A line of the journal of the vrrp process. */
  readonly journal: (line: string) => void;
  /** This configuration is in force from now on. */
  readonly onConfiguration: (params: DaemonParams) => void;
  /** Every child works; said once. */
  readonly onReady: () => void;
}

export class Supervisor {
  readonly store = new StatusStore();
  readonly #parts: SupervisorParts;
  readonly #startedAt: Instant;
  readonly #vrrp: VrrpChild;
  readonly #bfd: BfdChild;
  readonly #reloader: Reloader;
  readonly #notifier: Notifier;
  readonly #trackers: Trackers;
  #configuration: Configuration;
  #params: DaemonParams;
  #lastReload: StatusReply["lastReload"];
  #exitCode = 0;
  #isStopping = false;
  #isReady = false;
  #scriptsStopped: Promise<void> = Promise.resolve();
  #finish: (exitCode: number) => void = () => undefined;
  /** Resolves with the exit status when everything has stopped. */
  readonly finished: Promise<number>;

  constructor(configuration: Configuration, params: DaemonParams, parts: SupervisorParts) {
    this.#configuration = configuration;
    this.#params = params;
    this.#parts = parts;
    this.#startedAt = parts.now();
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    const { hooks, fifos, mailer } = parts;
    this.#notifier = new Notifier({ hooks, fifos, mailer, store: this.store });
    this.#trackers = new Trackers(parts);
    const { spawnVrrp, spawnBfd, respawn, now } = parts;
    const verdicts = () => [...this.#trackers.verdicts, ...this.#bfd.verdicts];
    const vrrpListener = this.#childListener("vrrp", parts.vrrpPid);
    this.#vrrp = new VrrpChild(
      params,
      { spawn: spawnVrrp, store: this.store, verdicts, respawn, now },
      {
        ...vrrpListener,
        message: (message) => {
          this.#hear(message);
        },
        ended: () => {
          vrrpListener.ended();
          this.store.processEnded(now());
        },
        stopped: () => {
          if (!this.#isStopping) this.store.keepOnly(new Set());
          vrrpListener.stopped();
        },
      },
    );
    this.#bfd = new BfdChild(
      params,
      { spawn: spawnBfd, respawn, now },
      {
        ...this.#childListener("bfd", parts.bfdPid),
        verdict: (verdict) => {
          // That the sessions end with the daemon is no failure of what they watch.
          if (!this.#isStopping) this.#vrrp.tell(verdict);
        },
        happened: (happening) => {
          this.#happened(happening);
        },
      },
    );
    this.#reloader = new Reloader(now, {
      begin: () => {
        parts.systemd.reloading(now());
        parts.log.info("Reloading ...");
      },
      check: () => this.#checkReload(),
      apply: () => {
        this.#apply();
        return this.#vrrpIsWanted;
      },
      done: (ok, detail) => {
        this.#reloaded(ok, detail);
      },
    });
  }

  /** What every child is heard with. */
  #childListener(child: "vrrp" | "bfd", tellPid: (pid: number | undefined) => void) {
    const { log, systemd } = this.#parts;
    const label = `${child.toUpperCase()} child process`;
    return {
      complained: (line: string) => {
        log.warn(`${child} process: ${line}`, { child });
      },
      report: (level: "warn" | "error", what: string) => {
        log[level](`${label} ${what}`, { child });
        this.#happened({ kind: "child", child, what });
      },
      spawned: (pid: number) => {
        log.info(`Starting ${label}, pid=${pid}`, { child, pid });
        tellPid(pid);
      },
      ended: () => {
        tellPid(undefined);
      },
      started: () => {
        this.#ready();
      },
      stopped: () => {
        if (this.#isStopping && this.#vrrp.state === "absent" && this.#bfd.state === "absent") void this.#finishStop();
      },
      gaveUp: (exitCode: number, what: string) => {
        log.error(`${label} ${what}. Terminating`, { child, exitCode });
        systemd.failed(`${label} ${what}`, exitCode);
        this.#exitCode = exitCode;
        this.stop();
      },
    };
  }

  start(): void {
    // A signal may have come first.
    if (this.#isStopping) return;
    this.#apply();
    if (!this.#vrrpIsWanted) {
      this.#parts.log.warn(
        `${this.#parts.configurationFile} configures no VRRP instance: nothing to run until it does (then reload with SIGHUP)`,
      );
    }
    this.#ready();
  }

  reload(): void {
    if (!this.#isStopping) this.#reloader.request();
  }

  /** Stops everything in good order; {@link finished} tells when. */
  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#parts.log.info("Stopping");
    this.#parts.systemd.stopping();
    this.#scriptsStopped = this.#trackers.stop();
    this.#vrrp.shutdown();
    this.#bfd.shutdown();
  }

  /** A script's verdict has changed. */
  scriptChanged(verdict: ScriptVerdict): void {
    this.#vrrp.tell(scriptVerdict(verdict));
    this.#happened({ kind: "script", ...verdict });
  }

  /** The number in a tracked file has changed. */
  fileChanged(verdict: FileVerdict): void {
    this.#vrrp.tell(fileVerdict(verdict));
    this.#happened({ kind: "file", ...verdict });
  }

  /** A quorum of tracked processes is reached, or lost. */
  processChanged(verdict: ProcessVerdict): void {
    this.#vrrp.tell(processVerdict(verdict));
    this.#happened({ kind: "process", ...verdict });
  }

  hookEnded({ subject, ...hook }: HookOutcome): void {
    this.#happened({ kind: "hook", ...aboutSubject(subject), ...hook });
  }

  /** The configuration in force. */
  get params(): DaemonParams {
    return this.#params;
  }

  /** False when something is wrong that only a restart of the whole service can mend. */
  get isHealthy(): boolean {
    return this.#vrrp.isHealthy && this.#bfd.isHealthy;
  }

  status(): StatusReply {
    const now = this.#parts.now();
    return {
      version: this.#parts.version,
      pid: process.pid,
      configurationFile: this.#parts.configurationFile,
      now,
      time: wallClock(now, now),
      startedAt: this.#startedAt,
      ...(this.#lastReload !== undefined && { lastReload: this.#lastReload }),
      children: [this.#vrrp.view, this.#bfd.view].filter((view) => view !== undefined),
      instances: this.store.instances,
      groups: this.store.groups,
      bfd: this.#bfd.sessions,
    };
  }

  /** SIGUSR1. */
  async dumpData(): Promise<void> {
    const { parentData, vrrpData, bfdData } = dumpPaths(this.#params.stateDumpFile);
    const { configurationFile, version } = this.#parts;
    const about = { Version: version, "Configuration file": configurationFile, "Process id": String(process.pid) };
    await this.#writeDump("parent data", parentData, parentDataText(this.#params, about));
    const wall = Date.now() * 1_000 - this.#parts.now();
    if (this.#vrrpIsWanted) await this.#writeDump("VRRP data", vrrpData, dataText(this.#params, this.store, wall));
    if (this.#bfdIsWanted)
      await this.#writeDump("BFD data", bfdData, bfdDataText(this.#params, this.#bfd.sessions, wall));
  }

  /** SIGUSR2. */
  async dumpStatistics(): Promise<void> {
    const { vrrpStatistics } = dumpPaths(this.#params.stateDumpFile);
    if (this.#vrrpIsWanted) await this.#writeDump("VRRP stats", vrrpStatistics, statisticsText(this.store.instances));
  }

  /** SIGRTMAX-1: as SIGUSR2, and the counters begin anew. */
  async dumpAndClearStatistics(): Promise<void> {
    await this.dumpStatistics();
    this.#vrrp.clearStatistics();
  }

  /** SIGRTMIN+2. */
  async dumpJson(): Promise<void> {
    const { vrrpJson } = dumpPaths(this.#params.stateDumpFile);
    const wall = Date.now() * 1_000 - this.#parts.now();
    if (this.#vrrpIsWanted)
      await this.#writeDump("VRRP JSON", vrrpJson, jsonText(this.#params, this.store.instances, wall));
  }

  async #writeDump(what: string, path: string, text: string): Promise<void> {
    try {
      await replaceFile(path, text);
      this.#parts.log.info(`Printing ${what} to ${path} on signal`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#parts.log.error(`cannot write the ${what} that a signal asked for to ${path}: ${why}`);
    }
  }

  get #vrrpIsWanted(): boolean {
    const { instances, impossible } = this.#params.vrrp;
    const hasWork = instances.length + impossible.length > 0;
    return this.#parts.vrrpWanted && (hasWork || this.#parts.allChildren);
  }

  get #bfdIsWanted(): boolean {
    return this.#parts.bfdWanted && (this.#params.bfd.sessions.length > 0 || this.#parts.allChildren);
  }

  #instanceNames(): ReadonlySet<string> {
    const { instances, impossible } = this.#params.vrrp;
    return new Set([...instances, ...impossible].map(({ name }) => name));
  }

  /** Hooks, scripts and BFD come first: the vrrp process may report and ask at once. */
  #apply(): void {
    this.#parts.onConfiguration(this.#params);
    this.#notifier.configure(this.#params);
    this.#trackers.configure(this.#params, this.#vrrpIsWanted);
    this.#bfd.configure(this.#params, this.#bfdIsWanted);
    this.#vrrp.configure(this.#params, this.#vrrpIsWanted);
  }

  #checkReload(): string | undefined {
    const next = this.#parts.readConfiguration();
    for (const { severity, line } of next.problems) this.#parts.log[severity === "error" ? "error" : "warn"](line);
    const verdict = judgeReload(this.#configuration, next);
    if (verdict.kind === "refused") return verdict.why;
    this.#configuration = next;
    this.#params = verdict.params;
    return undefined;
  }

  #reloaded(ok: boolean, detail: string): void {
    const now = this.#parts.now();
    if (ok) {
      this.store.keepOnly(this.#instanceNames());
      this.#notifier.reloaded();
    }
    this.#lastReload = { time: wallClock(now, now), ok, detail };
    if (ok) this.#parts.log.info("Reload complete");
    else this.#parts.log.error(`Reload refused, the running configuration stays in force: ${detail}`);
    this.#happened({ kind: "reload", ok, detail });
    this.#parts.systemd.ready(ok ? "Running" : "Running; the last reload was refused, see the log");
  }

  #hear(message: FromVrrp): void {
    const happening = this.store.take(message);
    if (happening !== undefined) this.#happened(happening);
    this.#notifier.hear(message);
    if (message.type === "ready") this.#reloader.applied();
    else if (message.type === "journal") this.#parts.journal(message.line);
  }

  #happened(happening: Happening): void {
    const now = this.#parts.now();
    const isTransition = happening.kind === "transition" || happening.kind === "groupTransition";
    const at = isTransition ? (this.store.instance(happening.instance)?.since ?? now) : now;
    const event = this.#parts.ring.add(happening, at, wallClock(at, now));
    this.#parts.log.event(event);
  }

  #ready(): void {
    if (this.#isReady || this.#isStopping) return;
    if (this.#vrrpIsWanted && this.#vrrp.state !== "running") return;
    if (this.#bfdIsWanted && this.#bfd.state !== "running") return;
    this.#isReady = true;
    this.#parts.log.info("Startup complete");
    this.#parts.systemd.ready("Running");
    this.#parts.onReady();
  }

  async #finishStop(): Promise<void> {
    await this.#notifier.finish(after(this.#parts.now(), HOOK_PATIENCE));
    await this.#scriptsStopped;
    this.#finish(this.#exitCode);
  }
}

/** ISO 8601 of a monotonic instant that lies close to `now`. */
function wallClock(at: Instant, now: Instant): string {
  return new Date(Date.now() + Math.round((at - now) / 1_000)).toISOString();
}
