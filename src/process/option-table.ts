// The shape of a command-line option, and builders for the usual kinds: how it is spelled, what it does, what the help
// says of it.
import type { Action, Options, Role } from "./options.js";

/** The command line as far as it has been read. */
export interface Draft {
  role: Role;
  action: Action;
  options: Options;
  /** Halves named by `-P` and `-C`. */
  readonly only: Set<"vrrp" | "checkers">;
}

export interface OptionRow {
  readonly long: string;
  readonly short?: string;
  /** An optional value can only be attached: `-tFILE`, `--config-test=FILE`. */
  readonly argument: "none" | "required" | "optional";
  readonly valueName?: string;
  readonly section: Section;
  readonly help: string;
  /** Not shown in the help, and not found by an abbreviation. */
  readonly hidden?: boolean;
  /** Puts the option into the draft; the text says what is wrong with its value. */
  readonly apply: (draft: Draft, value: string) => string | undefined;
}

export const sections = [
  "Running",
  "Logging",
  "Files",
  "Configuration",
  "What to leave behind",
  "Other services",
  "Asking",
] as const;
export type Section = (typeof sections)[number];

type Spelling = Pick<OptionRow, "long" | "short">;
type Change = (value: string) => Partial<Options>;

/** Changes the options. Never a problem: it is the last line of an `apply`. */
export function change(draft: Draft, part: Partial<Options>): string | undefined {
  draft.options = { ...draft.options, ...part };
  return undefined;
}

/** An option without a value that sets members of {@link Options}. */
export const flag = (spelling: Spelling, section: Section, part: Partial<Options>, help: string): OptionRow => ({
  ...spelling,
  argument: "none",
  section,
  help,
  apply: (draft) => change(draft, part),
});

/** An option whose value goes into {@link Options} as it stands. */
export const text = (
  spelling: Spelling,
  section: Section,
  valueName: string,
  toPart: Change,
  help: string,
): OptionRow => ({
  ...spelling,
  argument: "required",
  valueName,
  section,
  help,
  apply: (draft, value) =>
    value === "" ? `Option --${spelling.long} needs a value: ${valueName}` : change(draft, toPart(value)),
});

/** Something the program does instead of running. */
export const instead = (spelling: Spelling, action: Action, help: string): OptionRow => ({
  ...spelling,
  argument: "none",
  section: "Asking",
  help,
  apply: (draft) => {
    draft.action = action;
    return undefined;
  },
});

/** Accepted because keepalived has it; a build aid of keepalived that means nothing here. */
export const debuggingAid = (spelling: Spelling, argument: OptionRow["argument"]): OptionRow => ({
  ...spelling,
  argument,
  section: "Running",
  help: "",
  hidden: true,
  apply: () => undefined,
});
