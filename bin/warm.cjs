// Writes down what V8 makes of the bundles, so that the programs start faster: `node bin/warm.cjs`, once for each
// installation of the package or of Node. Without arguments it starts itself once for each program; what is compiled by
// the end of a short run is kept. Where it cannot write, nothing is lost but milliseconds.
"use strict";
const { spawnSync } = require("node:child_process");
const { renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { start } = require("./start.cjs");

const SAMPLE = join(__dirname, "..", "etc", "keepalived.conf");
const RUNS = { vipd: ["-t", "-f", SAMPLE], vipctl: ["lint", SAMPLE] };

const [name] = process.argv.slice(2);
if (name === undefined) {
  for (const program of Object.keys(RUNS)) {
    spawnSync(process.execPath, [...process.execArgv, __filename, program], { stdio: "ignore", timeout: 60_000 });
  }
} else {
  process.argv = [process.argv[0], join(__dirname, `${name}.cjs`), ...RUNS[name]];
  const started = start(name);
  process.on("exit", () => {
    if (started === undefined) return;
    const { script, cache, digest } = started;
    const fresh = `${cache}.${process.pid}`;
    writeFileSync(fresh, Buffer.concat([Buffer.from(digest, "latin1"), script.createCachedData()]));
    renameSync(fresh, cache);
  });
}
