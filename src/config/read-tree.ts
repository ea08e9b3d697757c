// Files into statements, in one go: no line is kept beside the statement that it makes.
import type { Report } from "./diagnostics.js";
import type { ConfigEnvironment } from "./environment.js";
import { preprocess, type Comments, type LineSink, type Preprocessed } from "./preprocess.js";
import { TreeBuilder, type Statement } from "./tree.js";

export interface Text extends Preprocessed {
  readonly statements: readonly Statement[];
}

/** Makes statements of lines. */
export interface Builder {
  readonly take: LineSink;
  readonly finish: () => readonly Statement[];
}

/** How a text becomes statements. */
export interface Manner {
  readonly comments: Comments;
  readonly builder: (report: Report) => Builder;
}

/** As whoever wrote it meant it, whatever is wrong with it. */
export const MEANT: Manner = {
  comments: "are left out",
  builder: (report) => {
    const tree = new TreeBuilder(report);
    return { take: (file, number, form) => tree.take(file, number, form), finish: () => tree.finish() };
  },
};

export function readTree(
  path: string,
  environment: ConfigEnvironment,
  report: Report,
  { comments, builder }: Manner = MEANT,
): Text {
  const { take, finish } = builder(report);
  const read = preprocess(path, environment, report, take, comments);
  return { ...read, statements: finish() };
}
