// Runs the vrrp_script programs, in the supervisor: each is a small machine, and what it wants run is run here.
import { micros, after, seconds, type Instant } from "../base/time.js";
import type { Command, CommandOutcome } from "../base/command.js";
import type { ScriptParams } from "../track/params.js";
import { scriptMachine, trackScript, type ScriptEffect } from "../track/script.js";
import type { RunningCommand } from "../host/scripts.js";
import { drive } from "./drive.js";
import type { Logger } from "./logging.js";
import { createWakeTimer } from "./wake-timer.js";

/** What is known of a tracked script. */
export interface ScriptVerdict {
  readonly script: string;
  readonly up: boolean;
  /** Why, in words: "exited with status 1". */
  readonly detail: string;
}

export interface TrackScripts {
  /** At start and at every reload: scripts with equal name and command keep their verdict. */
  configure(scripts: readonly ScriptParams[]): void;
  /** Every verdict known so far: what a vrrp process that starts is told first. */
  current(): readonly ScriptVerdict[];
  /** Ends the programs that run and starts no more; resolves when all have ended, two seconds later at most. */
  stop(): Promise<void>;
}

export interface TrackScriptOptions {
  readonly now: () => Instant;
  readonly run: (command: Command, onEnd: (outcome: CommandOutcome) => void) => RunningCommand;
  /** Called when a verdict is reached or changes. */
  readonly onVerdict: (verdict: ScriptVerdict) => void;
  readonly log: Logger;
}

/** First runs are spread over this time, so that a hundred scripts do not start in the same instant. */
const SPREAD = seconds(0.2);

export function createTrackScripts(options: TrackScriptOptions): TrackScripts {
  const scripts = new Map<string, ScriptDriver>();
  const ending = new Set<Promise<void>>();

  const retire = (script: ScriptDriver): void => {
    const over = script.stop();
    ending.add(over);
    void over.then(() => ending.delete(over));
  };

  return {
    configure: (wanted) => {
      const kept = new Set<ScriptDriver>();
      for (const [index, params] of wanted.entries()) {
        const known = scripts.get(params.name);
        if (known?.runs(params.command) === true) {
          known.replaceParams(params);
          kept.add(known);
          continue;
        }
        if (known !== undefined) retire(known);
        const offset = micros(Math.floor((index * Math.min(SPREAD, params.interval)) / wanted.length));
        const script = driveScript(params, after(options.now(), offset), options);
        scripts.set(params.name, script);
        kept.add(script);
      }
      for (const [name, script] of scripts) {
        if (kept.has(script)) continue;
        retire(script);
        scripts.delete(name);
      }
    },
    current: () => [...scripts.values()].map((script) => script.verdict()).filter((verdict) => verdict !== undefined),
    stop: async () => {
      for (const script of scripts.values()) retire(script);
      scripts.clear();
      await Promise.all(ending);
    },
  };
}

interface ScriptDriver {
  runs(command: Command): boolean;
  verdict(): ScriptVerdict | undefined;
  replaceParams(params: ScriptParams): void;
  stop(): Promise<void>;
}

/** Host of one script's machine. */
function driveScript(params: ScriptParams, startAt: Instant, options: TrackScriptOptions): ScriptDriver {
  const { now, run, onVerdict, log } = options;
  const { name: script, command } = params;
  let running: RunningCommand | undefined;
  let onEnded: (() => void) | undefined;

  const ended = (outcome: CommandOutcome): void => {
    running = undefined;
    machine.deliver({ kind: "ended", outcome });
    onEnded?.();
  };

  const perform = (effect: ScriptEffect): void => {
    switch (effect.kind) {
      case "run":
        running = run(command, ended);
        break;
      case "kill": {
        const { signal } = effect;
        const refused = running?.kill(signal);
        if (refused !== undefined) log.error(`Script ${script} cannot be ended with ${signal}: ${refused}`, { script });
        break;
      }
      case "skipped":
        log.debug(`Script ${script} is still running: a start was skipped`, { script });
        break;
      case "verdict":
        onVerdict({ script, up: effect.up, detail: effect.detail });
        break;
    }
  };

  const timer = createWakeTimer(now, () => machine.deliver({ kind: "timeout" }));
  const machine = drive(scriptMachine, trackScript(params, startAt), {
    now,
    wakeAt: timer.wakeAt,
    perform: (effects) => effects.forEach(perform),
  });
  const verdict = (): ScriptVerdict | undefined => machine.state.verdict && { script, ...machine.state.verdict };

  timer.wakeAt(startAt);
  const assumed = verdict();
  if (assumed !== undefined) onVerdict(assumed);

  return {
    runs: (other) => JSON.stringify(other) === JSON.stringify(command),
    verdict,
    replaceParams: (replacement) => machine.deliver({ kind: "paramsReplaced", params: replacement }),
    stop: () =>
      new Promise((resolve) => {
        if (running === undefined) resolve();
        else onEnded = resolve;
        machine.deliver({ kind: "stop" });
      }),
  };
}
