// A line of `track_interface` or `track_script`: a name, and perhaps a weight of its own.
import { readInteger } from "./arguments.js";
import type { TrackConf, TrackWeight } from "./conf.js";
import type { Word } from "./source.js";
import type { Argument, Scope } from "./table.js";

/** Priorities are 1..254 where weights count, so no weight can move one further than this. */
export const MAX_WEIGHT = 253;

interface WrittenWeight {
  readonly weight?: number;
  readonly reverse?: boolean;
}

/** `NAME [weight N [reverse|noreverse]]`. */
export const trackLine: Argument<readonly TrackConf[]> = {
  grammar: "NAME [weight N [reverse]]",
  parse([name, option, ...rest], scope, statement) {
    if (name === undefined) return undefined;
    const conf = { name: name.text, at: name, order: statement.order };
    if (option === undefined) return [conf];
    if (option.text !== "weight") {
      scope.report.add(
        "unknownOption",
        option,
        `'${option.text}' is not understood here; it is ignored`,
        `write ${name.text} weight N`,
      );
      return [conf];
    }
    return [{ ...conf, ...readWeight(option, rest, scope) }];
  },
};

/** `N [reverse]`, as vrrp_script takes it. */
export const trackWeight: Argument<TrackWeight> = {
  grammar: `a number -${MAX_WEIGHT}..${MAX_WEIGHT}, and perhaps reverse`,
  parse(words, scope, statement) {
    const { weight, reverse = false } = readWeight(statement.keyword, words, scope);
    return weight === undefined ? undefined : { weight, reverse };
  },
};

function readWeight(keyword: Word, [number, direction]: readonly Word[], scope: Scope): WrittenWeight {
  if (number === undefined) {
    scope.report.add("missingWord", keyword, "weight needs a number after it", "write weight N");
    return {};
  }
  const written = readInteger(number, { min: -MAX_WEIGHT - 1, max: MAX_WEIGHT + 1 }, scope);
  if (written === undefined) return {};
  const weight = Math.max(-MAX_WEIGHT, Math.min(MAX_WEIGHT, written));
  if (weight !== written) {
    scope.report.add(
      "adjusted",
      number,
      `a weight of ${written} is too large, ${weight} is used`,
      `write -${MAX_WEIGHT}..${MAX_WEIGHT}`,
    );
  }
  if (direction === undefined) return { weight };
  if (direction.text === "reverse" || direction.text === "noreverse")
    return { weight, reverse: direction.text === "reverse" };
  scope.report.add(
    "unknownOption",
    direction,
    `'${direction.text}' is not understood here; it is ignored`,
    "only reverse can follow a weight",
  );
  return { weight };
}
