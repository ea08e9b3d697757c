// The layout of a configuration file: two spaces for each block, one between words, `{` behind its keyword. Comments,
// conditions, parameters and the order of lines stay. It works on lines, not on what they expand to.
import { eachLine, lex } from "./lexer.js";
import { MAX_LINE } from "./raw-line.js";
import { isLongerThan } from "./utf8.js";

const INDENT = "  ";
/** The white space of the language; a no-break space is part of a word. */
const SPACES = /[\t\v\f\r ]+/g;

interface Layout {
  readonly lines: string[];
  depth: number;
  /** Inside a definition of several lines. */
  defining: boolean;
  /** Lines that must stay even if they are empty: one of them ends a definition. */
  kept: number;
  /** What the condition line before this one opened or closed: the other branch of it counts once. */
  condition: { readonly id: string; readonly change: number } | undefined;
}

/** The text in the usual layout. Formatting what is formatted changes nothing. */
export function formatText(text: string): string {
  const layout: Layout = { lines: [], depth: 0, defining: false, kept: 0, condition: undefined };
  eachLine(text.replace(/^\ufeff/, ""), (line) => addLine(layout, line));
  while (layout.lines.length > layout.kept && layout.lines.at(-1) === "") layout.lines.pop();
  if (layout.lines.length === 0) return "";
  // An empty line would end a definition that the file leaves open.
  return layout.lines.join("\n") + (layout.defining && !text.endsWith("\n") ? "" : "\n");
}

function addLine(layout: Layout, line: string): void {
  const { lines } = layout;
  // What is left out when it is read must not become readable.
  if (!isReadable(line)) {
    lines.push(line);
    return;
  }
  const start = commentStart(line);
  const code = trimmed(line.slice(0, start));
  const comment = trimmed(line.slice(start));
  if (code === "" && comment === "" && !layout.defining) {
    if (lines.length > 0 && lines.at(-1) !== "") lines.push("");
    return;
  }
  if (layout.defining) {
    const isEmpty = code === "" && comment === "";
    lines.push(isEmpty ? "" : withComment(INDENT.repeat(layout.depth + 1) + code, comment, start));
    layout.kept = lines.length;
    layout.defining = code.endsWith("\\");
    return;
  }
  const previous = lines.at(-1);
  if (code === "{" && previous !== undefined && canTakeBrace(previous) && comment === "") {
    lines[lines.length - 1] = `${previous} {`;
    layout.depth++;
    return;
  }
  layout.defining = /^(@\S*\s+)?\$[A-Za-z_][A-Za-z0-9_]*=\s*\\$/.test(code);
  const { opens, closes, leading } = braces(code);
  const change = opens - closes;
  const id = /^@(\S*)/.exec(code)?.[1];
  const isOtherBranch = id !== undefined && layout.condition?.change === change && layout.condition.id !== id;
  if (isOtherBranch) layout.depth -= change;
  const indent = INDENT.repeat(Math.max(0, layout.depth - leading));
  const laidOut = withComment(code === "" ? indent : indent + respace(code), comment, start);
  lines.push(isReadable(laidOut) ? laidOut : line);
  layout.depth = Math.max(0, layout.depth + change);
  layout.condition = id === undefined || change === 0 ? undefined : { id, change };
}

const trimmed = (text: string): string => text.replace(/^[\t\v\f\r ]+|[\t\v\f\r ]+$/g, "");

/** A comment stays in its column where there is room. */
function withComment(code: string, comment: string, column: number): string {
  if (comment === "") return code;
  if (trimmed(code) === "") return code + comment;
  return `${code.padEnd(Math.max(column, code.length + 1))}${comment}`;
}

/** Where the comment of a line starts; its length when there is none. */
function commentStart(line: string): number {
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "#" || character === "!") && line.charAt(i - 1) !== "\\") return i;
  }
  return line.length;
}

const hasOpenQuote = (code: string): boolean => code.split('"').length % 2 === 0;

const isSpecial = (code: string): boolean => /^(@\S*\s+)?([$~]|include)/.test(code);

/** False for a line that the reader leaves out, or would leave out with a brace behind it. */
const isReadable = (line: string): boolean => !line.includes("\0") && !isLongerThan(line, MAX_LINE - 2);

/** A keyword with nothing but words. */
const canTakeBrace = (line: string): boolean =>
  line !== "" &&
  isReadable(line) &&
  !hasOpenQuote(line) &&
  commentStart(line) === line.length &&
  !/[{}\\]$/.test(line) &&
  !isSpecial(trimmed(line));

interface Braces {
  readonly opens: number;
  readonly closes: number;
  /** Closing ones at the start of the line. */
  readonly leading: number;
}

/** Braces that make blocks: not those of parameters, repetitions and patterns of files. */
function braces(code: string): Braces {
  const plain = code
    .replace(/\$\{[^{}]*\}/g, "x")
    .replace(/^(@\S*\s+)?(~(SEQx?|LST)\(([^()]*)\)\s*)+/, "")
    .replace(/^(@\S*\s+)?(include\S*|\$[A-Za-z_][A-Za-z0-9_]*=).*$/, "");
  const kinds = lex(plain).lexemes.map(({ kind }) => kind);
  const first = kinds.findIndex((kind) => kind !== "}");
  return {
    opens: kinds.filter((kind) => kind === "{").length,
    closes: kinds.filter((kind) => kind === "}").length,
    leading: first < 0 ? kinds.length : first,
  };
}

/** One space between words and around braces, where that cannot change a word. */
function respace(code: string): string {
  if (/['\\]/.test(code) || isSpecial(code) || hasOpenQuote(code)) return code;
  if (code.includes("${")) {
    return code
      .split('"')
      .map((part, index) => (index % 2 === 1 ? part : part.replace(SPACES, " ")))
      .join('"');
  }
  return lex(code)
    .lexemes.map(({ start, end }) => code.slice(start, end))
    .join(" ");
}
