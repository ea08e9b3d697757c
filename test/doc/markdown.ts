// The little Markdown that the generated pages are written in.

export const NOTE =
  "<!-- Generated from the tables of the source: UPDATE_DOCS=1 npx mocha 'dist/test/doc/*.test.js' -->";

/** What would end a cell of a table, or start something else in it, escaped. */
export const cell = (text: string): string => text.replace(/[|<>*_]/g, "\\$&").replace(/\s*\n\s*/g, " ");

/** As code in a cell. */
export const code = (text: string): string => (text === "" ? "" : `\`${text.replaceAll("|", "\\|")}\``);

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + rows.map(line).join("");
}

export const block = (language: string, text: string): string =>
  `\`\`\`${language}\n${text.replace(/\n*$/, "\n")}\`\`\`\n`;
