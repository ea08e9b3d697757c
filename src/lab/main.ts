// The lab: `npm start`. It shows the product in a minute, on any machine, and leaves that machine as it was.
import { longestOutage, successRate } from "./availability.js";
import { INTERRUPTED, onOutsideGone, runInside, whyNotIsolated } from "./isolation.js";
import { Lab } from "./lab.js";
import { runLive } from "./live.js";
import { help, readOptions, type LabOptions } from "./options.js";
import { render } from "./paint.js";
import { eventLine, milliseconds, percent } from "./screen.js";
import { runScripted } from "./scripted.js";
import type { ScriptStep } from "./script.js";

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const complain = (text: string): boolean => process.stderr.write(`${text}\n`);

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (!options.ok) {
    complain(`${options.error}\nnpm start -- --help tells more.`);
    return 2;
  }
  if (options.value.help) {
    process.stdout.write(help);
    return 0;
  }
  if (options.value.inside) return inside(options.value);
  if (options.value.script === undefined && !(process.stdin.isTTY && process.stdout.isTTY)) {
    complain(`The live lab needs a terminal, and there is none. Without one: npm start -- --script "..."\n\n${help}`);
    return 2;
  }
  const refusal = whyNotIsolated();
  if (refusal !== undefined) {
    complain(`The lab cannot start: ${refusal}`);
    return 1;
  }
  return runInside([process.argv[1] ?? "", ...argv]);
}

async function inside({ script, limit }: LabOptions): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    onOutsideGone(resolve);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
  return script === undefined ? live(stopped) : scripted(script, limit, stopped);
}

async function live(stopped: Promise<void>): Promise<number> {
  const lab = new Lab();
  await runLive(lab, stopped);
  const { availability, now } = lab.view;
  const rate = successRate(availability);
  if (rate !== undefined) {
    const longest = milliseconds(longestOutage(availability, now));
    say(`vipd lab: ${percent(rate)} of ${availability.sent} requests answered, longest outage ${longest}`);
  }
  return 0;
}

async function scripted(steps: readonly ScriptStep[], limit: number, stopped: Promise<void>): Promise<number> {
  const colours = process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "";
  const lab = new Lab((event) =>
    say(
      colours
        ? render(eventLine(event), true)
        : eventLine(event)
            .map(({ text }) => text)
            .join(""),
    ),
  );
  const verdict = await Promise.race([runScripted(lab, steps, limit), stopped]);
  if (verdict === undefined) return INTERRUPTED;
  say(`\n${verdict.summary.join("\n")}`);
  return verdict.ok ? 0 : 1;
}

// The processes of the lab are still there and would keep this one alive; the kernel ends them with it.
main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    complain(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
