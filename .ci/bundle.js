// usage: node .ci/bundle.js
// Makes one file of each program's compiled modules, dist/bundle/NAME/program.cjs, which bin/start.cjs loads; then has
// V8 compile it (bin/warm.cjs).
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";

const root = join(import.meta.dirname, "..");
const PROGRAMS = { vipd: "main.js", vipctl: "vipctl/main.js" };

for (const [name, entry] of Object.entries(PROGRAMS)) {
  const { outputFiles } = buildSync({
    entryPoints: [join(root, "dist", "src", entry)],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    packages: "external",
    logLevel: "warning",
    define: { "import.meta.url": "moduleUrl" },
  });
  const code = outputFiles[0].text.replace(/^#!.*\n/, "");
  const source = `(function (require, module, __filename) {
const exports = module.exports, moduleUrl = require("node:url").pathToFileURL(__filename).href;
${code}})\n`;
  const digest = createHash("sha256").update(source).digest("hex");
  const file = join(root, "dist", "bundle", name, "program.cjs");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `// ${digest}\n${source}`);
  renameSync(`${file}.new`, file);
}
spawnSync(process.execPath, [join(root, "bin", "warm.cjs")], { stdio: "inherit" });
