// One reading of a configuration: its statements, its settings, what the daemon is to do, and what is wrong with it.
import type { DaemonParams } from "../supervise/params.js";
import { exitStatusOf, Report, type Diagnostic, type ExitStatus } from "./diagnostics.js";
import type { ConfigEnvironment } from "./environment.js";
import { homesIn } from "./homes.js";
import { defaultRoot, root } from "./keywords/root.js";
import { lowerDaemon } from "./lower/daemon.js";
import { readTree, type Manner, type Text } from "./read-tree.js";
import { readStatements, section, type Scope } from "./table.js";
import { beginning } from "./tree.js";

export interface Reading extends Text {
  readonly params: DaemonParams;
  /** In file order, each once. */
  readonly diagnostics: readonly Diagnostic[];
  readonly exitStatus: ExitStatus;
}

const homes = homesIn(root);

export function readOnce(path: string, environment: ConfigEnvironment, manner: Manner): Reading {
  const report = new Report();
  const scope: Scope = { report, environment, homes };
  const text = readTree(path, environment, report, manner);
  const start = beginning(path);
  const conf = section(defaultRoot(start), start);
  readStatements(text.statements, root, conf, scope);
  report.startCompletion();
  const params = lowerDaemon(conf.conf, scope);
  const diagnostics = report.inOrder(text.files);
  return { ...text, params, diagnostics, exitStatus: exitStatusOf(diagnostics) };
}
