// What vipd makes of a setting.
import { readConfiguration } from "../../../src/config/index.js";
import { machine, MAIN } from "../machine.js";
import { place } from "./contexts.js";
import type { Try, Verdict } from "./record.js";

const MACHINE = { users: { root: 0 }, groups: { root: 0 }, programs: ["/usr/bin/true"] };

export function verdictOf({ block, setting }: Pick<Try, "block" | "setting">): Verdict {
  const { text, line } = place(block, setting);
  const { diagnostics, exitStatus } = readConfiguration(MAIN, machine({ ...MACHINE, files: { [MAIN]: text } }));
  const named = diagnostics.flatMap((found) =>
    found.exitStatus === 0 || found.stage === "completion" || found.place === undefined
      ? []
      : [found.place.line.number],
  );
  const [first] = named.sort((a, b) => a - b);
  return { status: exitStatus, ...(first !== undefined && { line: first - line }) };
}
