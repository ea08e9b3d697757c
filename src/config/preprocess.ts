// Files into logical lines: comments, conditions, parameters, repetitions and includes are dealt with here, so that
// what comes after sees plain words (keepalived.conf(5), its sections on includes, conditions, parameters, sequences).
import type { Report } from "./diagnostics.js";
import type { ConfigEnvironment, FileContent } from "./environment.js";
import { changeChecks, findIncluded, parseInclude, type IncludeChecks, type IncludeLine } from "./include.js";
import { LEFTOVER, eachLine, formOf, placeIn, withoutComment, type LineForm } from "./lexer.js";
import { PlainLines } from "./plain-lines.js";
import { configIdOf, Parameters } from "./parameters.js";
import { directoryOf, resolvePath } from "./paths.js";
import { isReadable, MAX_LINE, withoutMark } from "./raw-line.js";
import { isRepetition, parseRepetition, splitRepetition } from "./sequence.js";
import { startOfLine, type Place, type SourceLine } from "./source.js";
import { isLongerThan } from "./utf8.js";

/** A line while it is dealt with. */
export interface LogicalLine {
  readonly source: SourceLine;
  readonly text: string;
  /** True: `text` is not what was written, so columns in it mean nothing in the file. */
  readonly expanded: boolean;
  /** True: a `${NAME}` that is left in it is part of a word, its braces are none of a block. */
  readonly leftover?: true;
}

/** What a comment between the lines of a definition does: keepalived 2.4 takes it for the end, nobody means it so. */
export type Comments = "are left out" | "end definitions";

/** Takes the lines that come out, in reading order. */
export type LineSink = (file: string, number: number, form: LineForm) => void;

export interface Preprocessed {
  /** The main file first, then others in the order in which they were first read. */
  readonly files: readonly string[];
  /** False: there is no configuration at all. */
  readonly readable: boolean;
}

/** Deeper nesting of files, parameters and repetitions is taken for a circle. */
const MAX_DEPTH = 40;
const MAX_INCLUDES = 10_000;
/** Lines that repetitions and parameters may make; files themselves may have any number. */
const MAX_EXPANDED_LINES = 500_000;

export function preprocess(
  path: string,
  environment: ConfigEnvironment,
  report: Report,
  sink: LineSink,
  comments: Comments = "are left out",
): Preprocessed {
  return new Preprocessor(environment, report, sink, comments).run(path);
}

interface OpenDefinition {
  readonly name: string;
  readonly lines: LogicalLine[];
  readonly source: SourceLine;
}

class Preprocessor {
  readonly #environment: ConfigEnvironment;
  readonly #report: Report;
  readonly #parameters: Parameters;
  readonly #configId: string;
  readonly #sink: LineSink;
  readonly #comments: Comments;
  readonly #plainLines = new PlainLines();
  readonly #files = new Set<string>();
  /** Files that are being read now, outermost first. */
  readonly #open: string[] = [];
  #definition: OpenDefinition | undefined;
  #checks: IncludeChecks = new Set();
  #includes = 0;
  #expanded = 0;

  constructor(environment: ConfigEnvironment, report: Report, sink: LineSink, comments: Comments) {
    this.#environment = environment;
    this.#report = report;
    this.#sink = sink;
    this.#comments = comments;
    this.#parameters = new Parameters(environment);
    this.#configId = configIdOf(environment);
  }

  run(path: string): Preprocessed {
    this.#files.add(path);
    const content = this.#environment.readFile(path);
    if (content.kind === "text") this.#readText(path, content.text);
    else
      this.#report.add(
        "mainFileUnreadable",
        undefined,
        `${path} ${reasonOf(content)}`,
        "name another file with -f, or make it readable",
      );
    if (this.#definition !== undefined) {
      const { name, source } = this.#definition;
      this.#report.add(
        "unfinishedDefinition",
        startOfLine(source),
        `the definition of $${name} runs into the end of the configuration`,
        "end its last line without a backslash",
      );
    }
    return { files: [...this.#files], readable: content.kind === "text" };
  }

  #readText(path: string, text: string): void {
    const absolute = resolvePath(this.#environment.workingDirectory, path);
    const outer = { directory: this.#parameters.directory, checks: this.#checks };
    this.#parameters.directory = directoryOf(absolute);
    this.#open.push(absolute);
    eachLine(withoutMark(path, text, this.#report), (line, number) => this.#readLine(path, number, line));
    this.#open.pop();
    this.#parameters.directory = outer.directory;
    this.#checks = outer.checks;
  }

  /** One line as it stands in a file. */
  #readLine(file: string, number: number, written: string): void {
    const plain = this.#definition === undefined ? this.#plainLines.formOf(written) : undefined;
    if (plain !== undefined) {
      this.#sink(file, number, plain);
      return;
    }
    const source: SourceLine = { file, number, text: written };
    if (!isReadable(source, this.#report)) return;
    const text = withoutComment(written);
    const expanded = text.length !== written.length && !written.startsWith(text);
    const line: LogicalLine = { source, text, expanded };
    if (this.#definition === undefined) this.#take(line, 0);
    else this.#continueDefinition(this.#definition, line);
  }

  #continueDefinition(definition: OpenDefinition, line: LogicalLine): void {
    const { text, source } = line;
    const commented = !text.endsWith("\\") && source.text.trimEnd().endsWith("\\") && this.#comments === "are left out";
    if (commented)
      this.#report.add(
        "commentInDefinition",
        startOfLine(source),
        `this comment swallows the backslash: keepalived 2.4 ends the definition of $${definition.name} here`,
        "move the comment out of the definition",
      );
    const continues = commented || text.endsWith("\\");
    if (text !== "" || !continues)
      definition.lines.push({ ...line, text: text.endsWith("\\") ? text.slice(0, -1).trimEnd() : text });
    if (continues) return;
    this.#parameters.set(definition.name, definition.lines);
    this.#definition = undefined;
  }

  /** A line without its comment, from a file or from what a parameter or a repetition made. */
  #take(line: LogicalLine, depth: number): void {
    const first = firstCharacter(line.text);
    if (first === undefined) return;
    if (first !== "@" && first !== "~" && !line.text.includes("$")) {
      this.#emit(line, depth);
      return;
    }
    const kept = this.#condition(line);
    if (kept === undefined) return;
    const text = kept.text.trimStart();
    if (text === "") return;
    if (isRepetition(text)) {
      this.#repeat(kept, text, depth);
      return;
    }
    if (!text.includes("$")) {
      this.#emit(kept, depth);
      return;
    }
    if (this.#define(kept, text)) return;
    const result = this.#parameters.substitute(kept.text);
    if (result.kind === "runaway") this.#runaway(kept, `the value of $${result.name} never ends`);
    else if (result.kind === "multiLine") this.#replay(kept, result.before, result.lines, depth);
    else if (result.text === kept.text) this.#emit(this.#leftover(kept), depth);
    else if (isLongerThan(result.text, MAX_LINE))
      this.#runaway(kept, `the line has more than ${MAX_LINE} bytes once its parameters are put in`);
    // `${_HASH}` or `${_BANG}` at the start makes a comment of the whole line.
    else if (/^\s*[#!]/.test(result.text)) return;
    // What was put in at the start may be a condition, a definition or a repetition itself.
    else if (/^\s*[@$~]/.test(result.text)) this.#retake({ ...kept, text: result.text, expanded: true }, depth);
    else this.#emit(this.#leftover({ ...kept, text: result.text, expanded: true }), depth);
  }

  /** The line with what is left of `${NAME}` in it read as part of a word: keepalived takes the braces for a block. */
  #leftover(line: LogicalLine): LogicalLine {
    const use = this.#comments === "are left out" ? leftoverIn(line.text) : undefined;
    if (use === undefined) return line;
    this.#report.add(
      "undefinedParameter",
      placeIn(line.source, line, use.start, use.end),
      `${line.text.slice(use.start, use.end)} stays as it is: no parameter of that name is defined above`,
      use.isTemplate
        ? "fill the template in before it is installed, or write the value"
        : `define it with $${use.name}=VALUE, on every machine where @ID lines do, or write the value`,
    );
    return { ...line, leftover: true };
  }

  /** `@ID rest` and `@^ID rest`: the rest in its place, or undefined when the line is for another machine. */
  #condition(line: LogicalLine): LogicalLine | undefined {
    const [whole, negation, id] = /^\s*@(\^?)(\S*)\s*/.exec(line.text) ?? [];
    if (whole === undefined) return line;
    if ((id === this.#configId) === (negation === "^")) return undefined;
    return { ...line, text: " ".repeat(whole.length) + line.text.slice(whole.length) };
  }

  /**
   * True when the line was a definition. A value loses its comment twice, as with keepalived: `\#` starts one in it, and
   * what is to hold a hash is written `${_HASH}`.
   */
  #define(line: LogicalLine, text: string): boolean {
    const [whole, name = "", value = ""] = /^\$([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? [];
    if (whole === undefined) return false;
    if (value.trim() === "\\") this.#definition = { name, lines: [], source: line.source };
    else this.#parameters.set(name, withoutComment(value));
    return true;
  }

  #repeat(line: LogicalLine, text: string, depth: number): void {
    const at = startOfLine(line.source);
    const parts = splitRepetition(text);
    const head = parts === undefined ? undefined : this.#parameters.substitute(parts.head);
    if (parts === undefined || head?.kind !== "text") {
      this.#report.add(
        "badSequence",
        at,
        "the parentheses of the repetition are not closed",
        "write ~SEQ(VAR, START, STEP, END) text",
      );
      return;
    }
    const rounds = parseRepetition(head.text);
    if (!rounds.ok) {
      this.#report.add(
        "badSequence",
        at,
        `${head.text} is wrong: ${rounds.error}`,
        "write ~SEQ(VAR, START, STEP, END) text or ~LST(VAR, A, B) text",
      );
      return;
    }
    for (const round of rounds.value) {
      if (!this.#mayExpand(line, depth)) return;
      this.#parameters.during(round, () => this.#take({ ...line, text: parts.body, expanded: true }, depth + 1));
    }
  }

  /** Lines of a definition where it is used: the first one joins what stands before it. */
  #replay(use: LogicalLine, before: string, lines: readonly LogicalLine[], depth: number): void {
    for (const [index, { source, text }] of lines.entries()) {
      const used: SourceLine = { ...source, use: use.source.use ?? use.source };
      if (!this.#mayExpand(use, depth)) return;
      const line =
        index === 0 ? { source: used, text: before + text, expanded: true } : { source: used, text, expanded: true };
      if (this.#definition === undefined) this.#take(line, depth + 1);
      else this.#continueDefinition(this.#definition, line);
    }
  }

  /** A line whose start became something else by substitution. */
  #retake(line: LogicalLine, depth: number): void {
    if (this.#mayExpand(line, depth)) this.#take(line, depth + 1);
  }

  /** False, after a report, when a line would make others without end. */
  #mayExpand(line: LogicalLine, depth: number): boolean {
    if (depth >= MAX_DEPTH) {
      this.#runaway(line, "parameters or repetitions are nested too deep");
      return false;
    }
    this.#expanded++;
    if (this.#expanded === MAX_EXPANDED_LINES + 1) {
      this.#runaway(line, `parameters and repetitions make more than ${MAX_EXPANDED_LINES} lines`);
    }
    return this.#expanded <= MAX_EXPANDED_LINES;
  }

  #runaway(line: LogicalLine, what: string): void {
    this.#report.add(
      "runawayExpansion",
      startOfLine(line.source),
      `${what}; the line is ignored`,
      "look for a parameter that contains itself",
    );
  }

  #emit(line: LogicalLine, depth: number): void {
    const include = parseInclude(line.text);
    if (include !== undefined) {
      if (include.before !== "") this.#pass({ ...line, text: include.before });
      this.#include(include, line, depth);
      return;
    }
    const [keyword, ...words] = line.text.includes("include_check") ? line.text.trim().split(/\s+/) : [];
    if (keyword === "include_check") this.#checks = changeChecks(this.#checks, words);
    this.#pass(line);
  }

  #pass({ source, text, expanded, leftover }: LogicalLine): void {
    this.#sink(source.file, source.number, formOf(source, text, expanded, leftover));
  }

  #include(include: IncludeLine, line: LogicalLine, depth: number): void {
    const start = line.text.indexOf(include.keyword, include.before.length);
    const at = placeIn(line.source, line, start, line.text.length);
    const { directory } = this.#parameters;
    for (const path of findIncluded(include, directory, this.#checks, at, this.#environment, this.#report)) {
      if (this.#open.includes(path)) {
        this.#report.add("includeLoop", at, `${path} would include itself; it is not read again`, "remove this line");
      } else if (this.#open.length >= MAX_DEPTH || depth >= MAX_DEPTH || ++this.#includes > MAX_INCLUDES) {
        this.#report.add(
          "includeLoop",
          at,
          `files are included more than ${MAX_DEPTH} deep or ${MAX_INCLUDES} times; ${path} is not read`,
          "include fewer files",
        );
      } else this.#readIncluded(path, include, at);
    }
  }

  #readIncluded(path: string, include: IncludeLine, at: Place): void {
    const content = this.#environment.readFile(path);
    if (content.kind === "text") {
      this.#files.add(path);
      this.#readText(path, content.text);
      return;
    }
    const demanded = this.#checks.has("read") || include.checks.includes("read");
    const hint = content.kind === "notPlain" ? `chmod a-x ${path}` : "check the name and its permissions";
    this.#report.add(
      demanded ? "includeCheckFailed" : "includeSkipped",
      at,
      `${path} ${reasonOf(content)}; it is not read`,
      hint,
    );
  }
}

const EVERY_LEFTOVER = new RegExp(LEFTOVER, "g");

/** The first `${NAME}` that stands outside double quotes. */
function leftoverIn(
  text: string,
): { readonly name: string; readonly start: number; readonly end: number; readonly isTemplate: boolean } | undefined {
  for (const use of text.matchAll(EVERY_LEFTOVER)) {
    const [whole, name = "", rest = ""] = use;
    const quotes = text.slice(0, use.index).split('"').length - 1;
    if (quotes % 2 === 0) return { name, start: use.index, end: use.index + whole.length, isTemplate: rest !== "" };
  }
  return undefined;
}

/** Undefined for a line of nothing but white space. */
function firstCharacter(text: string): string | undefined {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x20) return text.charAt(i);
  }
  return undefined;
}

function reasonOf(content: Exclude<FileContent, { readonly kind: "text" }>): string {
  switch (content.kind) {
    case "missing":
      return "does not exist";
    case "directory":
      return "is a directory";
    case "notPlain":
      return "is no plain file, or has an execute bit";
    case "unreadable":
      return `cannot be read (${content.code})`;
  }
}
