// One node of a cluster, as lint is told about it.
import type { Place } from "../source.js";
import type { ConfigEnvironment } from "../environment.js";
import type { Severity } from "../diagnostics.js";
import type { Statement } from "../tree.js";

export interface Node {
  /** Its configuration file. */
  readonly file: string;
  readonly statements: readonly Statement[];
  /** For a look at the programs that the configuration names. */
  readonly environment: Pick<ConfigEnvironment, "findProgram">;
}

export type Say = (place: Place, message: string, hint: string) => void;

export interface LintRule {
  /** Never given to another rule. */
  readonly code: `VL${string}`;
  readonly severity: Severity;
  /** What the rule says, in one line. */
  readonly title: string;
  /** What happens to those who do not mind. */
  readonly why: string;
  /** Files, one for each node: the first ones break the rule and nothing else, the others keep every rule. */
  readonly bad: readonly string[];
  readonly good: readonly string[];
  readonly check: (nodes: readonly Node[], say: Say) => void;
}
