// The supervisor with a vrrp process that is played: it dies, freezes, refuses and comes back.
import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noRouterParams } from "../../src/vrrp/params.js";
import { seconds } from "../../src/base/time.js";
import { monotonicNow } from "../../src/host/clock.js";
import { parseFromBfd } from "../../src/process/bfd-messages.js";
import { parseFromVrrp } from "../../src/process/channel-messages.js";
import { spawnChild } from "../../src/process/child-process.js";
import type { Configuration, ConfigurationProblem } from "../../src/process/configuration.js";
import { Fifos } from "../../src/process/fifos.js";
import type { Logger } from "../../src/process/logging.js";
import { Supervisor } from "../../src/process/supervisor.js";
import { EventRing } from "../../src/status/event-ring.js";
import { isObject } from "../../src/status/json-rpc.js";
import type { HookTransition } from "../../src/notify/notification.js";
import type { DaemonParams } from "../../src/supervise/params.js";

const FAKE_CHILD = join(import.meta.dirname, "fake-vrrp-child.js");

const noParams: DaemonParams = {
  routerId: "test",
  vrrp: noRouterParams,
  bfd: { sessions: [] },
  bfdScheduling: { nice: 0, lockMemory: false, cpus: [] },
  vrrpScheduling: { nice: 0, lockMemory: false, cpus: [] },
  scripts: [],
  files: [],
  processes: [],
  hooks: [],
  fifos: [],
  fifoStatesOnReload: false,
  priorityReporters: [],
  smtpAlerts: [],
  childWait: seconds(0.3),
  reload: { repeats: false },
  fixed: {},
};
const params: DaemonParams = {
  ...noParams,
  vrrp: { ...noParams.vrrp, impossible: [{ name: "VI_1", reason: "it is played" }] },
};

const configuration = (
  given: DaemonParams | undefined,
  ...problems: readonly ConfigurationProblem[]
): Configuration => ({
  ...(given !== undefined && { params: given }),
  isReadable: given !== undefined,
  problems,
  misread: [],
  findings: [],
  testStatus: 0,
  hopeless: [],
});

const error = (text: string): ConfigurationProblem => ({
  severity: "error",
  remark: false,
  key: text,
  line: text,
  text,
});

/** A supervisor with everything around it played, and a record of what it said to whom. */
class Stage {
  readonly directory: string;
  readonly ring = new EventRing();
  readonly log: string[] = [];
  readonly hooks: HookTransition[] = [];
  readonly systemd: string[] = [];
  readonly pids: (number | undefined)[] = [];
  readonly order: string[] = [];
  next: Configuration = configuration(params);
  verdicts: readonly { readonly script: string; readonly up: boolean; readonly detail: string }[] = [];
  supervisor: Supervisor;

  constructor(directory: string, first: DaemonParams, respawn: boolean) {
    this.directory = directory;
    const line =
      (level: string) =>
      (text: string): void =>
        void this.log.push(`${level}: ${text}`);
    const told = (what: string) => (): void => void this.systemd.push(what);
    const log: Logger = {
      debug: line("debug"),
      info: line("info"),
      warn: line("warn"),
      error: line("error"),
      event: () => undefined,
      close: () => Promise.resolve(),
    };
    this.supervisor = new Supervisor(configuration(first), first, {
      version: "1",
      configurationFile: "/k.conf",
      respawn,
      vrrpWanted: true,
      bfdWanted: true,
      allChildren: false,
      now: monotonicNow,
      log,
      fifos: new Fifos(() => ({ kill: () => undefined }), log),
      mailer: { configure: () => undefined, transition: () => undefined, finish: () => Promise.resolve() },
      hooks: {
        configure: () => void this.order.push("hooks configured"),
        transition: ({ subject, to, reason, priority }) => void this.hooks.push({ subject, to, reason, priority }),
        lowerPriorityHeard: () => undefined,
        drain: () => {
          this.order.push("hooks drained");
          return Promise.resolve();
        },
      },
      files: { configure: () => undefined, current: () => [], stop: () => undefined },
      processes: { configure: () => undefined, current: () => [], stop: () => undefined },
      scripts: {
        configure: () => void this.order.push("scripts configured"),
        current: () => this.verdicts,
        stop: () => Promise.resolve(),
      },
      systemd: {
        ready: told("READY"),
        reloading: told("RELOADING"),
        stopping: told("STOPPING"),
        status: told("STATUS"),
        failed: (_status, exitCode) => void this.systemd.push(`ERRNO ${exitCode}`),
        watchdog: told("WATCHDOG"),
      },
      ring: this.ring,
      spawnVrrp: (listener) => spawnChild([process.execPath, FAKE_CHILD, directory], parseFromVrrp, listener),
      spawnBfd: (listener) => spawnChild([process.execPath, FAKE_CHILD, directory], parseFromBfd, listener),
      readConfiguration: () => this.next,
      vrrpPid: (pid) => void this.pids.push(pid),
      onConfiguration: () => undefined,
      bfdPid: () => undefined,
      journal: () => undefined,
      onReady: () => void this.order.push("ready"),
    });
  }

  get pid(): number {
    const pid = this.pids.findLast((each) => each !== undefined);
    if (pid === undefined) throw new Error("there is no child yet");
    return pid;
  }

  /** What all children so far were told. */
  received(): readonly Readonly<Record<string, unknown>>[] {
    const file = join(this.directory, "received.jsonl");
    if (!existsSync(file)) return [];
    return readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line) => {
        const message: unknown = line === "" ? undefined : JSON.parse(line);
        return isObject(message) ? [message] : [];
      });
  }

  get isMaster(): boolean {
    return this.supervisor.store.instance("VI_1")?.state === "master" && this.supervisor.store.lastAlive !== undefined;
  }

  said(text: string): boolean {
    return this.log.some((line) => line.includes(text));
  }
}

/** Looks again after every little while until it is so; mocha's own limit ends what never comes. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("supervisor", function () {
  this.timeout(20_000);
  const stages: Stage[] = [];

  async function play(behaviour: string, first: DaemonParams = params, respawn = true): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), "vipd-supervisor-"));
    await writeFile(join(directory, "behaviour"), behaviour);
    const stage = new Stage(directory, first, respawn);
    stages.push(stage);
    stage.supervisor.start();
    return stage;
  }
  const behave = (stage: Stage, behaviour: string): Promise<void> =>
    writeFile(join(stage.directory, "behaviour"), behaviour);

  afterEach(async () => {
    for (const stage of stages.splice(0)) {
      stage.supervisor.stop();
      await stage.supervisor.finished;
      await rm(stage.directory, { recursive: true });
    }
  });

  it("configures hooks and scripts, then the child, and is ready when that is", async () => {
    const stage = await play("normal");
    await until(() => stage.isMaster);
    expect(stage.order).to.deep.equal(["hooks configured", "scripts configured", "ready"]);
    expect(stage.systemd).to.deep.equal(["READY"]);
    const [first, ...others] = stage.received();
    expect(first).to.deep.include({
      type: "configure",
      params: params.vrrp,
      scheduling: params.vrrpScheduling,
      resume: [],
      tuned: [],
    });
    expect(first).to.have.nested.property("since.boot").that.is.below(1_000_000_000);
    expect(others).to.deep.equal([]);
    expect(stage.hooks.map(({ to }) => to)).to.deep.equal(["master"]);
    const [child] = stage.supervisor.status().children;
    expect(child).to.include({ name: "vrrp", state: "running", restarts: 0, pid: stage.pid });
  });

  it("stops in order", async () => {
    const stage = await play("normal");
    await until(() => stage.isMaster);
    stage.supervisor.stop();
    expect(await stage.supervisor.finished).to.equal(0);
    expect(stage.hooks.map(({ to }) => to)).to.deep.equal(["master", "stopped"]);
    expect(stage.order.at(-1)).to.equal("hooks drained");
    expect(stage.systemd).to.deep.equal(["READY", "STOPPING"]);
    expect(stage.pids.at(-1)).to.equal(undefined);
  });

  it("kills a child that does not stop", async () => {
    const stage = await play("deaf");
    await until(() => stage.isMaster);
    stage.supervisor.stop();
    expect(await stage.supervisor.finished).to.equal(0);
    expect(stage.said("did not stop within 0.3 s; sending SIGKILL")).to.be.true;
  });

  it("lets a successor go on as master after a death", async () => {
    const stage = await play("normal");
    await until(() => stage.isMaster);
    const first = stage.pid;
    const killedAt = monotonicNow();
    process.kill(first, "SIGKILL");
    await until(() => stage.received().length === 2);
    const [resumption] = [stage.received()[1]?.["resume"]].flat();
    expect(resumption).to.have.property("instance", "VI_1");
    // Three intervals of 10 s, counted from the advertisement with which it became master.
    expect(resumption)
      .to.have.property("until")
      .that.is.closeTo(killedAt + 30_000_000, 2_000_000);
    expect(stage.said("was ended by SIGKILL; restarting")).to.be.true;
    expect(stage.pid).not.to.equal(first);
  });

  it("replaces a frozen child", async () => {
    const stage = await play("normal");
    await until(() => stage.isMaster);
    process.kill(stage.pid, "SIGSTOP");
    await until(() => stage.received().length === 2);
    expect(stage.said("was frozen: no heartbeat for 1 s; sending SIGKILL")).to.be.true;
    expect(stage.received()[1]?.["resume"]).to.have.lengthOf(1);
  });

  it("is not deceived by its own delay", async () => {
    const stage = await play("normal");
    await until(() => stage.isMaster);
    const end = Date.now() + 1_500;
    while (Date.now() < end);
    const last = stage.supervisor.store.lastAlive;
    await until(() => stage.supervisor.store.lastAlive !== last);
    expect(stage.said("frozen")).to.be.false;
    expect(stage.received()).to.have.lengthOf(1);
  });

  for (const code of [2, 4]) {
    it(`ends when the child ends with the permanent status ${code}`, async () => {
      const stage = await play(`exit ${code}`);
      expect(await stage.supervisor.finished).to.equal(code);
      expect(stage.said(`exited with status ${code}, a permanent error. Terminating`)).to.be.true;
      expect(stage.systemd).to.deep.equal([`ERRNO ${code}`, "STOPPING"]);
    });
  }

  it("tries again after other ends, later and later", async () => {
    const stage = await play("exit 1");
    await until(() => stage.said("exited with status 1; restarting in 1 s"));
    expect(stage.received()).to.have.lengthOf(2);
    expect(stage.supervisor.status().children[0]).to.include({ state: "waiting", restarts: 1 });
    await behave(stage, "normal");
    await until(() => stage.isMaster);
    expect(stage.order.filter((what) => what === "ready")).to.have.lengthOf(1);
  });

  it("ends with the child where -R was given", async () => {
    const stage = await play("exit 1", params, false);
    expect(await stage.supervisor.finished).to.equal(1);
  });

  it("logs what is no message, and goes on", async () => {
    const stage = await play("garbage");
    await until(() => stage.isMaster);
    expect(stage.said("sent a line that is not JSON: this is no JSON")).to.be.true;
    expect(stage.said("sent a message of no known type")).to.be.true;
  });

  it("tells a new child what is known of the scripts, and a running one what changes", async () => {
    const stage = await play("normal");
    await until(() => stage.isMaster);
    stage.verdicts = [{ script: "chk", up: true, detail: "" }];
    stage.supervisor.scriptChanged({ script: "chk", up: false, detail: "exited with status 1" });
    await until(() => stage.received().length === 2);
    process.kill(stage.pid, "SIGKILL");
    await until(() => stage.received().length === 4);
    expect(
      stage
        .received()
        .slice(1)
        .map(({ type, up }) => [type, up]),
    ).to.deep.equal([
      ["tracker", false],
      ["configure", undefined],
      ["tracker", true],
    ]);
    expect(stage.ring.get(2)).to.include({ kind: "script", script: "chk", up: false });
  });

  it("runs without children when nothing is configured, and starts them at a reload", async () => {
    const stage = await play("normal", noParams);
    expect(stage.systemd).to.deep.equal(["READY"]);
    expect(stage.said("configures no VRRP instance")).to.be.true;
    stage.supervisor.reload();
    await until(() => stage.isMaster);
    stage.next = configuration(noParams);
    stage.supervisor.reload();
    await until(() => stage.supervisor.status().children.length === 0);
    expect(stage.supervisor.status().instances).to.deep.equal([]);
  });

  describe("reload", () => {
    const changed: DaemonParams = { ...params, routerId: "changed" };

    it("puts a good configuration in force", async () => {
      const stage = await play("normal");
      await until(() => stage.isMaster);
      stage.next = configuration({ ...changed, vrrp: { ...params.vrrp, logUnknownVrids: true } });
      stage.supervisor.reload();
      await until(() => stage.supervisor.status().lastReload !== undefined);
      expect(stage.supervisor.status().lastReload).to.include({ ok: true });
      expect(stage.received()[1]).to.have.nested.property("params.logUnknownVrids", true);
      expect(stage.received()[1]?.["resume"]).to.deep.equal([]);
      expect(stage.systemd).to.deep.equal(["READY", "RELOADING", "READY"]);
      expect(stage.said("Reload complete")).to.be.true;
    });

    const bad: readonly (readonly [string, Configuration])[] = [
      ["an error", configuration(changed, error("k.conf:3:1: no such thing"))],
      ["a file that is gone", configuration(undefined, error("k.conf cannot be read"))],
      ["no instance that can work", { ...configuration(changed), hopeless: ["VI_1: no interface"] }],
    ];
    for (const [what, next] of bad) {
      it(`refuses ${what} and changes nothing`, async () => {
        const stage = await play("normal");
        await until(() => stage.isMaster);
        stage.next = next;
        stage.supervisor.reload();
        const { lastReload } = stage.supervisor.status();
        expect(lastReload).to.include({ ok: false });
        expect(stage.said("Reload refused, the running configuration stays in force")).to.be.true;
        expect(stage.received()).to.have.lengthOf(1);
        expect(stage.systemd).to.deep.equal(["READY", "RELOADING", "READY"]);
        expect(stage.order.filter((each) => each === "hooks configured")).to.have.lengthOf(1);
      });
    }

    it("is remembered once while one runs", async () => {
      const stage = await play("normal");
      await until(() => stage.isMaster);
      for (let i = 0; i < 5; i++) stage.supervisor.reload();
      await until(() => stage.log.filter((line) => line.includes("Reload complete")).length === 2);
      expect(stage.received().filter(({ type }) => type === "configure")).to.have.lengthOf(3);
    });
  });

  describe("dumps", () => {
    it("are written under keepalived's names, for their owner only", async () => {
      const directory = await mkdtemp(join(tmpdir(), "vipd-dump-"));
      const stage = await play("normal", { ...params, stateDumpFile: `${directory}/` });
      await until(() => stage.isMaster);
      await stage.supervisor.dumpData();
      expect(readFileSync(join(directory, "keepalived.data"), "utf8")).to.match(
        /VRRP Instance = VI_1\n.*\n {3}State = MASTER/,
      );
      expect(readFileSync(join(directory, "keepalived_parent.data"), "utf8")).to.contain("Router ID = test");
      await rm(directory, { recursive: true });
    });
  });
});
