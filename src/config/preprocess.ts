// Files into logical lines.
import type { Diagnostic } from "./diagnostics.js";
import type { ConfigEnvironment } from "./environment.js";
import { splitLines, withoutComment, type LogicalLine } from "./lexer.js";
import type { Report } from "./diagnostics.js";

export interface Preprocessed {
  readonly lines: readonly LogicalLine[];
  readonly files: readonly string[];
  readonly readable: boolean;
}
export type { Diagnostic };

export function preprocess(path: string, environment: ConfigEnvironment, report: Report): Preprocessed {
  const content = environment.readFile(path);
  if (content.kind !== "text") {
    report.add("mainFileUnreadable", undefined, `${path} cannot be read: ${content.kind}`);
    return { lines: [], files: [path], readable: false };
  }
  const lines = splitLines(content.text).map((text, index) => {
    const source = { file: path, number: index + 1, text };
    const kept = withoutComment(text);
    return { source, text: kept, expanded: !text.startsWith(kept) };
  });
  return { lines, files: [path], readable: true };
}
