// How the processes of the daemon are scheduled: sched(7), getrlimit(2), sched_setaffinity(2).
import { micros, type Micros } from "../base/time.js";
import * as arg from "./arguments.js";
import { wholeNumber } from "./takes.js";
import type { Argument } from "./table.js";

const UINT32_MAX = 4_294_967_295;
const INT32_MAX = 2_147_483_647;

/** Nice values, from the most favourable to the least. */
export const nice: Argument<number> = arg.integer(-20, 19);

/** `CPU...`: one number that does not exist makes the whole set void. */
export const processors: Argument<readonly number[]> = {
  grammar: "numbers of processors",
  parse(words, scope) {
    const set: number[] = [];
    for (const word of words) {
      const cpu = arg.readInteger(word, { min: 0, max: scope.environment.processors - 1 }, scope);
      if (cpu === undefined) return [];
      set.push(cpu);
    }
    return set;
  },
};

/** SCHED_RR priorities 1..99; others are moved there with a complaint. */
export const realtimePriority: Argument<number> = {
  grammar: "a number 1..99",
  takes: wholeNumber(1, 99),
  parse([word], scope) {
    if (word === undefined) return undefined;
    const value = arg.readInteger(word, { min: -INT32_MAX, max: INT32_MAX }, scope);
    if (value === undefined || (value >= 1 && value <= 99)) return value;
    const nearest = value < 1 ? 1 : 99;
    scope.report.add("adjusted", word, `${value} is no realtime priority, ${nearest} is used`, "write a number 1..99");
    return nearest;
  },
};

/** RLIMIT_RTTIME in microseconds; 1 would end the process at once and becomes 2. */
export const realtimeLimit: Argument<Micros> = {
  grammar: `microseconds 2..${UINT32_MAX}`,
  takes: wholeNumber(2, UINT32_MAX, "us"),
  parse([word], scope) {
    const value = word === undefined ? undefined : arg.readInteger(word, { min: 1, max: UINT32_MAX }, scope);
    return value === undefined ? undefined : micros(Math.max(2, value));
  },
};
