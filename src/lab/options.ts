// The command line of the lab.
import { parseArgs } from "node:util";
import { err, ok, type Result } from "../base/result.js";
import { insideFlag } from "./isolation.js";
import { parseScript, scriptHelp, type ScriptStep } from "./script.js";

export interface LabOptions {
  readonly help: boolean;
  readonly inside: boolean;
  /** Absent: live at the terminal. */
  readonly script?: readonly ScriptStep[];
  /** Milliseconds. */
  readonly limit: number;
}

export const help = `vipd lab: two vipd nodes and a client in network namespaces of their own

  npm start                                  live, at a terminal
  npm start -- --script "STEP; STEP; ..."    without a terminal
      --limit MS     the longest outage that is still a success (default 1000)
      --help         this text

The configurations are etc/lab/a.conf and etc/lab/b.conf. Steps of a script:
${scriptHelp}

For example:
  npm start -- --script "until a answers; kill a; until b answers; start a; until a answers"

Exit status: 0; 1 when the script failed or the virtual IP was gone for longer than the limit; 2 for a wrong option.
`;

export function readOptions(argv: readonly string[]): Result<LabOptions, string> {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        help: { type: "boolean", short: "h", default: false },
        script: { type: "string" },
        limit: { type: "string", default: "1000" },
        [insideFlag.slice(2)]: { type: "boolean", default: false },
      },
    });
    const limit = Number(values.limit);
    if (!(limit > 0)) return err(`--limit wants a number of milliseconds, not "${values.limit}"`);
    const common = { help: values.help, inside: argv.includes(insideFlag), limit };
    if (values.script === undefined) return ok(common);
    const script = parseScript(values.script);
    return script.ok ? ok({ ...common, script: script.value }) : script;
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}
