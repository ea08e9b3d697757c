// A configuration as the supervisor judges it: what it says, what is wrong with it, whether it may replace the one that
// is in force.
import type { Finding } from "../config/index.js";
import type { DaemonParams } from "../supervise/params.js";

export interface ConfigurationProblem {
  readonly severity: "error" | "warning";
  /** keepalived says nothing of the kind: it does not count for `--config-test`. */
  readonly remark: boolean;
  /** The same mistake has the same key in every reading, wherever its line has moved. */
  readonly key: string;
  /** For the log: place, what is wrong, what to do, in one line. */
  readonly line: string;
  /** For people at a terminal: the same with the line of the file and a caret. */
  readonly text: string;
}

export interface Configuration {
  /** Absent: nothing can be run from it. */
  readonly params?: DaemonParams;
  /** False: there is no main file, or none that can be read. */
  readonly isReadable: boolean;
  readonly problems: readonly ConfigurationProblem[];
  /** Lines that only keepalived complains about, one text each. */
  readonly misread: readonly string[];
  /** The same problems, for programs. */
  readonly findings: readonly Finding[];
  /** What `--config-test` exits with. */
  readonly testStatus: number;
  /** Why not a single instance can work, one line each; empty when at least one can, or none is configured. */
  readonly hopeless: readonly string[];
}

export type Verdict =
  { readonly kind: "accepted"; readonly params: DaemonParams } | { readonly kind: "refused"; readonly why: string };

/**
 * Whether `next` may take the place of `current` at a reload. An error that is in force already does not stand in the
 * way of mending another one.
 */
export function judgeReload(current: Configuration, next: Configuration): Verdict {
  const inForce = new Set(current.problems.map(({ key }) => key));
  const fresh = next.problems.filter(({ severity, key }) => severity === "error" && !inForce.has(key));
  const [first] = fresh;
  if (first !== undefined) {
    return { kind: "refused", why: fresh.length === 1 ? first.line : `${first.line} (and ${fresh.length - 1} more)` };
  }
  if (next.params === undefined) return { kind: "refused", why: "nothing can be run from it" };
  const fixed = current.params && changedFixed(current.params.fixed, next.params.fixed);
  if (fixed !== undefined) return { kind: "refused", why: fixed };
  if (next.hopeless.length > 0) return { kind: "refused", why: next.hopeless.join("; ") };
  return { kind: "accepted", params: next.params };
}

/** The first keyword that only a start can follow and that is not as it was, in words. */
function changedFixed(current: DaemonParams["fixed"], next: DaemonParams["fixed"]): string | undefined {
  const keyword = [...Object.keys(current), ...Object.keys(next)].find((word) => current[word] !== next[word]);
  if (keyword === undefined) return undefined;
  const written = (value: string | undefined): string =>
    value === undefined ? "absent" : `"${`${keyword} ${value}`.trim()}"`;
  return `${keyword} cannot be changed by a reload: it is ${written(current[keyword])} since the start and ${written(next[keyword])} now; restart vipd, or put it back as it was`;
}
