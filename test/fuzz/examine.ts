// What must hold of every reading, whatever the text: no exception, diagnostics that can be shown, tools that agree.
import { reportJson, reportSarif, renderDiagnostic, meanings, readConfiguration } from "../../src/config/index.js";
import { diffConfigurations } from "../../src/config/diff.js";
import { formatText } from "../../src/config/format.js";
import { lint } from "../../src/config/lint/index.js";
import { printConfiguration } from "../../src/config/print.js";
import { machine, MAIN } from "../config/machine.js";

/** What is wrong with the reading of a text; undefined when nothing is. */
export function examine(text: string): string | undefined {
  try {
    return problemOf(text);
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function problemOf(text: string): string | undefined {
  const environment = machine({ files: { [MAIN]: text } });
  const reading = readConfiguration(MAIN, environment);
  const { diagnostics, exitStatus, params, statements } = reading;
  for (const diagnostic of diagnostics) {
    if (!renderDiagnostic(diagnostic).includes(diagnostic.code)) return `${diagnostic.code} is not shown`;
    if ((diagnostic.place?.column ?? 1) < 1) return `${diagnostic.code} has a column below 1`;
  }
  const worst = Math.max(0, ...diagnostics.map((diagnostic) => diagnostic.exitStatus));
  if ((worst === 0) !== (exitStatus === 0)) return `exit status ${exitStatus}, but the worst diagnostic has ${worst}`;
  if ((params === undefined) !== (exitStatus === 2)) return "params without a right, or none without a reason";
  JSON.parse(reportJson(diagnostics, exitStatus));
  JSON.parse(reportSarif(diagnostics, { name: "fuzz", version: "0", meanings }));
  lint([
    { file: MAIN, statements, environment },
    { file: MAIN, statements, environment },
  ]);
  const { blocks } = diffConfigurations(reading, reading);
  if (blocks.length > 0) return `a reading differs from itself in ${blocks[0]?.block ?? ""}`;
  const formatted = formatText(text);
  if (formatText(formatted) !== formatted) return "what is formatted is formatted otherwise";
  const printed = readConfiguration(MAIN, machine({ files: { [MAIN]: printConfiguration(reading) } }));
  if (params !== undefined && JSON.stringify(printed.params) !== JSON.stringify(params)) {
    return "what is printed does not read like what it was made from";
  }
  return undefined;
}
