// Everything that can be wrong with a configuration, one row each: the code is what the documentation explains, the
// exit status what `--config-test` makes of it (keepalived's classes: 2 a word is missing, 4 cannot run, 5 an error,
// 6 script security or a failed include check; 0 a remark).
import { comparePlaces, type Place } from "./source.js";

export type Severity = "error" | "warning";
export type ExitStatus = 0 | 2 | 4 | 5 | 6;
/** When keepalived finds it: while it reads a line, or when it looks at the whole; only the first names a line there. */
export type Stage = "parse" | "completion";

interface ProblemRow {
  readonly code: `VC${string}`;
  readonly severity: Severity;
  readonly exitStatus: ExitStatus;
  /** What the problem is, in general. */
  readonly meaning: string;
  /** Given where it differs from the stage of the work that finds it here. */
  readonly stage?: Stage;
}

export const problems = {
  machineUnreadable: row("VC0001", "error", 4, "The interfaces of this machine cannot be listed."),
  mainFileUnreadable: row("VC0101", "error", 4, "The configuration file cannot be read."),
  includeMissing: row("VC0102", "warning", 0, "An include line matches no file."),
  includeEmpty: row("VC0106", "warning", 0, "An include line with a wildcard matches no file."),
  includeCheckFailed: row("VC0103", "error", 6, "An include line that demands its files does not find them."),
  includeSkipped: row("VC0104", "warning", 0, "An included file is a directory, is executable or cannot be read."),
  includeLoop: row("VC0105", "error", 5, "A file includes itself, or files are included too deep or too often."),
  byteOrderMark: row("VC0110", "error", 5, "The file starts with a byte order mark, which keepalived trips over."),
  nulByte: row("VC0111", "error", 5, "A line contains a NUL byte and is left out."),
  lineTooLong: row("VC0112", "error", 5, "A line has more than 1023 bytes and is left out."),
  unterminatedQuote: row("VC0113", "error", 5, "A double quote is not closed on its line."),
  notUtf8: row("VC0114", "warning", 0, "The file is not valid UTF-8."),
  extraBrace: row("VC0120", "error", 5, "A closing brace has no opening brace."),
  missingBrace: row("VC0121", "error", 5, "An opening brace is not closed.", "completion"),
  unexpectedBlock: row("VC0122", "error", 5, "A brace opens a block where none can be."),
  missingBlock: row("VC0123", "error", 5, "A keyword that needs a block has none."),
  runawayExpansion: row("VC0201", "error", 5, "Parameters or sequences grow without end."),
  badSequence: row("VC0202", "error", 5, "A ~SEQ or ~LST definition is wrong."),
  commentInDefinition: row("VC0203", "error", 5, "A comment stands between the lines of a multi-line definition."),
  undefinedParameter: row("VC0205", "error", 5, "A ${NAME} that nothing defines is left in the text as it stands."),
  unfinishedDefinition: row("VC0204", "warning", 0, "A multi-line definition has no last line."),
  unknownKeyword: row("VC0301", "warning", 5, "The keyword does not exist in this block."),
  unknownBlock: row("VC0311", "error", 5, "A block has a keyword that does not exist where it stands."),
  shadowedName: row("VC0312", "warning", 0, "Two blocks have the same name, and only the first is ever used."),
  notSupported: row("VC0302", "warning", 0, "keepalived knows the keyword, vipd does not act on it yet."),
  notSupportedLoud: row("VC0303", "warning", 0, "vipd does not act on this yet, and that changes when it takes over."),
  missingParameter: row("VC0304", "error", 2, "A keyword stands without the word it needs."),
  missingName: row("VC0305", "error", 5, "A block has no name."),
  duplicateName: row("VC0306", "error", 5, "Two blocks have the same name."),
  alreadyGiven: row("VC0307", "error", 5, "A keyword that counts once is given again."),
  deprecated: row("VC0308", "warning", 5, "The keyword is an old form."),
  missingWord: row("VC0309", "error", 5, "A keyword or an option stands without the word it needs."),
  extraWords: row("VC0310", "error", 5, "Words stand between a keyword and its block."),
  invalidNumber: row("VC0401", "error", 5, "A word is not a number."),
  outOfRange: row("VC0402", "error", 5, "A number is outside its range."),
  tooManyDecimals: row("VC0403", "error", 5, "A number has more decimal places than count."),
  invalidBoolean: row("VC0404", "error", 5, "A word is none of on, off, true, false, yes, no."),
  invalidAddress: row("VC0405", "error", 5, "A word is not a numeric address."),
  invalidChoice: row("VC0406", "error", 5, "A word is none of those allowed."),
  invalidName: row("VC0407", "error", 5, "A name is too long or empty."),
  unknownOption: row("VC0408", "error", 5, "A word of an item line is not understood."),
  adjusted: row("VC0409", "warning", 5, "A value cannot be used as it stands and is changed."),
  unknownInterface: row("VC0501", "error", 5, "An interface does not exist.", "parse"),
  missingInterface: row(
    "VC0511",
    "error",
    4,
    "An interface that must be there from the start does not exist.",
    "parse",
  ),
  unknownMember: row("VC0512", "error", 5, "A group names an instance that does not exist."),
  strayMember: row("VC0516", "warning", 0, "A track_group names an instance that does not exist."),
  unwatchedRoute: row("VC0517", "warning", 0, "keepalived cannot watch a route that names no interface."),
  lonelyGroup: row("VC0513", "warning", 5, "A group has fewer than two members."),
  incompleteBlock: row("VC0514", "error", 5, "A block lacks what it cannot do without, and is left out."),
  unusableInterface: row("VC0502", "error", 5, "An interface cannot carry VRRP."),
  impossibleInstance: row("VC0503", "error", 5, "An instance lacks what it cannot do without."),
  duplicateVrid: row("VC0504", "error", 5, "Two instances are the same virtual router."),
  noAddresses: row("VC0505", "warning", 5, "An instance announces no address."),
  wrongFamily: row("VC0506", "error", 5, "An address is of the other family.", "parse"),
  duplicateAddress: row("VC0507", "error", 5, "An address is given twice.", "parse"),
  ignoredSetting: row("VC0508", "warning", 5, "A setting has no effect beside another one."),
  unknownTracker: row("VC0509", "error", 5, "Something is tracked that is not defined above.", "parse"),
  trackedTwice: row("VC0515", "error", 5, "Something is tracked twice.", "parse"),
  scriptSecurityOff: row("VC0601", "warning", 6, "Scripts are run without enable_script_security."),
  unknownUser: row("VC0602", "warning", 0, "A notify script names a user or group that does not exist."),
  unknownScriptUser: row("VC0607", "error", 5, "script_user or user names a user or group that does not exist."),
  noScriptUser: row("VC0603", "error", 5, "The user that scripts are to run as does not exist.", "parse"),
  missingProgram: row("VC0604", "error", 5, "The program of a tracked script is missing."),
  missingHook: row(
    "VC0605",
    "warning",
    0,
    "The program of a notify script is missing, or that of any script may not be executed.",
  ),
  linkedProgram: row("VC0609", "warning", 5, "The path of a tracked script's program goes through a symbolic link."),
  insecureProgram: row("VC0606", "error", 6, "A program could be changed by somebody who is not root."),
  exposedSecret: row("VC0608", "error", 6, "A file with a secret may be read by others than its owner."),
  incompleteChecker: row("VC0701", "error", 5, "A checker lacks what it cannot do without and is dropped.", "parse"),
  emptyGroup: row("VC0702", "error", 5, "A virtual_server_group has no usable line and is dropped.", "parse"),
  noRealServer: row("VC0703", "error", 5, "A virtual server has no real server and is dropped."),
  defaultTaken: row("VC0704", "warning", 5, "A virtual server leaves out what should be said; a default is taken."),
  portMismatch: row("VC0705", "warning", 5, "A port cannot differ, or has no meaning, where it stands."),
  duplicateServer: row("VC0706", "error", 5, "A real server is given twice in one virtual server."),
  quorumOutOfReach: row("VC0707", "warning", 5, "A quorum or its hysteresis is more than the servers can reach."),
} as const satisfies Record<string, ProblemRow>;

export type Problem = keyof typeof problems;

/** What keepalived has no word about: vipd's own limits, and what it sees and keepalived does not look for. */
const REMARKS: ReadonlySet<Problem> = new Set<Problem>([
  "notSupported",
  "notSupportedLoud",
  "includeEmpty",
  "missingHook",
  "shadowedName",
  "strayMember",
  "unwatchedRoute",
  "unknownUser",
  "notUtf8",
  "unfinishedDefinition",
]);

export const isRemark = ({ problem }: Diagnostic): boolean => REMARKS.has(problem);

/** What each code means in general. */
export const meanings: ReadonlyMap<string, string> = new Map(
  Object.values(problems).map(({ code, meaning }) => [code, meaning]),
);

/** Something to be said about a configuration: what is wrong with it, or what lint advises. */
export interface Finding {
  /** What the documentation explains, for example VC0301. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Absent where the configuration as a whole is meant. */
  readonly place?: Place;
}

export interface Diagnostic extends Finding {
  readonly problem: Problem;
  readonly exitStatus: ExitStatus;
  readonly stage: Stage;
}

/** Collects what is wrong: each thing once, handed over in the order of the files. */
export class Report {
  readonly #diagnostics: Diagnostic[] = [];
  readonly #seen = new Set<string>();
  #stage: Stage = "parse";

  /** The text has been read: what is found from here on concerns the whole. */
  startCompletion(): void {
    this.#stage = "completion";
  }

  add(problem: Problem, place: Place | undefined, message: string, hint?: string): void {
    const position =
      place === undefined
        ? ""
        : `${place.line.file}:${place.line.number}:${place.column} ${place.line.use?.number ?? ""}`;
    const key = `${problem} ${position} ${message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const { code, severity, exitStatus, stage }: ProblemRow = problems[problem];
    this.#diagnostics.push({
      problem,
      code,
      severity,
      exitStatus,
      stage: stage ?? this.#stage,
      message,
      ...(hint !== undefined && { hint }),
      ...(place !== undefined && { place }),
    });
  }

  /** Says `message` at the first place only, however many there are. */
  addOnce(problem: Problem, place: Place, message: string, hint?: string): void {
    const key = `${problem} ${message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.add(problem, place, message, hint);
  }

  /** In the order of `files`, then of lines; what has no place comes last. */
  inOrder(files: readonly string[]): readonly Diagnostic[] {
    const rank = new Map(files.map((file, index) => [file, index]));
    const rankOf = (place: Place): number => rank.get(place.line.file) ?? files.length;
    return withoutEchoes(this.#diagnostics).toSorted((a, b) => {
      if (a.place === undefined || b.place === undefined) return Number(!a.place) - Number(!b.place);
      return rankOf(a.place) - rankOf(b.place) || comparePlaces(a.place, b.place);
    });
  }
}

/** A word that is lost with its quote is not missing besides: the quote is told, with the worse exit status of the two. */
function withoutEchoes(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const lineOf = ({ place }: Diagnostic): string =>
    place === undefined ? "" : `${place.line.number} ${place.line.use?.number ?? ""} ${place.line.file}`;
  const quotes = new Set(diagnostics.filter(({ problem }) => problem === "unterminatedQuote").map(lineOf));
  if (quotes.size === 0) return diagnostics;
  const isEcho = (found: Diagnostic): boolean =>
    (found.problem === "missingParameter" || found.problem === "missingWord") && quotes.has(lineOf(found));
  const fatal = new Set(diagnostics.filter((found) => isEcho(found) && found.exitStatus === 2).map(lineOf));
  return diagnostics
    .filter((found) => !isEcho(found))
    .map((found) =>
      found.problem === "unterminatedQuote" && fatal.has(lineOf(found)) ? { ...found, exitStatus: 2 as const } : found,
    );
}

/**
 * What `--config-test` exits with: a missing word ends keepalived at once, otherwise the highest class counts. Where an
 * interface is missing it does not come to look at scripts.
 */
export function exitStatusOf(diagnostics: readonly Diagnostic[]): ExitStatus {
  if (diagnostics.some((diagnostic) => diagnostic.exitStatus === 2)) return 2;
  const lacksInterface = diagnostics.some(({ problem }) => problem === "unknownInterface");
  const counted = diagnostics.filter(({ problem }) => !(lacksInterface && problem === "scriptSecurityOff"));
  return counted.reduce<ExitStatus>((worst, { exitStatus }) => (exitStatus > worst ? exitStatus : worst), 0);
}

function row(
  code: `VC${string}`,
  severity: Severity,
  exitStatus: ExitStatus,
  meaning: string,
  stage?: Stage,
): ProblemRow {
  return { code, severity, exitStatus, meaning, ...(stage !== undefined && { stage }) };
}
