// startup_script and shutdown_script: run once, and waited for, before anything starts and after everything has stopped.
import { type Command, type CommandOutcome, describeOutcome, succeeded } from "../base/command.js";
import { toSeconds } from "../base/time.js";
import type { RunningCommand } from "../host/scripts.js";
import type { LifeScript } from "../supervise/params.js";
import type { Logger } from "./logging.js";

type Run = (command: Command, onEnd: (outcome: CommandOutcome) => void) => RunningCommand;

/** SIGTERM has not helped after so long: SIGKILL. */
const PATIENCE_AFTER_TERM_MILLIS = 2_000;

/**
 * Resolves when the script has ended; it is ended after its timeout, and when `interrupted` resolves first. Whatever becomes of it,
 * the daemon goes on, as keepalived does.
 */
export async function runLifeScript(
  keyword: "startup_script" | "shutdown_script",
  script: LifeScript,
  run: Run,
  log: Logger,
  interrupted: Promise<unknown> = new Promise(() => undefined),
): Promise<void> {
  const program = script.command.argv[0] ?? "";
  let end: (outcome: CommandOutcome) => void = () => undefined;
  const ended = new Promise<CommandOutcome>((resolve) => {
    end = resolve;
  });
  const running = run(script.command, (outcome) => end(outcome));
  let killTimer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    running.kill("SIGTERM");
    killTimer ??= setTimeout(() => void running.kill("SIGKILL"), PATIENCE_AFTER_TERM_MILLIS);
  };
  let overdue = "";
  const limit = setTimeout(() => {
    overdue = `took longer than ${toSeconds(script.timeout)} s (${keyword}_timeout), then `;
    stop();
  }, script.timeout / 1_000);
  void interrupted.then(stop);
  const outcome = await ended;
  clearTimeout(limit);
  clearTimeout(killTimer);
  const what = `The ${keyword} ${program} ${overdue}${describeOutcome(outcome)}`;
  if (succeeded(outcome) && overdue === "") log.info(what);
  else log.warn(`${what}; vipd goes on`);
}
