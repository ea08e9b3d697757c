// What is said of a configuration in which one thing is broken, with a fixed seed: on our own samples, and on real files
// where they lie beside the repository.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { soundText } from "./damage.js";
import { read } from "./machine.js";
import { broken, breaks, isToldOf } from "./mutation.js";
import { corpusFiles } from "./shared.js";

const facts = { programs: ["/usr/bin/true"], users: { root: 0 } };

/** Real files may be broken already, so that one thing more makes no difference. */
const SHARE = 0.93;

/** Without what makes lines depend on one another. */
const isPlain = (text: string): boolean => text.length < 10_000 && !/[$@~]/.test(text);

describe("config: one thing broken", () => {
  for (const [name, how] of Object.entries(breaks)) {
    it(`${name}: the message points at it, and says what to do`, () => {
      const sound = read(soundText, facts);
      for (let seed = 0; seed < 20; seed++) {
        const one = broken(soundText, how, seed);
        if (one === undefined) throw new Error("the sample has nothing of the kind");
        expect(isToldOf(one, sound, read(one.text, facts)), `seed ${seed}, line ${one.line}:\n${one.text}`).to.equal(
          true,
        );
      }
    });
  }

  const texts = corpusFiles()
    .map((path) => readFileSync(path, "utf8"))
    .filter(isPlain);
  if (texts.length > 0) {
    for (const [name, how] of Object.entries(breaks)) {
      it(`${name}, in real files`, () => {
        const told = texts.flatMap((text, seed) => {
          const one = broken(text, how, seed);
          return one === undefined ? [] : [isToldOf(one, read(text), read(one.text))];
        });
        expect(told.filter(Boolean).length / told.length).to.be.at.least(SHARE);
      }).timeout(20_000);
    }
  }
});
