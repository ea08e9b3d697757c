// Whether two texts of one file say the same: the same words in the same blocks, once everything is expanded.
import { Report } from "./diagnostics.js";
import type { ConfigEnvironment } from "./environment.js";
import { tidy } from "./print.js";
import { readTree } from "./read-tree.js";
import type { Statement } from "./tree.js";

export function isSameText(file: string, before: string, after: string, environment: ConfigEnvironment): boolean {
  // Numbers that are drawn must not make the difference.
  const calm = { ...environment, random: (min: number) => min };
  return outline(file, before, calm) === outline(file, after, calm);
}

/** The statements of a text, and the names of what is wrong with it. */
function outline(file: string, text: string, environment: ConfigEnvironment): string {
  const report = new Report();
  const readFile: ConfigEnvironment["readFile"] = (path) =>
    path === file ? { kind: "text", text: text.replace(/^\ufeff/, "") } : environment.readFile(path);
  const { statements, files } = readTree(file, { ...environment, readFile }, report);
  return JSON.stringify([shape(statements), report.inOrder(files).map(({ problem }) => problem)]);
}

const shape = (statements: readonly Statement[]): unknown =>
  statements.map(({ keyword, args, raw, block }) => [
    keyword.text,
    ...args.map(({ text }) => text),
    tidy(raw),
    block === undefined ? undefined : shape(block.statements),
  ]);
