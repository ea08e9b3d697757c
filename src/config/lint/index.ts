// Lint: what is allowed and still costs people their nights. Rules look at one node's file, or at the files of several
// nodes together.
import type { Finding } from "../diagnostics.js";
import { comparePlaces, type Place } from "../source.js";
import { bfdRules } from "./bfd-rules.js";
import { instanceRules } from "./instance-rules.js";
import { lineRules } from "./line-rules.js";
import type { LintRule, Node } from "./node.js";
import { pairRules } from "./pair-rules.js";
import { scriptRules } from "./script-rules.js";
import { serverRules } from "./server-rules.js";

export type { LintRule, Node } from "./node.js";

export const lintRules: readonly LintRule[] = [
  ...instanceRules,
  ...pairRules,
  ...scriptRules,
  ...serverRules,
  ...bfdRules,
  ...lineRules,
];

/** What each code means in general. */
export const lintMeanings: ReadonlyMap<string, string> = new Map(lintRules.map(({ code, title }) => [code, title]));

/** Findings in the order of the nodes, then of files and lines, each once. */
export function lint(nodes: readonly Node[]): readonly Finding[] {
  const findings: (Finding & { readonly place: Place })[] = [];
  const said = new Set<string>();
  for (const { code, severity, check } of lintRules) {
    check(nodes, (place, message, hint) => {
      const key = `${code} ${place.line.file} ${place.line.number} ${message}`;
      if (said.has(key)) return;
      said.add(key);
      findings.push({ code, severity, message, hint, place });
    });
  }
  const rank = new Map(
    [...new Set([...nodes.map(({ file }) => file), ...findings.map(fileOf)])].map((file, i) => [file, i]),
  );
  const rankOf = (finding: (typeof findings)[number]): number => rank.get(fileOf(finding)) ?? 0;
  return findings.sort((a, b) => rankOf(a) - rankOf(b) || comparePlaces(a.place, b.place));
}

const fileOf = ({ place }: { readonly place: Place }): string => place.line.file;
