// Files into statements, in one go: no line is kept beside the statement that it makes.
import type { Report } from "./diagnostics.js";
import type { ConfigEnvironment } from "./environment.js";
import { preprocess, type Preprocessed } from "./preprocess.js";
import { TreeBuilder, type Statement } from "./tree.js";

export interface Text extends Preprocessed {
  readonly statements: readonly Statement[];
}

export function readTree(path: string, environment: ConfigEnvironment, report: Report): Text {
  const tree = new TreeBuilder(report);
  const read = preprocess(path, environment, report, (file, number, form) => tree.take(file, number, form));
  return { ...read, statements: tree.finish() };
}
