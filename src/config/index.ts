// keepalived.conf in, what the daemon is to do out: the entry of this room.
import type { DaemonParams } from "../supervise/params.js";
import { exitStatusOf, Report, type Diagnostic, type ExitStatus } from "./diagnostics.js";
import type { ConfigEnvironment } from "./environment.js";
import { defaultRoot, root } from "./keywords/root.js";
import { lowerDaemon } from "./lower/daemon.js";
import { readTree } from "./read-tree.js";
import { readStatements, section, type Scope } from "./table.js";
import { beginning, type Statement } from "./tree.js";

export type { Diagnostic, ExitStatus, Finding } from "./diagnostics.js";
export { isRemark, meanings, problems } from "./diagnostics.js";
export { reportJson } from "./report-json.js";
export { reportSarif } from "./report-sarif.js";
export type { ConfigEnvironment, FileContent, InterfaceFacts, ProgramFacts, UserFacts } from "./environment.js";
export { renderDiagnostic, renderFinding, type RenderOptions } from "./render.js";

export interface Configuration {
  /** Absent when the daemon must not run with it: the file cannot be read, or a keyword lacks its word. */
  readonly params?: DaemonParams;
  /** In file order, each once. */
  readonly diagnostics: readonly Diagnostic[];
  /** What `--config-test` exits with. */
  readonly exitStatus: ExitStatus;
  /** The main file first, then what it includes, in reading order. */
  readonly files: readonly string[];
  /** The text itself, includes read and parameters put in: what lint, print and diff look at. */
  readonly statements: readonly Statement[];
}

/** Reads, checks and resolves a configuration. Never throws, whatever the files hold. */
export function readConfiguration(path: string, environment: ConfigEnvironment): Configuration {
  const report = new Report();
  const scope: Scope = { report, environment };
  const { statements, files, readable } = readTree(path, environment, report);
  const start = beginning(path);
  const conf = section(defaultRoot(start), start);
  readStatements(statements, root, conf, scope);
  report.startCompletion();
  const params = lowerDaemon(conf.conf, scope);
  const diagnostics = report.inOrder(files);
  const exitStatus = exitStatusOf(diagnostics);
  const runnable = readable && exitStatus !== 2;
  return { ...(runnable && { params }), diagnostics, exitStatus, files, statements };
}
