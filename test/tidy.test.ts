// Neatness as a test: what the compiler and the linter cannot see of the house rules.
import { expect } from "chai";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

const root = resolve(import.meta.dirname, "../..");

function filesUnder(directory: string, suffix: string): string[] {
  return readdirSync(join(root, directory), { recursive: true, encoding: "utf8" })
    .map((name) => join(directory, name))
    .filter((path) => path.endsWith(suffix) && statSync(join(root, path)).isFile())
    .sort();
}

const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** The room of a source file: the directory below src, or the name of a file that stands there itself. */
const roomOf = (path: string): string => path.split(sep)[1] ?? path;

/** Repository paths of the sources that a file imports, statically or dynamically. */
function importsOf(path: string): string[] {
  const specifiers = read(path).matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)\.js"/g);
  return Array.from(specifiers, (match) => relative(root, resolve(root, dirname(path), `${match[1] ?? ""}.ts`)));
}

const sources = filesUnder("src", ".ts");
const tests = filesUnder("test", ".ts");

// What each room may import besides itself. A path narrower than a room allows only that file.
const engines = ["base", "wire"];
const params = ["vrrp/params", "vrrp/receive", "vrrp/effects", "vrrp/events"];
const daemon = ["base", "wire", "track", "check", "bfd", "vrrp", "lvs", "notify", "supervise", "config", "status"];
const allowed: Readonly<Record<string, readonly string[]>> = {
  base: [],
  wire: ["base"],
  track: engines,
  check: engines,
  bfd: engines,
  // The view types of status are what an engine answers when it is asked for its state.
  vrrp: [...engines, "track", "status/views"],
  lvs: [...engines, "check"],
  notify: [...engines, "track", ...params, "lvs"],
  // The messages between supervisor and children carry the engines' params, transitions and views.
  supervise: [...engines, ...params, "track/params", "notify/params", "status/views"],
  config: [
    "base",
    "wire",
    ...params,
    "track/params",
    "check/params",
    "bfd/params",
    "lvs/params",
    "notify/params",
    "supervise/params",
  ],
  status: ["base", "wire", "vrrp", "track", "check", "bfd", "lvs", "supervise"],
  native: [],
  // Effect, event and parameter types come in; host performs and reports.
  host: [
    "base",
    "wire",
    "native",
    ...params,
    "track",
    "config",
    "notify/params",
    "supervise/params",
    "supervise/messages",
  ],
  process: [...daemon, "host"],
  vipctl: ["base", "status", "vrrp"],
  lab: ["base", "status", "vrrp", "vipctl", "host"],
  "main.ts": [...daemon, "host", "process"],
};

const core = ["base", "wire", "track", "check", "bfd", "vrrp", "lvs", "notify", "supervise", "config", "status"];

describe("tidy", () => {
  it("imports run one way between the rooms", () => {
    const wrong = sources.flatMap((path) => {
      const room = roomOf(path);
      const rooms = allowed[room];
      if (rooms === undefined) return [`${path}: the room ${room} has no row in this test`];
      return importsOf(path)
        .filter((target) => {
          const within = relative("src", target).replace(/\.ts$/, "");
          return roomOf(target) !== room && !rooms.some((name) => within === name || within.startsWith(`${name}/`));
        })
        .map((target) => `${path} imports ${target}`);
    });
    expect(wrong).to.deep.equal([]);
  });

  it("the core has no clock and no randomness of its own", () => {
    const wrong = sources.filter(
      (path) =>
        core.includes(roomOf(path)) && /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\./.test(read(path)),
    );
    expect(wrong).to.deep.equal([]);
  });

  it("every source is reached from a program or a test", () => {
    const programs = [
      "src/main.ts",
      "src/vipctl/main.ts",
      "src/lab/main.ts",
      "src/lab/responder.ts",
      "src/lab/client.ts",
    ];
    const waiting = [...programs.filter((path) => sources.includes(path)), ...tests];
    const reached = new Set(waiting);
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      for (const target of importsOf(path)) {
        if (!reached.has(target)) waiting.push(target);
        reached.add(target);
      }
    }
    expect(sources.filter((path) => !reached.has(path))).to.deep.equal([]);
  });

  it("no file is longer than 400 lines", () => {
    const long = [...sources, ...tests].filter((path) => read(path).split("\n").length > 401);
    expect(long).to.deep.equal([]);
  });

  it("every source opens with a comment that says what it is for", () => {
    const bare = sources.filter((path) => !/^(#!.*\n)?(\/\/|\/\*\*)/.test(read(path)));
    expect(bare).to.deep.equal([]);
  });
});
