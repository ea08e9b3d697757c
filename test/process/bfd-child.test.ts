// The bfd process from the supervisor's side, with a process that is played: what is told to whom, and what a death is.
import { expect } from "chai";
import { ip } from "../../src/base/ip.js";
import { instant, micros, millis, seconds } from "../../src/base/time.js";
import { newSession } from "../../src/bfd/session.js";
import { newSpeaker } from "../../src/bfd/speaker.js";
import { BfdChild } from "../../src/process/bfd-child.js";
import type { ChildListener } from "../../src/process/child-process.js";
import type { TrackerVerdict } from "../../src/process/vrrp-child.js";
import { type BfdSessionView, viewSession } from "../../src/status/bfd-view.js";
import type { Happening } from "../../src/status/rpc.js";
import type { FromBfd, ToBfd } from "../../src/supervise/bfd-messages.js";
import type { DaemonParams } from "../../src/supervise/params.js";
import { read } from "../config/machine.js";
import { sessionParams } from "../support/bfd.js";

const now = instant(10_000_000);

function daemonParams(...names: readonly string[]): DaemonParams {
  const { params } = read("");
  if (params === undefined) throw new Error("an empty configuration has params");
  const sessions = names.map((name, index) => sessionParams({ name, neighbor: ip(`10.0.0.${index + 2}`) }));
  return { ...params, bfd: { sessions } };
}

const view = (name: string, state: BfdSessionView["state"]): BfdSessionView => ({
  ...viewSession(newSession(sessionParams({ name }), 1, 1, now), newSpeaker(1)),
  state,
  detectionTimeMicros: millis(300),
});

const process = {
  pid: 77,
  startedAt: now,
  timerLatenessMaxMicros: 0,
  timerLatenessLastMicros: 0,
  unattributed: {},
  netlinkOverruns: 0,
  realtime: true,
  memoryLocked: true,
};

class Stage {
  readonly told: ToBfd[][] = [];
  readonly verdicts: string[] = [];
  readonly happenings: Happening[] = [];
  readonly reports: string[] = [];
  readonly child: BfdChild;
  #listener: ChildListener<FromBfd> | undefined;

  constructor(params: DaemonParams) {
    const told = (verdict: TrackerVerdict): void =>
      void this.verdicts.push(`${verdict.tracker} ${verdict.name} ${verdict.up ? "up" : "down"}`);
    this.child = new BfdChild(
      params,
      {
        spawn: (listener) => {
          this.#listener = listener;
          const messages: ToBfd[] = [];
          this.told.push(messages);
          return { pid: 77 + this.told.length, send: (message) => void messages.push(message), kill: () => undefined };
        },
        respawn: true,
        now: () => now,
      },
      {
        verdict: told,
        happened: (happening) => void this.happenings.push(happening),
        complained: () => undefined,
        report: (_level, what) => void this.reports.push(what),
        spawned: () => undefined,
        ended: () => undefined,
        started: () => undefined,
        stopped: () => void this.reports.push("stopped"),
        gaveUp: () => undefined,
      },
    );
  }

  say(message: FromBfd): void {
    this.#listener?.message(message);
  }

  /** The process shows its sessions, of which one comes up. */
  comeUp(session: string): void {
    this.say({ type: "ready" });
    this.change(session, "init", "up");
    this.say({ type: "views", sessions: [view(session, "up")], process });
  }

  change(session: string, from: "init" | "up" | "down", to: "up" | "down" | "init"): void {
    const about = { diagnostic: 0, remoteState: "up", remoteDiagnostic: 0, detectionTime: micros(0) } as const;
    this.say({ type: "changed", session, at: now, from, to, ...about });
  }

  die(): void {
    this.#listener?.ended({ signal: "SIGKILL" });
  }

  /** Ends what was started, so that no timer keeps the test running. */
  end(): void {
    this.child.shutdown();
    this.#listener?.ended({ code: 0 });
    this.child.configure(daemonParams(), false);
  }
}

describe("bfd child", () => {
  const stages: Stage[] = [];
  const play = (params: DaemonParams, wanted = true): Stage => {
    const stage = new Stage(params);
    stages.push(stage);
    stage.child.configure(params, wanted);
    return stage;
  };
  afterEach(() => {
    for (const stage of stages.splice(0)) stage.end();
  });

  it("tells a new process its sessions; they are down until it says otherwise", () => {
    const params = daemonParams("peer", "other");
    const stage = play(params);
    expect(stage.told).to.deep.equal([[{ type: "configure", params: params.bfd, scheduling: params.bfdScheduling }]]);
    expect(stage.verdicts).to.deep.equal(["bfd peer down", "bfd other down"]);
    stage.comeUp("peer");
    expect(stage.verdicts.slice(2)).to.deep.equal(["bfd peer up"]);
    expect(stage.child.verdicts).to.deep.equal([
      { tracker: "bfd", name: "peer", up: true },
      { tracker: "bfd", name: "other", up: false },
    ]);
    expect(stage.happenings).to.have.length(1);
    expect(stage.happenings[0]).to.include({ kind: "bfd", session: "peer", from: "init", to: "up" });
  });

  it("without a process (-B) the sessions are down, and nobody waits for them", () => {
    const stage = play(daemonParams("peer"), false);
    expect(stage.told).to.deep.equal([]);
    expect(stage.child.verdicts).to.deep.equal([{ tracker: "bfd", name: "peer", up: false }]);
    expect(stage.child.view).to.equal(undefined);
  });

  it("shows sessions in the order of the configuration, and its process", () => {
    const stage = play(daemonParams("peer", "other"));
    stage.say({ type: "ready" });
    stage.say({ type: "views", sessions: [view("other", "down"), view("peer", "init")], process });
    expect(stage.child.sessions.map(({ name }) => name)).to.deep.equal(["peer", "other"]);
    expect(stage.child.view).to.deep.include({ name: "bfd", state: "running", process });
  });

  it("a death is no news to those who depend on a session that was up; its successor is told the same", () => {
    const stage = play(daemonParams("peer"));
    stage.comeUp("peer");
    stage.die();
    expect(stage.verdicts).to.deep.equal(["bfd peer down", "bfd peer up"]);
    expect(stage.told).to.have.length(2);
    expect(stage.told[1]).to.deep.equal(stage.told[0]);
    const [session] = stage.child.sessions;
    expect(session).to.deep.include({ unattended: true, heldUntil: now + millis(300) + seconds(3) });
    stage.change("peer", "init", "up");
    stage.say({ type: "views", sessions: [view("peer", "up")], process });
    expect(stage.verdicts).to.have.length(2);
    expect(stage.child.sessions[0]).to.not.have.any.keys("unattended", "heldUntil");
    stage.change("peer", "up", "down");
    expect(stage.verdicts.at(-1)).to.equal("bfd peer down");
  });

  it("a reload tells the running process, and forgets what is gone", () => {
    const stage = play(daemonParams("peer", "other"));
    stage.comeUp("peer");
    const next = daemonParams("other", "third");
    stage.child.configure(next, true);
    expect(stage.told).to.have.length(1);
    expect(stage.told[0]?.[1]).to.deep.include({ type: "configure", params: next.bfd });
    expect(stage.child.verdicts.map(({ name }) => name)).to.deep.equal(["other", "third"]);
    expect(stage.child.sessions).to.deep.equal([]);
  });

  it("complaints are told on, and no session left stops the process", () => {
    const stage = play(daemonParams("peer"));
    stage.say({ type: "ready" });
    const about = { kind: "refused", detail: "bind: EADDRINUSE" } as const;
    stage.say({ type: "complaint", session: "peer", about });
    expect(stage.happenings).to.deep.equal([{ kind: "bfdComplaint", session: "peer", about }]);
    stage.child.configure(daemonParams(), false);
    expect(stage.told[0]?.at(-1)).to.deep.equal({ type: "shutdown" });
    stage.die();
    expect(stage.reports.at(-1)).to.equal("stopped");
  });
});
