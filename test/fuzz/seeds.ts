// Texts to be bent: the samples of the repository, and real files where they lie beside it.
import { readdirSync, readFileSync } from "node:fs";
import { corpusFiles } from "../config/shared.js";
import { lintRules } from "../../src/config/lint/index.js";

const SAMPLES = new URL("../../../etc/", import.meta.url);

export const samples: readonly string[] = [
  ...readdirSync(SAMPLES)
    .filter((name) => name.endsWith(".conf"))
    .map((name) => readFileSync(new URL(name, SAMPLES), "utf8")),
  ...lintRules.flatMap(({ bad, good }) => [...bad, ...good]),
];

/** Small enough to be bent often. */
export const realTexts = (): readonly string[] =>
  corpusFiles()
    .map((path) => readFileSync(path, "utf8"))
    .filter((text) => text.length < 10_000);
