// The hook runner and the track scripts with real programs.
import { expect } from "chai";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command, Identity } from "../../src/base/command.js";
import { after, millis, seconds } from "../../src/base/time.js";
import { monotonicNow } from "../../src/host/clock.js";
import { runCommand } from "../../src/host/scripts.js";
import { instanceSubject } from "../../src/notify/params.js";
import { createHookRunner, type HookOutcome, type HookRunner } from "../../src/process/hooks.js";
import { createTrackScripts, type ScriptVerdict, type TrackScripts } from "../../src/process/track-scripts.js";
import type { ScriptParams } from "../../src/track/params.js";
import type { StateName } from "../../src/vrrp/effects.js";
import { rememberingLog } from "../support/log.js";

const identity: Identity = { user: "me", uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, groups: [] };

describe("supervisor's programs", function () {
  this.timeout(20_000);
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "vipd-hooks-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const file = (name: string): string => join(directory, name);
  const script = (name: string, text: string): Command => {
    writeFileSync(file(name), `#!/bin/sh\n${text}\n`);
    chmodSync(file(name), 0o755);
    return { argv: [file(name)], identity };
  };

  describe("hooks", () => {
    const outcomes: HookOutcome[] = [];
    const start = (timeout = seconds(10)): { readonly hooks: HookRunner; readonly lines: readonly string[] } => {
      outcomes.length = 0;
      const log = rememberingLog();
      const onOutcome = (outcome: HookOutcome): void => void outcomes.push(outcome);
      const limits = { timeout, parallel: 4 };
      return {
        hooks: createHookRunner({ limits, now: monotonicNow, run: runCommand, onOutcome, log }),
        lines: log.lines,
      };
    };
    const transition = (hooks: HookRunner, to: StateName): void =>
      hooks.transition({ subject: instanceSubject("VI_1"), to, reason: { code: "startup" }, priority: 77 });
    const drained = (hooks: HookRunner): Promise<void> => hooks.drain(after(monotonicNow(), seconds(15)));

    it("run in order although the first is the slowest, with keepalived's arguments", async () => {
      const { hooks } = start();
      const slowBackup = script("backup", `sleep 0.3; echo backup >>${file("order")}`);
      const any = script("any", `echo "$@" >>${file("order")}`);
      hooks.configure([{ subject: instanceSubject("VI_1"), backup: slowBackup, any }]);
      for (const state of ["backup", "master", "stopped"] as const) transition(hooks, state);
      await drained(hooks);
      expect(readFileSync(file("order"), "utf8").trim().split("\n")).to.deep.equal([
        "backup",
        "INSTANCE VI_1 BACKUP 77",
        "INSTANCE VI_1 MASTER 77",
        "INSTANCE VI_1 STOP 77",
      ]);
      expect(outcomes.map(({ ok }) => ok)).to.deep.equal([true, true, true, true]);
    });

    it("are ended when they take too long, and the next one runs", async () => {
      const { hooks } = start(millis(200));
      hooks.configure([
        {
          subject: instanceSubject("VI_1"),
          backup: script("hang", "exec sleep 600"),
          master: script("next", `echo >${file("told")}`),
        },
      ]);
      transition(hooks, "backup");
      transition(hooks, "master");
      await drained(hooks);
      expect(outcomes[0]).to.deep.include({ ok: false, program: file("hang") });
      expect(outcomes[0]?.outcome).to.equal("took longer than 0.2 s, then ended by signal SIGTERM");
      expect(existsSync(file("told"))).to.equal(true);
    });

    it("report a script that does not exist", async () => {
      const { hooks } = start();
      hooks.configure([{ subject: instanceSubject("VI_1"), any: { argv: [file("nothing")], identity } }]);
      transition(hooks, "master");
      await drained(hooks);
      expect(outcomes[0]?.ok).to.equal(false);
      expect(outcomes[0]?.outcome).to.match(/^could not be started: .*nothing or the interpreter .* does not exist/);
    });

    it("are ended when the daemon has waited for them long enough, and say what was not told", async () => {
      const { hooks, lines } = start();
      hooks.configure([{ subject: instanceSubject("VI_1"), any: script("hang", "exec sleep 600") }]);
      transition(hooks, "master");
      transition(hooks, "stopped");
      await hooks.drain(after(monotonicNow(), millis(100)));
      expect(outcomes[0]?.outcome).to.match(/^had not ended when the daemon stopped, then ended by signal SIGTERM/);
      expect(lines).to.deep.equal(["warn: (VI_1) notify scripts were not told of STOP: vipd stops"]);
    });
  });

  describe("track scripts", () => {
    let scripts: TrackScripts | undefined;
    afterEach(() => scripts?.stop());

    const params = (name: string, command: Command, changes: Partial<ScriptParams> = {}): ScriptParams => ({
      ...{ name, command, interval: millis(100), timeout: seconds(5), rise: 1, fall: 1, initFail: false },
      ...changes,
    });

    /** Track scripts, and a promise of the next verdict that fits. */
    const start = (): { readonly tracked: TrackScripts; readonly verdict: (up: boolean) => Promise<ScriptVerdict> } => {
      const heard: ScriptVerdict[] = [];
      let look: () => void = () => undefined;
      const onVerdict = (verdict: ScriptVerdict): void => {
        heard.push(verdict);
        look();
      };
      const tracked = createTrackScripts({ now: monotonicNow, run: runCommand, onVerdict, log: rememberingLog() });
      scripts = tracked;
      const verdict = (up: boolean): Promise<ScriptVerdict> =>
        new Promise((resolve) => {
          look = () => {
            for (let next = heard.shift(); next !== undefined; next = heard.shift()) if (next.up === up) resolve(next);
          };
          look();
        });
      return { tracked, verdict };
    };

    it("tell when a service goes and comes", async () => {
      const { tracked, verdict } = start();
      tracked.configure([params("chk", script("chk", `test -e ${file("alive")}`))]);
      expect(await verdict(false)).to.deep.equal({ script: "chk", up: false, detail: "exited with status 1" });
      writeFileSync(file("alive"), "");
      expect((await verdict(true)).up).to.equal(true);
      expect(tracked.current().map(({ up }) => up)).to.deep.equal([true]);
    });

    it("fail when they take too long", async () => {
      const { tracked, verdict } = start();
      tracked.configure([params("chk", script("chk", "exec sleep 600"), { timeout: millis(100) })]);
      expect(await verdict(false)).to.have.property("detail", "took longer than 0.1 s");
    });

    it("with init_fail are down before they have run", () => {
      const { tracked } = start();
      tracked.configure([params("chk", script("chk", "exit 0"), { initFail: true })]);
      expect(tracked.current()).to.have.length(1);
      expect(tracked.current()[0]).to.include({ script: "chk", up: false });
    });

    it("keep their verdict over a reload when name and command are the same, and only then", async () => {
      const { tracked, verdict } = start();
      const command = script("chk", "exit 0");
      tracked.configure([params("chk", command)]);
      await verdict(true);
      tracked.configure([params("chk", command, { interval: seconds(60), fall: 3 })]);
      expect(tracked.current().map(({ up }) => up)).to.deep.equal([true]);
      tracked.configure([params("chk", script("other", "exit 1"), { interval: seconds(60) })]);
      expect(tracked.current()).to.deep.equal([]);
      await verdict(false);
      tracked.configure([]);
      expect(tracked.current()).to.deep.equal([]);
    });

    it("stop: what runs is ended before the promise resolves", async () => {
      const { tracked, verdict } = start();
      tracked.configure([
        params("chk", script("chk", `echo $$ >${file("pid")}; exec sleep 600`), { timeout: seconds(1) }),
      ]);
      await verdict(false);
      await tracked.stop();
      expect(existsSync(`/proc/${readFileSync(file("pid"), "utf8").trim()}`)).to.equal(false);
    });
  });
});
