// Real configuration files that are not part of this repository: they lie in a directory beside the checkout, or where
// VIPD_SHARED says. Tests that want them skip themselves where there are none.
import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";

const DIRECTORY = process.env["VIPD_SHARED"] ?? resolve(import.meta.dirname, "../../../../shared");

/** Paths of the configurations; empty where there are none. */
export function corpusFiles(): readonly string[] {
  const corpus = resolve(DIRECTORY, "corpus");
  if (!existsSync(corpus)) return [];
  return readdirSync(corpus)
    .filter((name) => name.endsWith(".conf"))
    .sort()
    .map((name) => resolve(corpus, name));
}
