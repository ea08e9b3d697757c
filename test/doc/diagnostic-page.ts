// Every diagnostic: what it means, a configuration that has it, and what vipd says about that one.
import { problems, renderDiagnostic } from "../../src/config/index.js";
import { MAIN, read } from "../config/machine.js";
import { diagnosticExamples, type Example } from "./diagnostic-examples.js";
import { block, cell, NOTE, table } from "./markdown.js";

const rows = Object.entries(problems).sort(([, a], [, b]) => a.code.localeCompare(b.code));

export function diagnosticPage(): string {
  const overview = table(
    ["Code", "Severity", "Exit status of -t", "Meaning"],
    rows.map(([, { code, severity, exitStatus, meaning }]) => [
      `[${code}](#${code.toLowerCase()})`,
      severity,
      `${exitStatus}`,
      cell(meaning),
    ]),
  );
  const sections = rows.map(
    ([problem, { code, meaning }]) =>
      `## ${code}\n\n${meaning}\n\n${exampleText(diagnosticExamples[problem], problem)}`,
  );
  return `${NOTE}\n\n# Diagnostics\n\n${INTRODUCTION}\n${overview}\n${sections.join("\n")}`;
}

const INTRODUCTION = `What vipd says about a configuration, by code. The exit status is what \`vipd -t\` ends with, as keepalived's: 0 a remark, 2 a
word is missing, 4 it cannot run, 5 an error, 6 script security or a failed include check; the highest one counts.
`;

function exampleText(example: Example | undefined, problem: string): string {
  if (example === undefined) return "";
  if ("why" in example) return `${example.why}\n`;
  const said = messagesOf(example, problem).join("\n\n");
  const text = example.shown ?? example.text;
  return `${block("", text)}\n${block("text", said)}${example.more === undefined ? "" : `\n${example.more}\n`}`;
}

/** What is said about an example, the problem in question only. */
export const messagesOf = (example: Exclude<Example, { readonly why: string }>, problem: string): readonly string[] =>
  read(example.text, example.facts)
    .diagnostics.filter((diagnostic) => diagnostic.problem === problem)
    .map((diagnostic) => renderDiagnostic(diagnostic).replaceAll(MAIN, "keepalived.conf"));
