// One vipd or keepalived in the foreground, inside a host's namespace, with everything it writes in a directory of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { exists, isRunning, processTree, residentKib, signalIfThere } from "./processes.js";
import { type InstanceStatus, type Status, instanceStatus, readStatus } from "./status.js";
import { eventually, eventuallyTrue } from "./wait.js";

export type DaemonKind = "vipd" | "keepalived";
export type StateWord = "MASTER" | "BACKUP" | "FAULT";

export interface DaemonOptions {
  readonly kind: DaemonKind;
  readonly conf: string;
  /** Another file to start vipd from. */
  readonly program?: string;
  /** Further command line arguments. */
  readonly args?: readonly string[];
  /** Put before the daemon's own command line, for example setpriv with its arguments. */
  readonly wrapper?: readonly string[];
  /** Share the files of another start of the same host; "1" by default. */
  readonly slot?: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const VIPD = resolve(import.meta.dirname, "../../../src/main.js");

export class Daemon {
  readonly kind: DaemonKind;
  readonly exited: Promise<Exit>;
  readonly files: {
    readonly conf: string;
    readonly pid: string;
    readonly vrrpPid: string;
    readonly bfdPid: string;
    readonly settings: string;
    readonly socket: string;
    readonly log: string;
  };
  readonly #process: ChildProcess;

  constructor(namespace: string, directory: string, number: number, options: DaemonOptions) {
    this.kind = options.kind;
    const slot = options.slot ?? "1";
    const file = (name: string): string => join(directory, `${name}.${slot}`);
    this.files = {
      conf: file("keepalived.conf"),
      pid: file("daemon.pid"),
      vrrpPid: file("vrrp.pid"),
      bfdPid: file("bfd.pid"),
      settings: file("vipd.ini"),
      socket: file("vipd.sock"),
      log: join(directory, `${number}-${options.kind}.log`),
    };
    writeFileSync(this.files.conf, options.conf);
    writeFileSync(this.files.settings, `[status]\nsocket = ${this.files.socket}\n`);
    const log = openSync(this.files.log, "w");
    const command = [...(options.wrapper ?? []), ...this.#command(options.program ?? VIPD), ...(options.args ?? [])];
    this.#process = spawn("ip", ["netns", "exec", namespace, ...command], {
      stdio: ["ignore", log, log],
      env: { ...process.env, TMPDIR: directory },
      cwd: directory,
      detached: true,
    });
    closeSync(log);
    this.exited = new Promise((settle, reject) => {
      this.#process.once("error", reject);
      this.#process.once("exit", (code, signal) => {
        settle({ code, signal });
      });
    });
  }

  #command(program: string): string[] {
    const { conf, pid, vrrpPid, bfdPid, settings } = this.files;
    const common = ["-n", "-l", "-D", "-f", conf, "-p", pid, "-r", vrrpPid, "-b", bfdPid];
    return this.kind === "keepalived"
      ? ["keepalived", ...common]
      : [process.execPath, program, ...common, "--settings", settings];
  }

  get pid(): number {
    const { pid } = this.#process;
    if (pid === undefined) throw new Error(`${this.kind} was not started`);
    return pid;
  }

  /** The process that holds the sockets, as the pid file names it. */
  get vrrpPid(): number {
    const pid = Number(readFileSync(this.files.vrrpPid, "utf8").trim());
    if (!Number.isInteger(pid) || pid < 2) throw new Error(`${this.files.vrrpPid} names no process`);
    return pid;
  }

  get log(): string {
    return readFileSync(this.files.log, "utf8");
  }

  // What is done to it.

  /** Orderly stop; resolves when the process has ended. */
  async sigterm(): Promise<Exit> {
    this.signal("SIGTERM");
    return this.exited;
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /**
   * SIGKILL to the supervisor and all its descendants, none of which gets to do anything about it: the supervisor is
   * stopped first, so that it restarts nobody, and killed last, so that no child hears of its death. Resolves when all
   * have been reaped, for a zombie still counts as running for whoever looks at pid files.
   */
  async killTree(): Promise<void> {
    this.signal("SIGSTOP");
    const tree = processTree(this.pid).reverse();
    for (const pid of tree) signalIfThere(pid, "SIGKILL");
    await this.exited;
    await eventuallyTrue(`${this.kind} is gone`, () => !tree.some(exists));
  }

  /** The process with the BFD sessions, as the pid file names it. */
  get bfdPid(): number {
    const pid = Number(readFileSync(this.files.bfdPid, "utf8").trim());
    if (!Number.isInteger(pid) || pid < 2) throw new Error(`${this.files.bfdPid} names no process`);
    return pid;
  }

  killVrrpChild(): void {
    process.kill(this.vrrpPid, "SIGKILL");
  }

  freezeVrrpChild(): void {
    process.kill(this.vrrpPid, "SIGSTOP");
  }

  thaw(pid: number): void {
    signalIfThere(pid, "SIGCONT");
  }

  /** Lets the test process end while the daemon goes on. */
  release(): void {
    this.#process.unref();
  }

  reload(conf: string): void {
    writeFileSync(this.files.conf, conf);
    this.signal("SIGHUP");
  }

  // What is seen of it.

  isRunning(): boolean {
    return isRunning(this.pid);
  }

  vrrpResidentKib(): number {
    return residentKib(this.vrrpPid);
  }

  /** Resolves when a line of the log matches. */
  async logged(pattern: RegExp, withinMs?: number): Promise<void> {
    await eventuallyTrue(`${this.kind} logs ${String(pattern)}`, () => pattern.test(this.log), withinMs);
  }

  /** As {@link logged}, in what was said after the first `offset` characters. */
  async loggedSince(offset: number, pattern: RegExp): Promise<void> {
    await eventuallyTrue(`${this.kind} logs ${String(pattern)}`, () => pattern.test(this.log.slice(offset)));
  }

  /** The whole answer of vipd's status socket. */
  status(): Promise<Status> {
    return readStatus(this.files.socket);
  }

  /** One instance in vipd's status. */
  async instance(name: string): Promise<InstanceStatus> {
    return instanceStatus(await this.status(), name);
  }

  /** The state of an instance: keepalived tells it in its log, vipd on its socket. Undefined: not known (yet). */
  async state(instance: string): Promise<string | undefined> {
    if (this.kind === "keepalived") {
      const words = [...this.log.matchAll(/\((\S+)\) Entering (\w+) STATE/g)].filter((match) => match[1] === instance);
      return words.at(-1)?.[2];
    }
    if (!existsSync(this.files.socket)) return undefined;
    try {
      return (await this.instance(instance)).state.toUpperCase();
    } catch {
      return undefined; // not serving yet, or not any more
    }
  }

  async inState(instance: string, state: StateWord, withinMs?: number): Promise<void> {
    let last: string | undefined;
    await eventually(
      `${this.kind} has ${instance} in ${state}`,
      async () => ((last = await this.state(instance)) === state ? true : undefined),
      withinMs,
    ).catch((failure: unknown) => {
      throw new Error(`${String(failure)}; last seen ${last ?? "nothing"}`, { cause: failure });
    });
  }

  /** The vrrp child, if the pid file names one that runs. */
  runningVrrpPid(): number | undefined {
    try {
      return isRunning(this.vrrpPid) ? this.vrrpPid : undefined;
    } catch {
      return undefined; // no pid file at this moment
    }
  }
}
