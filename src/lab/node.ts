// One node of the lab: a vipd with its own configuration, the service behind the virtual IP, a cable, and what can be
// done to them.
import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { StatusEvent } from "../status/rpc.js";
import { setCable, spawnOn, watchVip } from "./network.js";
import { isFrozen, processTree, signal } from "./processes.js";
import type { NodeAction, NodeName } from "./script.js";
import { openStatusLink, type StatusLink } from "./status-link.js";
import type { DaemonState, InstanceStatus, NodeView } from "./view.js";
import { condense, eventInWords, type Told } from "./words.js";

const repository = resolve(import.meta.dirname, "../../..");
const program = (path: string): string => join(repository, "dist/src", path);

/** `at` is the wall clock, where it is not simply now. */
export type Tell = (told: Told, at?: number) => void;

export class LabNode {
  readonly name: NodeName;
  readonly #directory: string;
  readonly #tell: Tell;
  #child: ChildProcess | undefined;
  #link: StatusLink | undefined;
  #daemon: DaemonState = { kind: "stopped" };
  #status: InstanceStatus | undefined;
  #unplugged = false;
  #holdsVip = false;

  constructor(name: NodeName, tell: Tell) {
    this.name = name;
    this.#tell = tell;
    this.#directory = join("/run/lab", name);
    mkdirSync(this.#directory, { recursive: true });
    writeFileSync(this.#file("vipd.ini"), `[status]\nsocket = ${this.#file("vipd.sock")}\n`);
    watchVip(name, (present) => (this.#holdsVip = present));
    spawnOn(name, [process.execPath, program("lab/responder.js"), name], { stdio: "ignore" });
  }

  get view(): NodeView {
    return {
      name: this.name,
      daemon: this.#daemon,
      ...(this.#status !== undefined && { status: this.#status }),
      frozen: this.#status?.childPid !== undefined && isFrozen(this.#status.childPid),
      unplugged: this.#unplugged,
      holdsVip: this.#holdsVip,
    };
  }

  /** False: it makes no sense now, for example to stop what does not run. */
  act(action: NodeAction): boolean {
    switch (action) {
      case "start":
        return this.#start();
      case "stop":
        return this.#stop();
      case "kill":
        return this.#kill();
      case "freeze":
      case "thaw":
        return (
          this.#status?.childPid !== undefined &&
          signal(this.#status.childPid, action === "thaw" ? "SIGCONT" : "SIGSTOP")
        );
      case "unplug":
      case "plug":
        return this.#cable(action === "plug");
    }
  }

  #start(): boolean {
    if (this.#daemon.kind === "running" || this.#daemon.kind === "stopping") return false;
    const log = openSync(this.#file("log"), "w");
    const child = spawnOn(this.name, [process.execPath, program("main.js"), ...this.#options()], {
      stdio: ["ignore", log, log],
      env: { ...process.env, TMPDIR: this.#directory },
    });
    closeSync(log);
    child.on("exit", (status, by) => this.#ended(child, by ?? `exit status ${status ?? "?"}`));
    this.#child = child;
    this.#daemon = { kind: "running", pid: child.pid ?? 0 };
    this.#link = openStatusLink(this.#file("vipd.sock"), {
      onStatus: (reply) => (this.#status = condense(reply)),
      onEvent: (event) => this.#report(event),
      onSilence: () => (this.#status = undefined),
    });
    return true;
  }

  #options(): string[] {
    const files = ["-f", join(repository, "etc/lab", `${this.name}.conf`), "-p", this.#file("vipd.pid")];
    return ["-n", "-l", "-D", ...files, "-r", this.#file("vrrp.pid"), "--settings", this.#file("vipd.ini")];
  }

  #stop(): boolean {
    if (this.#daemon.kind !== "running" || !signal(this.#daemon.pid, "SIGTERM")) return false;
    this.#daemon = { kind: "stopping" };
    return true;
  }

  #kill(): boolean {
    const pid = this.#child?.pid;
    if (pid === undefined || (this.#daemon.kind !== "running" && this.#daemon.kind !== "stopping")) return false;
    this.#daemon = { kind: "killed" };
    for (const member of processTree(pid)) signal(member, "SIGKILL");
    return true;
  }

  #cable(plugged: boolean): boolean {
    if (this.#unplugged !== plugged) return false;
    setCable(this.name, plugged);
    this.#unplugged = !plugged;
    return true;
  }

  #ended(child: ChildProcess, how: string): void {
    if (child !== this.#child) return;
    this.#link?.close();
    this.#status = undefined;
    if (this.#daemon.kind === "stopping") this.#daemon = { kind: "stopped" };
    if (this.#daemon.kind !== "running") return;
    const lastWords = readFileSync(this.#file("log"), "utf8").trim().split("\n").at(-1) ?? "";
    this.#daemon = { kind: "ended", how, lastWords };
    this.#tell({ text: `vipd ended by itself (${how}): ${lastWords}`, tone: "bad" });
  }

  #report(event: StatusEvent): void {
    const told = eventInWords(event, this.#status?.masterDownInterval);
    if (told !== undefined) this.#tell(told, Date.parse(event.time));
  }

  #file(name: string): string {
    return join(this.#directory, name);
  }
}
