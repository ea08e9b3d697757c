// Neatness as a test: what the compiler and the linter cannot see of the house rules.
import { expect } from "chai";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { readConfiguration } from "../src/config/index.js";
import { machine, MAIN } from "./config/machine.js";

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
function importsOf(path: string, pattern = /(?:from|import)\s*\(?\s*"(\.[^"]+)\.js"/g): string[] {
  const specifiers = read(path).matchAll(pattern);
  return Array.from(specifiers, (match) => relative(root, resolve(root, dirname(path), `${match[1] ?? ""}.ts`)));
}

/** What is loaded together with a source. Type imports of whole lines are not. */
function loadedWith(path: string): ReadonlySet<string> {
  const loaded = new Set([path]);
  for (const source of loaded) {
    for (const target of importsOf(source, /^(?!import type)(?:import|export|\}) .*from "(\.[^"]+)\.js"/gm))
      loaded.add(target);
  }
  return loaded;
}

const sources = filesUnder("src", ".ts");
const tests = filesUnder("test", ".ts");
const everything = [...sources, ...tests, ...filesUnder("etc", "")];

/** One finding a line, all of them. */
const expectNone = (findings: readonly string[]): unknown => expect(findings.join("\n")).to.equal("");

/** The table of rooms in src/README.md: what each may import besides itself, a room or one file of it. */
const allowed = new Map(
  Array.from(read("src/README.md").matchAll(/^\| `([^`]+)` \|[^|]*\|([^|]*)\|$/gm), ([, room = "", imports = ""]) => [
    room,
    Array.from(imports.matchAll(/`([^`]+)`/g), ([, name = ""]) => name),
  ]),
);

const core = ["base", "wire", "track", "check", "bfd", "vrrp", "lvs", "notify", "supervise", "config", "status"];

describe("tidy", () => {
  it("imports run one way between the rooms", () => {
    const wrong = sources.flatMap((path) => {
      const room = roomOf(path);
      const rooms = allowed.get(room);
      if (rooms === undefined) return [`${path}: the room ${room} has no row in src/README.md`];
      return importsOf(path)
        .filter((target) => {
          const within = relative("src", target).replace(/\.ts$/, "");
          return roomOf(target) !== room && !rooms.some((name) => within === name || within.startsWith(`${name}/`));
        })
        .map((target) => `${path} imports ${target}`);
    });
    expectNone(wrong);
  });

  it("the core has no clock and no randomness of its own", () => {
    const wrong = sources.filter(
      (path) =>
        core.includes(roomOf(path)) && /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\./.test(read(path)),
    );
    expectNone(wrong);
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
    expectNone(sources.filter((path) => !reached.has(path)));
  });

  it("a look at a configuration loads nothing that only a daemon needs", () => {
    const daemonOnly =
      /^src\/(vrrp\/(router-machine|perform)|track\/script|notify\/hook-machine|lab|process\/(logging|supervisor|start))\b/;
    const heavy = (path: string): boolean => daemonOnly.test(path);
    const called = ["src/main.ts", "src/process/config-test.ts"];
    const inspected = ["src/vipctl/main.ts", "src/process/config-commands.ts"];
    expect([...loadedWith("src/process/start.ts")].some(heavy)).to.be.true;
    expectNone([...called, ...inspected].flatMap((path) => [...loadedWith(path)].filter(heavy)));
    expectNone(inspected.flatMap((path) => [...loadedWith(path)].filter((loaded) => loaded.startsWith("src/native/"))));
  });

  it("the map has no rows of rooms and files that do not exist", () => {
    const names = [...allowed.keys(), ...Array.from(allowed.values()).flat()];
    const known = (name: string): boolean =>
      sources.some((path) => path === `src/${name}.ts` || path === `src/${name}` || path.startsWith(`src/${name}/`));
    expectNone(names.filter((name) => !known(name)));
  });

  it("what the map says to look in exists", () => {
    const table = read("src/README.md").split("## To change X")[1] ?? "";
    const rows = Array.from(table.matchAll(/^\| [^|]+\|([^|]+)\|([^|]+)\|$/gm)).slice(2);
    expect(rows.length).to.be.above(10);
    const missing = rows.flatMap(([, places = "", suites = ""]) => {
      const named = (text: string): string[] => Array.from(text.matchAll(/`([^`*]+)\*?`/g), ([, name = ""]) => name);
      let room = "";
      const wanted = named(places).map((name) => {
        // A bare file name is in the room of the one before it.
        if (name.includes("/") || allowed.has(name)) room = name.split("/")[0] ?? "";
        return name.startsWith("etc/") || name.includes("/") || allowed.has(name) ? name : `${room}/${name}`;
      });
      return [
        ...wanted.filter((name) => !everything.some((path) => path.startsWith(name) || path.startsWith(`src/${name}`))),
        ...named(suites).filter((name) => !everything.some((path) => path.startsWith(name))),
      ];
    });
    expectNone(missing);
  });

  it("every sample configuration reads without a remark", () => {
    const samples = filesUnder("etc", ".conf");
    expect(samples).to.include("etc/lab/a.conf");
    const remarks = samples.flatMap((path) => {
      const files = { [MAIN]: read(path) };
      const programs = Array.from(read(path).matchAll(/"?(\/[\w./-]+)/g), ([, name = ""]) => name);
      const { diagnostics } = readConfiguration(MAIN, machine({ files, programs }));
      return diagnostics.map((remark) => `${path}: ${remark.code} ${remark.message}`);
    });
    expectNone(remarks);
  });

  it("no file is longer than 400 lines", () => {
    const long = [...sources, ...tests].filter((path) => read(path).split("\n").length > 401);
    expectNone(long);
  });

  it("every source opens with a comment that says what it is for", () => {
    const bare = sources.filter((path) => !/^(#!.*\n)?(\/\/|\/\*\*)/.test(read(path)));
    expectNone(bare);
  });
});
