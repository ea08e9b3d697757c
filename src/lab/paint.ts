// Coloured text of a known width: lines are lists of spans, and only at the very end do they become escape sequences.
// Every character used here is one column wide.

export interface Style {
  /** Index in the 256 colour palette. */
  readonly color?: number;
  readonly bold?: boolean;
  readonly inverse?: boolean;
}

export interface Span {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Span[];

export const plain: Style = {};

/** Control characters become blanks: what a daemon logs must not move the cursor. */
export const span = (text: string, style: Style = plain): Span => ({ text: text.replace(/\p{Cc}/gu, " "), style });

export const widthOf = (line: Line): number => line.reduce((width, { text }) => width + text.length, 0);

/** Cuts or pads a line to exactly `width` columns; a cut is marked with an ellipsis. */
export function fit(line: Line, width: number): Line {
  const surplus = widthOf(line) - width;
  if (surplus <= 0) return [...line, span(" ".repeat(-surplus))];
  if (width <= 0) return [];
  const kept: Span[] = [];
  let room = width - 1;
  for (const { text, style } of line) {
    if (text.length > room) return [...kept, { text: `${text.slice(0, room)}…`, style }];
    kept.push({ text, style });
    room -= text.length;
  }
  return kept;
}

/** `left` and `right` at the two ends of a line; the left gives way when both do not fit. */
export function justify(left: Line, right: Line, width: number): Line {
  const room = Math.max(0, width - widthOf(right));
  return fit([...fit(left, room), ...right], width);
}

/** Breaks a text between words into at most `lines` lines; the last one is cut if it must be. */
export function wrap(text: string, width: number, lines: number): string[] {
  const broken: string[] = [];
  let current = "";
  for (const word of text.split(" ")) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (longer.length > width && current !== "" && broken.length < lines - 1) {
      broken.push(current);
      current = word;
    } else {
      current = longer;
    }
  }
  broken.push(current.length > width ? `${current.slice(0, width - 1)}…` : current);
  return broken;
}

/** A frame around lines, with a title set into its upper edge at either end. */
export function box(title: Line, corner: Line, body: readonly Line[], width: number, edge: Style): Line[] {
  const inner = width - 4;
  const rule = "─".repeat(Math.max(0, inner - 3 - widthOf(title) - widthOf(corner)));
  return [
    fit([span("╭─ ", edge), ...title, span(` ${rule} `, edge), ...corner, span(" ╮", edge)], width),
    ...body.map((line): Line => [span("│ ", edge), ...fit(line, inner), span(" │", edge)]),
    [span(`╰${"─".repeat(width - 2)}╯`, edge)],
  ];
}

/** Escape sequences (ECMA-48 SGR) for a line; without colours only weight and inversion are left. */
export function render(line: Line, colours: boolean): string {
  return line
    .map(({ text, style }) => {
      const codes = [
        ...(style.bold === true ? ["1"] : []),
        ...(style.inverse === true ? ["7"] : []),
        ...(style.color !== undefined && colours ? [`38;5;${style.color}`] : []),
      ];
      return codes.length === 0 ? text : `\x1b[${codes.join(";")}m${text}\x1b[0m`;
    })
    .join("");
}
