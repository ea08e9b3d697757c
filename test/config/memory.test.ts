// What a large configuration keeps in memory: as much for each line, however many there are. It is the memory that
// makes the reading of a large file slow, so that this guards its speed as well, and no clock is asked.
import { expect } from "chai";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { defaultRoot, root } from "../../src/config/keywords/root.js";
import { Report } from "../../src/config/diagnostics.js";
import { readStatements, section } from "../../src/config/table.js";
import { beginning } from "../../src/config/tree.js";
import { MAIN, machine, statementsOf } from "./machine.js";

const SERVER = "  real_server 192.168.0.1 80 {\n    weight 1\n    TCP_CHECK {\n      connect_timeout 3\n    }\n  }\n";

const virtualServers = (count: number): string =>
  Array.from(
    { length: count },
    (_, n) => `virtual_server 10.0.${n >> 8}.${n & 255} 80 {\n  lvs_sched rr\n  protocol TCP\n${SERVER}${SERVER}}\n`,
  ).join("");

const instances = (count: number): string =>
  Array.from({ length: count }, (_, n) => {
    const addresses = Array.from({ length: 20 }, (__, m) => `    10.${n >> 8}.${n & 255}.${m}/24\n`).join("");
    return `vrrp_instance VI_${n} {\n  interface eth0\n  virtual_router_id 1\n  virtual_ipaddress {\n${addresses}  }\n}\n`;
  }).join("");

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");

function bytesInUse(): number {
  if (typeof collectGarbage === "function") Reflect.apply(collectGarbage, undefined, []);
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The text as statements, and the settings that are read from them. */
function readAll(text: string): readonly unknown[] {
  const report = new Report();
  const statements = statementsOf(text, report);
  const start = beginning(MAIN);
  const into = section(defaultRoot(start), start);
  readStatements(statements, root, into, { report, environment: machine(), homes: () => [] });
  return [statements, into];
}

/** Bytes for each line of the text. */
function bytesALine(text: string): number {
  const before = bytesInUse();
  const kept = readAll(text);
  const used = bytesInUse() - before;
  expect(kept).to.have.length(2);
  return used / text.split("\n").length;
}

describe("config: memory", function () {
  this.timeout(60_000);

  for (const { what, write, most } of [
    { what: "virtual servers, whose lines are much alike", write: virtualServers, most: 350 },
    { what: "instances, whose addresses are all different", write: instances, most: 800 },
  ]) {
    it(`is as large as the file: ${what}`, () => {
      readAll(write(10));
      const [few, many] = [bytesALine(write(1000)), bytesALine(write(4000))];
      expect(few).to.be.below(most);
      expect(many / few).to.be.within(0.7, 1.3);
    });
  }
});
