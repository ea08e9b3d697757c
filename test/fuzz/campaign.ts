// usage: node dist/test/fuzz/campaign.js [SECONDS [SEED]]
// Fuzzes the configuration room for a while, with real files among the texts to be bent where there are any. Ends with
// status 1 and the text at the first failure, cut down to the lines that are needed for it.
import { examine } from "./examine.js";
import { bend, draws, grow } from "./generate.js";
import { realTexts, samples } from "./seeds.js";

/** A reading that takes longer than this is a failure of its own. */
const PATIENCE_MILLISECONDS = 2000;

const seconds = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const texts = [...samples, ...realTexts()];
const draw = draws(seed);
const end = performance.now() + seconds * 1000;
let rounds = 0;
while (performance.now() < end) {
  const text = draw(2) === 0 ? grow(draw) : bend(texts[draw(texts.length)] ?? "", draw);
  const start = performance.now();
  const wrong = examine(text) ?? (performance.now() - start > PATIENCE_MILLISECONDS ? "it takes too long" : undefined);
  rounds++;
  if (wrong === undefined) continue;
  process.stdout.write(`seed ${seed}, round ${rounds}: ${wrong}\n\n${JSON.stringify(shorten(text))}\n`);
  process.exitCode = 1;
  break;
}
if (process.exitCode !== 1) process.stdout.write(`seed ${seed}: ${rounds} configurations in ${seconds} s, all sound\n`);

/** Without the lines that the failure does not need. */
function shorten(text: string): string {
  let lines = text.split("\n");
  for (let index = lines.length - 1; index >= 0; index--) {
    const without = lines.toSpliced(index, 1);
    if (examine(without.join("\n")) !== undefined) lines = without;
  }
  return lines.join("\n");
}
