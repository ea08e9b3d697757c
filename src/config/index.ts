// keepalived.conf in, what the daemon is to do out: the entry of this room.
import type { DaemonParams } from "../supervise/params.js";
import type { Diagnostic, ExitStatus } from "./diagnostics.js";
import type { ConfigEnvironment } from "./environment.js";
import { viewOf, type Misreading } from "./keepalived-view.js";
import { MEANT } from "./read-tree.js";
import { readOnce } from "./reading.js";
import type { Statement } from "./tree.js";

export type { Diagnostic, ExitStatus, Finding } from "./diagnostics.js";
export { isRemark, meanings, problems } from "./diagnostics.js";
export { reportJson } from "./report-json.js";
export { reportSarif } from "./report-sarif.js";
export type { ConfigEnvironment, FileContent, InterfaceFacts, ProgramFacts, UserFacts } from "./environment.js";
export type { Misreading } from "./keepalived-view.js";
export { renderDiagnostic, renderFinding, renderMisreading, type RenderOptions } from "./render.js";

export interface Configuration {
  /** Absent when the daemon must not run with it: the file cannot be read, or a keyword lacks its word. */
  readonly params?: DaemonParams;
  /** In file order, each once. */
  readonly diagnostics: readonly Diagnostic[];
  /** Lines that only keepalived stumbles over, because it reads on where vipd leaves a damaged block out. */
  readonly misread: readonly Misreading[];
  /** What `--config-test` exits with. */
  readonly exitStatus: ExitStatus;
  /** The main file first, then what it includes, in reading order. */
  readonly files: readonly string[];
  /** The text itself, includes read and parameters put in: what lint, print and diff look at. */
  readonly statements: readonly Statement[];
}

/** Reads, checks and resolves a configuration. Never throws, whatever the files hold. */
export function readConfiguration(path: string, environment: ConfigEnvironment): Configuration {
  const { params, readable, files, statements, ...found } = readOnce(path, environment, MEANT);
  const runnable = readable && found.exitStatus !== 2;
  const view = viewOf(path, environment, found.diagnostics, found.exitStatus);
  return { ...(runnable && { params }), ...view, files, statements };
}
