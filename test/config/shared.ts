// Real configuration files that are not part of this repository: they lie in a directory beside the checkout, or where
// VIPD_SHARED says. Tests that want them skip themselves where there are none.
import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";

const DIRECTORY = process.env["VIPD_SHARED"] ?? resolve(import.meta.dirname, "../../../../shared");

/** Where they lie; the directory need not exist. */
export const corpusDirectory = resolve(DIRECTORY, "corpus");

/** Paths of the configurations; empty where there are none. */
export function corpusFiles(): readonly string[] {
  if (!existsSync(corpusDirectory)) return [];
  return (
    readdirSync(corpusDirectory)
      // By their numbers: whoever makes the surroundings of one may lay what it includes beside it.
      .filter((name) => /^\d{3}\.conf$/.test(name))
      .sort()
      .map((name) => resolve(corpusDirectory, name))
  );
}
