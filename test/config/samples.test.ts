// The sample configurations of etc/: each must be read without a complaint, on a machine that has what it names.
import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { problemsOf, read } from "./machine.js";

const DIRECTORY = new URL("../../../etc/", import.meta.url);
const PROGRAMS = ["/bin/true", "/usr/bin/pgrep", "/usr/bin/logger"];

const instancesOf: Readonly<Record<string, readonly string[]>> = {
  "keepalived.conf": ["VI_1"],
  "mutual-backup.conf": ["A", "B"],
  "routes.conf": ["INSIDE"],
  "tracking.conf": ["FRONT"],
};

describe("etc: sample configurations", () => {
  const samples = readdirSync(DIRECTORY).filter((name) => name.endsWith(".conf"));

  it("are all known here", () => {
    expect(samples.toSorted()).to.deep.equal(Object.keys(instancesOf).toSorted());
  });

  for (const name of samples) {
    it(`${name} is read without a complaint`, () => {
      const configuration = read(readFileSync(new URL(name, DIRECTORY), "utf8"), { programs: PROGRAMS });
      expect(problemsOf(configuration)).to.deep.equal([]);
      expect(configuration.params?.vrrp.instances.map((instance) => instance.name)).to.deep.equal(instancesOf[name]);
    });
  }

  it("mutual-backup.conf gives each machine its own master", () => {
    const text = readFileSync(new URL("mutual-backup.conf", DIRECTORY), "utf8");
    const priorities = (configId: string): readonly number[] | undefined =>
      read(text, { configId }).params?.vrrp.instances.map(({ priority }) => priority);
    expect(priorities("a")).to.deep.equal([150, 100]);
    expect(priorities("b")).to.deep.equal([100, 150]);
  });
});
