// Lines of `track_interface`, `track_script` and the like: a name, and perhaps a weight of its own.
import { readInteger } from "./arguments.js";
import type { TrackConf, TrackWeight } from "./conf.js";
import { ItemLine, itemTable, optionsFor, readOptions, type ItemFacts } from "./item-line.js";
import type { Word } from "./source.js";
import { wholeNumber } from "./takes.js";
import type { Argument, Scope } from "./table.js";

/** Priorities are 1..254 where weights count, so no weight can move one further than this. */
export const MAX_WEIGHT = 253;

/** What is tracked decides what weights there are, and whether `noreverse` can undo something. */
interface Kind {
  readonly max: number;
  readonly noreverse: boolean;
}

interface Draft {
  weight?: number;
  reverse?: boolean;
}

interface TrackLine {
  readonly line: Argument<readonly TrackConf[]>;
  readonly items: ItemFacts;
}

const { custom } = optionsFor<Draft>();

function trackLineOf(kind: Kind, name: string): TrackLine {
  const direction = (word: "reverse" | "noreverse", doc: string) =>
    custom(word, "", { doc }, (line, option, into) => {
      if (into.weight !== undefined) into.reverse = word === "reverse";
      else
        line.scope.report.add(
          "unknownOption",
          option,
          `${word} stands without a weight; it is ignored`,
          `write weight N ${word}`,
        );
    });
  const table = itemTable(
    [
      custom(
        "weight",
        `N [${kind.noreverse ? "reverse|noreverse" : "reverse"}]`,
        {
          takes: wholeNumber(-kind.max, kind.max),
          default: kind.noreverse ? { from: "what is tracked" } : "0",
          doc: "Added to the priority.",
        },
        (line, option, into) => {
          const word = line.after(option, "N");
          const weight = word && readWeight(word, kind.max, line.scope);
          if (weight !== undefined) into.weight = weight;
          else line.giveUp();
        },
      ),
      direction("reverse", "The weight counts the other way round."),
      ...(kind.noreverse ? [direction("noreverse", "Undoes a reverse of what is tracked.")] : []),
    ],
    { name, grammar: "NAME", doc: "What is tracked." },
  );
  return {
    items: table,
    line: {
      grammar: `NAME [weight N [${kind.noreverse ? "reverse|noreverse" : "reverse"}]]`,
      parse(words, scope, statement) {
        const line = new ItemLine(words, scope, statement);
        const at = line.next();
        if (at === undefined) return undefined;
        const draft: Draft = {};
        readOptions(line, table, draft);
        return [{ ...draft, name: at.text, at, order: statement.order }];
      },
    },
  };
}

export const trackInterface = trackLineOf({ max: MAX_WEIGHT, noreverse: false }, "<IFNAME>");
export const trackScript = trackLineOf({ max: MAX_WEIGHT, noreverse: true }, "<NAME>");
/** Files and processes: weights that are multiplied, or that may exceed a priority. */
export const trackFile = trackLineOf({ max: 254, noreverse: true }, "<NAME>");

/** `N [reverse]`, as the block of what is tracked has it. */
export const trackWeightUpTo = (max: number): Argument<TrackWeight> => ({
  grammar: `a number -${max}..${max}, and perhaps reverse`,
  takes: wholeNumber(-max, max),
  parse([number, direction], scope) {
    const weight = number && readWeight(number, max, scope);
    if (weight === undefined) return undefined;
    if (direction === undefined || direction.text === "noreverse") return { weight, reverse: false };
    if (direction.text === "reverse") return { weight, reverse: true };
    scope.report.add(
      "unknownOption",
      direction,
      `'${direction.text}' is not understood here; it is ignored`,
      "only reverse can follow a weight",
    );
    return { weight, reverse: false };
  },
});

export const trackWeight = trackWeightUpTo(MAX_WEIGHT);

/** A track_group that is defined above; whether it is, is looked at in the end. */
export const trackGroupName: Argument<string> = {
  grammar: "NAME",
  takes: { kind: "text" },
  parse: ([word]) => word?.text,
};

/** A weight one too large is clipped, as 254 was allowed once; more is an error. */
function readWeight(word: Word, max: number, scope: Scope): number | undefined {
  const written = readInteger(word, { min: -Math.max(max, 254), max: Math.max(max, 254) }, scope);
  if (written === undefined) return undefined;
  const weight = Math.max(-max, Math.min(max, written));
  if (weight !== written) {
    scope.report.add(
      "adjusted",
      word,
      `a weight of ${written} is too large, ${weight} is used`,
      `write -${max}..${max}`,
    );
  }
  return weight;
}
