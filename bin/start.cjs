// Starts a program quickly: all its modules are one file (.ci/bundle makes it), and what V8 made of that file at an
// earlier start lies beside it (warm.cjs writes it). Both may be missing, the second may be of another Node: the
// program then starts as well, only later.
"use strict";
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { Script, constants } = require("node:vm");

const MODULES = { vipd: "../dist/src/main.js", vipctl: "../dist/src/vipctl/main.js" };

/** The bundle begins with its digest, and so does what was made of it: V8 itself compares no more than the length. */
const DIGEST_START = "// ".length;
const DIGEST_LENGTH = 64;

const bundleOf = (name) => join(__dirname, "..", "dist", "bundle", name, "program.cjs");
const cacheOf = (bundle) => `${bundle}.cache`;

/** Undefined where the file cannot be read, for whatever reason. */
function tryToRead(file, encoding) {
  try {
    return readFileSync(file, encoding);
  } catch {
    return undefined;
  }
}

const digestOf = (source) => source.slice(DIGEST_START, DIGEST_START + DIGEST_LENGTH);

/** What V8 knows of this source, where that was written down. */
function knownOf(source, bundle) {
  const cache = tryToRead(cacheOf(bundle));
  const fits = cache?.toString("latin1", 0, DIGEST_LENGTH) === digestOf(source);
  return fits ? cache.subarray(DIGEST_LENGTH) : undefined;
}

/** The script that runs, with its bundle; undefined where there is no bundle. */
function start(name) {
  const bundle = bundleOf(name);
  const source = tryToRead(bundle, "latin1");
  if (source === undefined) {
    import(MODULES[name]);
    return undefined;
  }
  const script = new Script(source, {
    filename: bundle,
    cachedData: knownOf(source, bundle),
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  script.runInThisContext()(require, { exports: {} }, bundle);
  return { script, cache: cacheOf(bundle), digest: digestOf(source) };
}

module.exports = { start };
