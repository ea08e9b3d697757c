// What may replace a running configuration.
import { expect } from "chai";
import { noRouterParams } from "../../src/vrrp/params.js";
import { seconds } from "../../src/base/time.js";
import { type Configuration, type ConfigurationProblem, judgeReload } from "../../src/process/configuration.js";
import { reportOf } from "../../src/process/config-test.js";
import type { DaemonParams } from "../../src/supervise/params.js";

const params: DaemonParams = {
  routerId: "r",
  vrrp: noRouterParams,
  bfd: { sessions: [] },
  bfdScheduling: { nice: 0, lockMemory: false, cpus: [] },
  vrrpScheduling: { nice: 0, lockMemory: false, cpus: [] },
  scripts: [],
  files: [],
  processes: [],
  hooks: [],
  fifos: [],
  fifoStatesOnReload: false,
  priorityReporters: [],
  smtpAlerts: [],
  childWait: seconds(5),
  reload: { repeats: false },
  fixed: {},
};
const problem = (severity: "error" | "warning", key: string, line = key): ConfigurationProblem => ({
  severity,
  remark: severity === "warning",
  key,
  line,
  text: `${line}\n  with its line`,
});
const given = (...problems: readonly ConfigurationProblem[]): Configuration => ({
  params,
  isReadable: true,
  problems,
  misread: [],
  findings: [],
  testStatus: 0,
  hopeless: [],
});

describe("judging a reload", () => {
  it("accepts what has no error", () => {
    expect(judgeReload(given(), given(problem("warning", "old word")))).to.deep.equal({ kind: "accepted", params });
  });

  it("refuses an error, names the first and counts the rest", () => {
    expect(judgeReload(given(), given(problem("error", "one")))).to.deep.equal({ kind: "refused", why: "one" });
    const three = given(problem("warning", "w"), problem("error", "one"), problem("error", "two"));
    expect(judgeReload(given(), three)).to.deep.equal({ kind: "refused", why: "one (and 1 more)" });
  });

  it("does not mind an error that is in force already, wherever its line has moved", () => {
    const before = given(problem("error", "no eth9", "k.conf:3: no eth9"));
    expect(judgeReload(before, given(problem("error", "no eth9", "k.conf:5: no eth9")))).to.have.property(
      "kind",
      "accepted",
    );
    expect(judgeReload(before, given(problem("error", "no eth8")))).to.have.property("kind", "refused");
  });

  it("refuses what cannot be run, or can do nothing", () => {
    const { params: _none, ...unusable } = given();
    expect(judgeReload(given(), unusable)).to.have.property("kind", "refused");
    const hopeless = { ...given(), hopeless: ["VI_1: no interface", "VI_2: no interface"] };
    expect(judgeReload(given(), hopeless)).to.deep.equal({
      kind: "refused",
      why: "VI_1: no interface; VI_2: no interface",
    });
  });
});

describe("report of --config-test", () => {
  it("is empty when all is well", () => {
    expect(reportOf(given())).to.deep.equal({ complaints: "", remarks: "" });
  });

  it("shows every problem and counts them, and keeps apart what keepalived does not mind", () => {
    expect(reportOf(given(problem("error", "one"), problem("warning", "two")))).to.deep.equal({
      complaints: "one\n  with its line\n\n",
      remarks: "two\n  with its line\n\n1 error, 1 warning\n",
    });
  });
});
