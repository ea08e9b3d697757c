// The life of a child process as a machine: start, watch, restart with back-off, stop. It knows nothing of what the
// child does; the supervisor runs one of these for each kind of child.
//
//   absent ──▶ starting ──▶ running ──▶ stopping ──▶ absent       configured, ready, shutdown, exited
//                 │            │           │
//                 ├────────────┴───────────┴──▶ killed            silent too long, or too slow to stop
//                 ▼                                │
//              waiting ◀───────────────────────────┘              died: back-off, then starting again
import { type Instant, after, elapsed, micros, toSeconds } from "../base/time.js";
import type { Machine, Step } from "../base/machine.js";
import { respawnDelay } from "./backoff.js";
import {
  CHECKS_UNTIL_FROZEN,
  CHECKS_UNTIL_START_FAILED,
  CHECK_PERIOD,
  type Child,
  type ChildEffect,
  type ChildEvent,
  type ChildPhase,
  type Exit,
  KILL_PATIENCE,
} from "./child.js";

type ChildStep = Step<Child, ChildEffect>;

export const childMachine: Machine<Child, ChildEvent, ChildEffect> = { step, nextDue };

function step(child: Child, event: ChildEvent, now: Instant): ChildStep {
  switch (event.kind) {
    case "configured":
      return configured({ ...child, policy: event.policy, wanted: true }, now);
    case "spawned":
      return stay({ ...child, pid: event.pid });
    case "spawnFailed":
      return ended(child, `could not be started: ${event.detail}`, undefined, now);
    case "heard":
      return stay(heard(child));
    case "ready":
      return ready(heard(child));
    case "exited":
      return ended(child, describeExit(event.exit), event.exit, now);
    case "shutdown":
      return shutdown({ ...child, wanted: false }, now);
    case "timeout":
      return timeout(child, now);
  }
}

function nextDue({ phase }: Child): Instant | undefined {
  switch (phase.state) {
    case "absent":
      return undefined;
    case "starting":
    case "running":
      return phase.checkAt;
    case "stopping":
      return phase.killAt;
    case "killed":
      return phase.hangs ? undefined : phase.hangsAt;
    case "waiting":
      return phase.startAt;
  }
}

const stay = (child: Child): ChildStep => ({ state: child, effects: [] });
const report = (level: "warn" | "error", what: string): ChildEffect => ({ kind: "report", level, what });

function configured(child: Child, now: Instant): ChildStep {
  switch (child.phase.state) {
    case "absent":
      return start(child, now);
    case "starting":
    case "running":
      return { state: child, effects: [{ kind: "configure" }] };
    case "stopping":
    case "killed":
    case "waiting":
      // It will be started again, and then with the newest configuration.
      return stay(child);
  }
}

function start(child: Child, now: Instant): ChildStep {
  const checkAt = after(now, CHECK_PERIOD);
  const phase: ChildPhase = { state: "starting", startedAt: now, heard: false, silentChecks: 0, checkAt };
  return { state: { ...child, phase }, effects: [{ kind: "spawn" }, { kind: "configure" }] };
}

function heard(child: Child): Child {
  const { phase } = child;
  if (phase.state !== "starting" && phase.state !== "running") return child;
  return { ...child, phase: { ...phase, heard: true, silentChecks: 0 } };
}

function ready(child: Child): ChildStep {
  const { phase } = child;
  if (phase.state !== "starting") return stay(child);
  return { state: { ...child, phase: { ...phase, state: "running" } }, effects: [{ kind: "started" }] };
}

function shutdown(child: Child, now: Instant): ChildStep {
  const { phase } = child;
  switch (phase.state) {
    case "absent":
    case "waiting":
      return gone(child, []);
    case "starting":
    case "running": {
      const killAt = after(now, child.policy.stopWait);
      const stopping: ChildPhase = { state: "stopping", startedAt: phase.startedAt, killAt };
      return { state: { ...child, phase: stopping }, effects: [{ kind: "sendShutdown" }] };
    }
    case "stopping":
    case "killed":
      return stay(child);
  }
}

function timeout(child: Child, now: Instant): ChildStep {
  const { phase } = child;
  const due = nextDue(child);
  if (due === undefined || now < due) return stay(child);
  switch (phase.state) {
    case "absent":
      return stay(child);
    case "starting":
    case "running":
      return check(child, phase, now);
    case "stopping":
      return kill(child, phase, `did not stop within ${toSeconds(child.policy.stopWait)} s`, now);
    case "killed": {
      const what = "does not die from SIGKILL: it hangs in a system call of the kernel (ps -o wchan shows where)";
      return { state: { ...child, phase: { ...phase, hangs: true } }, effects: [report("error", what)] };
    }
    case "waiting":
      return start({ ...child, restarts: child.restarts + 1 }, now);
  }
}

type Alive = Extract<ChildPhase, { readonly state: "starting" | "running" }>;

function check(child: Child, phase: Alive, now: Instant): ChildStep {
  const silentChecks = phase.silentChecks + 1;
  const allowed = phase.heard ? CHECKS_UNTIL_FROZEN : CHECKS_UNTIL_START_FAILED;
  if (silentChecks < allowed) {
    return stay({ ...child, phase: { ...phase, silentChecks, checkAt: after(now, CHECK_PERIOD) } });
  }
  const silence = toSeconds(micros(allowed * CHECK_PERIOD));
  const why = phase.heard ? `was frozen: no heartbeat for ${silence} s` : `did not come up within ${silence} s`;
  return kill(child, phase, why, now);
}

function kill(child: Child, { startedAt }: { readonly startedAt: Instant }, why: string, now: Instant): ChildStep {
  const phase: ChildPhase = { state: "killed", startedAt, why, hangsAt: after(now, KILL_PATIENCE), hangs: false };
  return { state: { ...child, phase }, effects: [report("error", `${why}; sending SIGKILL`), { kind: "kill" }] };
}

/** The process is gone, or never came to be. */
function ended(child: Child, how: string, exit: Exit | undefined, now: Instant): ChildStep {
  const { phase } = child;
  if (phase.state === "absent" || phase.state === "waiting") return stay(child);

  const why = phase.state === "killed" ? phase.why : how;
  const dead = withoutProcess(child, why);
  if (!child.wanted)
    return gone(dead, phase.state === "stopping" && exit?.code !== 0 ? [report("warn", `${how} while stopping`)] : []);
  if (phase.state === "stopping") return start(dead, now);

  const code = phase.state === "killed" ? undefined : exit?.code;
  // 2 configuration, 4 permission: the next one would fail in the same way.
  if (code === 2 || code === 4) return giveUp(dead, code, `${why}, a permanent error`);
  if (!child.policy.respawn)
    return giveUp(dead, code === undefined || code === 0 ? 1 : code, `${why}; -R forbids a restart`);
  return respawn(dead, phase.startedAt, why, now);
}

function withoutProcess({ pid: _pid, ...child }: Child, lastEnd: string): Child {
  return { ...child, phase: { state: "absent" }, lastEnd };
}

const gone = (child: Child, effects: readonly ChildEffect[]): ChildStep => ({
  state: { ...child, phase: { state: "absent" } },
  effects: [...effects, { kind: "stopped" }],
});

const giveUp = (child: Child, exitCode: number, what: string): ChildStep => ({
  state: { ...child, wanted: false },
  effects: [{ kind: "gaveUp", exitCode, what }],
});

function respawn(child: Child, startedAt: Instant, why: string, now: Instant): ChildStep {
  const delay = respawnDelay(elapsed(startedAt, now), child.delay);
  if (delay > 0) {
    const phase: ChildPhase = { state: "waiting", startAt: after(now, delay) };
    return {
      state: { ...child, delay, phase },
      effects: [report("error", `${why}; restarting in ${toSeconds(delay)} s`)],
    };
  }
  const restarted = start({ ...child, delay, restarts: child.restarts + 1 }, now);
  return { state: restarted.state, effects: [report("error", `${why}; restarting`), ...restarted.effects] };
}

function describeExit({ code, signal }: Exit): string {
  return signal === undefined ? `exited with status ${code ?? "unknown"}` : `was ended by ${signal}`;
}
