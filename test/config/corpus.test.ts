// What is understood of real configuration files, held against what keepalived 2.4 has in memory after reading them:
// instances, sync groups, virtual and real servers. The files are not part of this repository.
import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { formatPrefix, maxPrefixLength, formatIp } from "../../src/base/ip.js";
import { toSeconds } from "../../src/base/time.js";
import { Report } from "../../src/config/diagnostics.js";
import { readConfiguration, type ConfigEnvironment, type Configuration } from "../../src/config/index.js";
import { defaultRoot, root } from "../../src/config/keywords/root.js";
import { lowerDaemon } from "../../src/config/lower/daemon.js";
import { readTree } from "../../src/config/read-tree.js";
import { readStatements, section } from "../../src/config/table.js";
import { beginning } from "../../src/config/tree.js";
import type { VirtualAddress, VirtualRouterParams } from "../../src/vrrp/params.js";
import { machine } from "./machine.js";
import { corpusDirectory, corpusFiles } from "./shared.js";

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
function parse(path: string): Json {
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  return isObject(value) ? value : {};
}

/** keepalived still lists half an instance that cannot work; here it is among the impossible ones. */
const instancesOf = (known: Json, { params }: Configuration): readonly unknown[] => {
  const impossible = new Set(params?.vrrp.impossible.map(({ name }) => name));
  return objects(known["vrrp_instances"])
    .filter(({ name }) => !impossible.has(String(name)))
    .map((instance) => [
      instance["name"],
      instance["interface"],
      instance["vrid"],
      instance["version"],
      instance["state"] === "MASTER" ? "master" : "backup",
      instance["priority"],
      instance["advert_int"],
      texts(instance["vips"]).map((line) => line.split(" ")[0]),
      instance["sync_group"] ?? "",
    ]);
};

const ours = (instance: VirtualRouterParams): unknown => [
  instance.name,
  instance.interfaceName,
  instance.vrid,
  instance.version,
  instance.startAs,
  instance.priority,
  toSeconds(instance.advertisementInterval),
  instance.addresses.map(shown),
  instance.syncGroup ?? "",
];

/** As keepalived writes it: without the length of a host. */
const shown = ({ prefix }: VirtualAddress): string =>
  prefix.length === maxPrefixLength(prefix.address.family) ? formatIp(prefix.address) : formatPrefix(prefix);

/** What we have, and what keepalived has. */
function compared(path: string, environment: ConfigEnvironment, known: Json): readonly [unknown, unknown] {
  const reading = readConfiguration(path, environment);
  const { instances = [], syncGroups = [] } = reading.params?.vrrp ?? {};
  return [
    {
      instances: instances.map(ours),
      groups: syncGroups.map(({ name, members }) => [name, members]),
      realServers: realServersOf(path, environment),
    },
    {
      instances: instancesOf(known, reading),
      groups: objects(known["sync_groups"]).map((group) => [group["name"], texts(group["instances"])]),
      realServers: objects(known["virtual_servers"]).map((server) => objects(server["real_servers"]).length),
    },
  ];
}

const HALF_READ = "keepalived has an instance that it did not finish, without its values";
const VIRTUAL_LINK = "keepalived shows the virtual link in the place of the interface that it stands on";
const DAMAGED = "a damaged or unknown block: keepalived reads its lines at another level, vipd leaves it out";

/** Where the two differ, and why. */
const DIFFERENT: Readonly<Record<string, string>> = {
  "003.conf": HALF_READ,
  "032.conf": HALF_READ,
  "033.conf": "keepalived stops at an instance whose peers strict mode forbids, vipd goes on with the next",
  "046.conf": VIRTUAL_LINK,
  "062.conf": "an address with a peer: keepalived leaves the length out, vipd keeps it",
  "068.conf": VIRTUAL_LINK,
  "072.conf": DAMAGED,
  "084.conf": HALF_READ,
  "097.conf": DAMAGED,
  "101.conf": DAMAGED,
  "108.conf": DAMAGED,
  "112.conf": HALF_READ,
  "137.conf": HALF_READ,
  "170.conf": HALF_READ,
  "177.conf": VIRTUAL_LINK,
  "180.conf": DAMAGED,
  "189.conf": DAMAGED,
  "193.conf": VIRTUAL_LINK,
  "196.conf": HALF_READ,
};

if (corpusFiles().length > 0) {
  describe("config: real files, as keepalived has them in memory", () => {
    const surroundings = parse(resolve(corpusDirectory, "ENV.json"));
    for (const path of corpusFiles()) {
      const name = path.slice(corpusDirectory.length + 1);
      const expected = resolve(corpusDirectory, "json", name.replace(/conf$/, "json"));
      if (!existsSync(expected)) continue;
      const different = DIFFERENT[name];
      it(different === undefined ? name : `${name} is read in another way: ${different}`, () => {
        const around = surroundings[name];
        const environment = environmentOf(path, isObject(around) ? around : {});
        const [seen, wanted] = compared(path, environment, parse(expected));
        if (different === undefined) expect(seen).to.deep.equal(wanted);
        else expect(seen).not.to.deep.equal(wanted);
      });
    }
  });
}

/** How many real servers each virtual server is left with. */
function realServersOf(path: string, environment: ConfigEnvironment): readonly number[] {
  const scope = { report: new Report(), environment, homes: () => [] };
  const into = section(defaultRoot(beginning(path)), beginning(path));
  readStatements(readTree(path, environment, scope.report).statements, root, into, scope);
  lowerDaemon(into.conf, scope);
  return into.conf.virtualServers.map(({ conf }) => conf.realServers.length);
}

/** The machine that the file was written for. */
function environmentOf(path: string, around: Json): ConfigEnvironment {
  const beside = (file: string): string => resolve(corpusDirectory, file);
  const files = new Map([[path, readFileSync(path, "utf8")]]);
  for (const [at, from] of isObject(around["files"]) ? Object.entries(around["files"]) : [])
    files.set(beside(at), readFileSync(beside(String(from)), "utf8"));
  const people = [...texts(around["groups"]), ...texts(around["users"])];
  const ids: Record<string, number> = { root: 0 };
  for (const [index, name] of people.entries()) ids[name] = 64_000 + index;
  const programs = texts(around["scripts"]).map((script) => script.replaceAll("{dir}", corpusDirectory));
  return {
    ...machine({
      files: Object.fromEntries(files),
      programs,
      users: ids,
      groups: ids,
      interfaces: ["lo", ...texts(around["interfaces"])],
    }),
    hostName: typeof around["hostname"] === "string" ? around["hostname"] : "node0",
    workingDirectory: corpusDirectory,
  };
}
