// Spelling help for keywords: stricter than for commands, because a file is full of words that are no keywords.
import { editDistance } from "../base/spelling.js";

/** Longer words are not keywords with a slip in them. */
const MAX_WORD = 40;

/** The known word that was probably meant; undefined when none is near enough to be worth saying. */
export function suggestion(word: string, known: Iterable<string>): string | undefined {
  if (word.length > MAX_WORD) return undefined;
  // One edit in three characters: fewer letters say too little.
  const limit = Math.floor(word.length / 3);
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = candidate.toLowerCase() === word.toLowerCase() ? 0 : editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
