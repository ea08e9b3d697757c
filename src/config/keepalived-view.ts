// What keepalived says about a text whose blocks are damaged. `vipd -t` is to complain about the same lines with the
// same exit status, while the daemon is to run with what was meant; so a damaged text, and no other, is read twice.
import { isRemark, type Diagnostic, type ExitStatus, type Problem, type Report } from "./diagnostics.js";
import type { ConfigEnvironment } from "./environment.js";
import { PieceCollector, walk, type Care, type Pieces } from "./keepalived-walk.js";
import { root } from "./keywords/root.js";
import type { Manner } from "./read-tree.js";
import { readOnce } from "./reading.js";
import { shownLine, type Place, type SourceLine } from "./source.js";
import type { RowFacts } from "./table.js";
import type { Statement } from "./tree.js";

/** A line that keepalived stumbles over because of something wrong elsewhere. */
export interface Misreading {
  readonly line: SourceLine;
  /** Where the damage is. */
  readonly cause: Place;
}

/** What makes keepalived lose its place. */
const DAMAGE: ReadonlySet<Problem> = new Set<Problem>([
  "commentInDefinition",
  "extraBrace",
  "missingBlock",
  "missingBrace",
  "undefinedParameter",
  "unexpectedBlock",
  "unknownBlock",
]);

const isDamage = ({ problem }: Diagnostic): boolean => DAMAGE.has(problem);

export interface KeepalivedView {
  /** As keepalived would find them: in a line, or at the end. */
  readonly diagnostics: readonly Diagnostic[];
  readonly misread: readonly Misreading[];
  readonly exitStatus: ExitStatus;
}

/** Adds what keepalived makes of the text to what is wrong with it. */
export function viewOf(
  path: string,
  environment: ConfigEnvironment,
  found: readonly Diagnostic[],
  exitStatus: ExitStatus,
): KeepalivedView {
  if (!found.some(isDamage)) return { diagnostics: found, misread: [], exitStatus };
  const literal = readOnce(path, environment, LITERAL);
  const lines = new Map<string, SourceLine>();
  for (const diagnostic of literal.diagnostics)
    if (isComplaint(diagnostic)) lines.set(keyOf(diagnostic.place), shownLine(diagnostic.place));
  const diagnostics = found.map((diagnostic): Diagnostic =>
    diagnostic.place === undefined
      ? diagnostic
      : { ...diagnostic, stage: lines.has(keyOf(diagnostic.place)) ? "parse" : "completion" },
  );
  for (const diagnostic of diagnostics) if (isComplaint(diagnostic)) lines.delete(keyOf(diagnostic.place));
  // Status 2 says that nothing can be run, which what was meant decides.
  const isOwn = exitStatus === 2 || literal.exitStatus === 2 || literal.exitStatus === 0;
  return {
    diagnostics,
    misread: misreadings([...lines.values()], diagnostics),
    exitStatus: isOwn ? exitStatus : literal.exitStatus,
  };
}

/** keepalived says something of the kind, and names the line. */
const isComplaint = (diagnostic: Diagnostic): diagnostic is Diagnostic & { readonly place: Place } =>
  diagnostic.place !== undefined &&
  diagnostic.stage === "parse" &&
  diagnostic.problem !== "scriptSecurityOff" &&
  !isRemark(diagnostic);

/** Each line with the damage before it that is nearest, in reading order of each file. */
function misreadings(lines: readonly SourceLine[], diagnostics: readonly Diagnostic[]): readonly Misreading[] {
  const causes = diagnostics.filter(isDamage).flatMap(({ place }) => place ?? []);
  return lines.flatMap((line): readonly Misreading[] => {
    const before = causes.filter((place) => place.line.file === line.file && place.line.number <= line.number);
    const cause = before.at(-1) ?? causes[0];
    return cause === undefined ? [] : [{ line, cause }];
  });
}

const keyOf = (place: Place): string => `${shownLine(place).number} ${shownLine(place).file}`;

/** keepalived's processes read the text one after the other, each for its own blocks. */
const PROCESSES: readonly { readonly reads: ReadonlySet<string>; readonly walks: ReadonlySet<string> }[] = [
  { reads: new Set(["bfd_instance"]), walks: new Set() },
  {
    reads: new Set([
      "garp_group",
      "interface_up_down_delays",
      "linkbeat_interfaces",
      "static_ipaddress",
      "static_routes",
      "static_rules",
      "track_file",
      "track_group",
      "vrrp_instance",
      "vrrp_script",
      "vrrp_sync_group",
      "vrrp_track_file",
      "vrrp_track_process",
    ]),
    walks: new Set(["bfd_instance"]),
  },
  {
    reads: new Set(["SSL", "virtual_server", "virtual_server_group"]),
    walks: new Set(["bfd_instance", "track_file", "vrrp_track_file"]),
  },
];

const ofChildren = new Set(PROCESSES.flatMap(({ reads }) => [...reads]));

/** The parent reads what no child does. */
const parentCare = ({ keyword }: RowFacts): Care => (ofChildren.has(keyword) ? "skips" : "reads");

/** keepalived's own way with a text. */
const LITERAL: Manner = {
  comments: "end definitions",
  builder(report) {
    const pieces = new PieceCollector(report);
    return {
      take: (file, number, form) => pieces.take(file, number, form),
      finish: () => statementsOf(pieces.finish(), report),
    };
  },
};

function statementsOf(pieces: Pieces, report: Report): readonly Statement[] {
  const cares = PROCESSES.map(
    ({ reads, walks }) =>
      ({ keyword }: RowFacts): Care =>
        reads.has(keyword) ? "reads" : walks.has(keyword) ? "walks" : "skips",
  );
  return [parentCare, ...cares].flatMap((careOf) => walk(pieces, root, careOf, report));
}
