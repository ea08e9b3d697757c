// What a child really is after it has entered its role: the kernel is asked, not our report of it.
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const program = join(import.meta.dirname, "role-child.js");
const NET_ADMIN_AND_NET_RAW = "0000000000003000";
const NONE = "0000000000000000";

interface Answer {
  readonly report: readonly { readonly step: string; readonly result: string; readonly reason?: string }[];
  readonly status: Readonly<Record<string, string>>;
  readonly limits: string;
  readonly nice: number;
  readonly realtimePriority: number;
  readonly policy: number;
  /** Of every thread but the main one. */
  readonly otherThreads: readonly { readonly CapEff: string; readonly Seccomp: string }[];
  readonly ignored: string;
  readonly packetSocket: string;
  readonly exec: string;
}

const isAnswer = (value: unknown): value is Answer =>
  typeof value === "object" && value !== null && "report" in value && "status" in value && "exec" in value;

/** Runs the child in a role, possibly below another program. */
function enter(role: string, ...below: readonly string[]): Answer {
  const words = [...below, process.execPath, program, role];
  const answer: unknown = JSON.parse(execFileSync("env", words, { encoding: "utf8" }));
  if (!isAnswer(answer)) throw new Error(JSON.stringify(answer));
  return answer;
}

const resultOf = (answer: Answer, step: string): string | undefined =>
  answer.report.find((outcome) => outcome.step === step)?.result;

describe("kernel: privileges", () => {
  it("capabilities that are not kept are gone", () => {
    const { report, status, packetSocket, exec, ignored } = enter("nothing");
    expect(report).to.deep.equal([{ step: "capabilities", result: "done" }]);
    expect(status).to.include({ CapEff: NONE, CapPrm: NONE, CapInh: NONE });
    expect(packetSocket).to.equal("EPERM");
    expect(ignored).to.equal("done");
    expect(BigInt(`0x${status["SigIgn"] ?? "0"}`) & (1n << 35n), "signal 36").not.to.equal(0n);
    expect(exec).to.equal("done");
  });

  it("the kept ones are there, and nothing can be executed", () => {
    const { report, status, packetSocket, exec } = enter("network");
    expect(report.map(({ step, result }) => `${step} ${result}`)).to.deep.equal([
      "capabilities done",
      "parentDeathSignal done",
      "noExec done",
    ]);
    expect(status).to.include({ CapEff: NET_ADMIN_AND_NET_RAW, CapPrm: NET_ADMIN_AND_NET_RAW, NoNewPrivs: "1" });
    expect(status).to.include({ Seccomp: "2" });
    expect(packetSocket).to.equal("done");
    expect(exec).to.include("EPERM");
  });

  it("another user has the kept capabilities on the main thread, and none on the others", function () {
    const answer = enter("nobody");
    if (resultOf(answer, "user") === "skipped") this.skip();
    expect(resultOf(answer, "user")).to.equal("done");
    expect(answer.status["Uid"]).to.equal("65534\t65534\t65534\t65534");
    expect(answer.status["Gid"]).to.equal("65534\t65534\t65534\t65534");
    expect(answer.status["Groups"]).to.equal("");
    expect(answer.status["CapEff"]).to.equal(NET_ADMIN_AND_NET_RAW);
    expect(answer.packetSocket).to.equal("done");
    expect(answer.otherThreads.length).to.be.greaterThan(0);
    for (const thread of answer.otherThreads) expect(thread).to.deep.equal({ CapEff: NONE, Seccomp: "2" });
  });

  it("in a user namespace with one user the change of user is skipped, with the reason", () => {
    const answer = enter("nobody", "unshare", "-rn");
    expect(resultOf(answer, "user")).to.equal("skipped");
    expect(answer.report.find(({ step }) => step === "user")?.reason).to.include("65534");
    expect(answer.status["CapEff"]).to.equal(NET_ADMIN_AND_NET_RAW);
    expect(answer.packetSocket).to.equal("done");
    expect(answer.exec).to.include("EPERM");
  });

  // A container may refuse some of it, and says so in the report: what is said to be done must be so.
  it("scheduling is what the report says", () => {
    const answer = enter("scheduled");
    const { report, status, limits } = answer;
    const asked = ["realtimeLimit", "realtime", "nice", "cpus", "lockMemory", "capabilities", "noExec"];
    expect(report.map(({ step }) => step)).to.deep.equal(asked);
    if (resultOf(answer, "realtime") === "done") {
      expect(answer.policy).to.equal(2);
      expect(answer.realtimePriority).to.equal(7);
    }
    if (resultOf(answer, "realtimeLimit") === "done") {
      expect(limits).to.match(/Max realtime timeout\s+3000000\s+3000000\s+us/);
    }
    if (resultOf(answer, "nice") === "done") expect(answer.nice).to.equal(-4);
    expect(resultOf(answer, "cpus")).to.equal("done");
    expect(status["Cpus_allowed_list"]).to.equal("0");
    if (resultOf(answer, "lockMemory") === "done") {
      expect(Number.parseInt(status["VmLck"] ?? "0", 10)).to.be.greaterThan(0);
      expect(limits).to.match(/Max locked memory\s+unlimited\s+unlimited/);
    }
    expect(status["CapEff"]).to.equal(NET_ADMIN_AND_NET_RAW);
  });

  it("without the right to it, scheduling is refused and the rest still happens", () => {
    const answer = enter("scheduled", "unshare", "-rn");
    expect(resultOf(answer, "realtime")).to.equal("refused");
    expect(answer.policy).to.equal(0);
    expect(resultOf(answer, "lockMemory")).to.equal("refused");
    expect(resultOf(answer, "cpus")).to.equal("done");
    expect(answer.status["CapEff"]).to.equal(NET_ADMIN_AND_NET_RAW);
    expect(answer.exec).to.include("EPERM");
  });
});
