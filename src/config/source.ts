// Where a piece of configuration text comes from. Every word carries its line, so that whatever is wrong with it can be
// shown in its place.

/** One line of a file, as it was written. */
export interface SourceLine {
  readonly file: string;
  /** Counted from 1. */
  readonly number: number;
  /** Without its line end. */
  readonly text: string;
  /** The line that uses the multi-line definition this one belongs to: the one keepalived names. */
  readonly use?: SourceLine;
}

/** A stretch of a line: what a diagnostic points at. */
export interface Place {
  readonly line: SourceLine;
  /** Counted from 1, in characters. */
  readonly column: number;
  /** In characters, at least 1. */
  readonly length: number;
  /** What the line became, where parameters changed it: then the column is that of the whole statement. */
  readonly expansion?: string;
}

/** A word of a line, its double quotes removed. */
export interface Word extends Place {
  readonly text: string;
}

export const startOfLine = (line: SourceLine): Place => {
  const indent = line.text.search(/\S/);
  const column = indent < 0 ? 0 : indent;
  return { line, column: column + 1, length: Math.max(1, line.text.trim().length) };
};

/** The line that keepalived names: where a definition of several lines is used, not where it stands. */
export const shownLine = ({ line }: Place): SourceLine => line.use ?? line;

/** Reading order within one file. */
export const comparePlaces = (a: Place, b: Place): number => a.line.number - b.line.number || a.column - b.column;
