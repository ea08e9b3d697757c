// A machine for configurations to be read on: whatever a test says exists, exists, and nothing else.
import {
  readConfiguration,
  type ConfigEnvironment,
  type Configuration,
  type FileContent,
} from "../../src/config/index.js";
import type { Report } from "../../src/config/diagnostics.js";
import { readTree } from "../../src/config/read-tree.js";
import type { Statement } from "../../src/config/tree.js";

export interface MachineFacts {
  /** Files by absolute path; a text, or what reading them gives. */
  readonly files?: Readonly<Record<string, string | FileContent>>;
  readonly interfaces?: readonly string[];
  readonly users?: Readonly<Record<string, number>>;
  readonly groups?: Readonly<Record<string, number>>;
  /** Programs that exist, may be executed and are safe. */
  readonly programs?: readonly string[];
  readonly insecurePrograms?: readonly string[];
  /** Programs whose path goes through the link that is named. */
  readonly linkedPrograms?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly configId?: string;
}

export const MAIN = "/etc/keepalived/keepalived.conf";

export function machine(facts: MachineFacts = {}): ConfigEnvironment {
  const files = new Map(Object.entries(facts.files ?? {}));
  const interfaces = new Set(facts.interfaces ?? ["lo", "eth0", "eth1"]);
  const users = new Map(Object.entries(facts.users ?? { root: 0, keepalived_script: 900 }));
  const groups = new Map(Object.entries(facts.groups ?? { root: 0, adm: 4 }));
  const programs = new Set(facts.programs ?? ["/bin/true"]);
  const insecure = new Set(facts.insecurePrograms ?? []);
  return {
    readFile: (path) => {
      const content = files.get(path);
      if (content === undefined) return { kind: "missing" };
      return typeof content === "string" ? { kind: "text", text: content } : content;
    },
    readDirectory: (path) => {
      const prefix = path.endsWith("/") ? path : `${path}/`;
      const names = [...files.keys()]
        .filter((file) => file.startsWith(prefix))
        .map((file) => file.slice(prefix.length));
      return names.length === 0 ? undefined : [...new Set(names.map((name) => name.replace(/\/.*/, "")))];
    },
    exists: (path) => [...files.keys()].some((file) => file === path || file.startsWith(`${path}/`)),
    findInterface: (name) => (interfaces.has(name) ? { loopback: name === "lo", mtu: 1500, addresses: [] } : undefined),
    findUser: (name) => {
      const uid = users.get(name);
      return uid === undefined ? undefined : { uid, gid: uid, supplementaryGroups: [7, 8] };
    },
    findGroup: (name) => groups.get(name),
    findProgram: (path) => {
      const link = facts.linkedPrograms?.[path];
      return programs.has(path)
        ? { kind: "found", path }
        : insecure.has(path)
          ? { kind: "found", path, insecure: `${path} can be written by others than root` }
          : link !== undefined
            ? { kind: "found", path, link }
            : { kind: "missing" };
    },
    variable: (name) => facts.variables?.[name],
    random: (min) => min,
    workingDirectory: "/",
    hostName: "node1.example.org",
    ...(facts.configId !== undefined && { configId: facts.configId }),
    self: { name: "root", uid: 0, gid: 0 },
    processors: 4,
  };
}

/** Reads a text as the main file. */
export const read = (text: string, facts: MachineFacts = {}): Configuration =>
  readConfiguration(MAIN, machine({ ...facts, files: { ...facts.files, [MAIN]: text } }));

/** The statements of a text, unread. */
export const statementsOf = (text: string, report: Report): readonly Statement[] =>
  readTree(MAIN, machine({ files: { [MAIN]: text } }), report).statements;

/** Problems as `LINE:COLUMN NAME`, in the order in which they are reported. */
export const problemsOf = (configuration: Configuration): readonly string[] =>
  configuration.diagnostics.map(({ problem, place }) =>
    place === undefined ? problem : `${place.line.number}:${place.column} ${problem}`,
  );
