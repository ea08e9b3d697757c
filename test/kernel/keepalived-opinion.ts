// Gives many small configurations to the keepalived of this machine, and its verdicts to the tests.
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface OpinionCase {
  readonly name: string;
  readonly text: string;
  readonly status: number;
  /** Only keepalived 2.4 says so. */
  readonly since24: boolean;
}

export interface Opinion {
  readonly status: number;
  readonly stderr: string;
}

/** In one namespace with eth0 and eth1, one file after another. */
const RUN = `
ip link set lo up && ip link add eth0 type veth peer name eth1 && ip link set eth0 up && ip link set eth1 up || exit 1
ip addr add 10.9.9.1/24 dev eth0 || exit 1
for conf in *.conf; do timeout -s KILL 5 keepalived -t -f "$conf" 2>"$conf.stderr"; echo $? >"$conf.status"; done`;

/** Versions that `since24` is not about. */
const OLD = /v2\.[0-3]\./;

/** Whether the keepalived of this machine is older than 2.4. */
export const isOldKeepalived = (): boolean =>
  OLD.test(spawnSync("keepalived", ["--version"], { encoding: "utf8" }).stderr);

/** What it says about each text. */
export function askKeepalived(texts: readonly string[]): readonly Opinion[] {
  const directory = mkdtempSync(join(tmpdir(), "vipd-values-"));
  try {
    for (const [index, text] of texts.entries()) writeFileSync(join(directory, `${index}.conf`), text);
    const { status, stderr } = spawnSync("unshare", ["-n", "sh", "-c", RUN], { cwd: directory, encoding: "utf8" });
    expect(status, stderr).to.equal(0);
    return texts.map((_, index) => {
      const read = (what: string): string => readFileSync(join(directory, `${index}.conf.${what}`), "latin1");
      return { status: Number(read("status")), stderr: read("stderr") };
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A test for every case that the keepalived of this machine can have an opinion of. */
export function keepalivedOpinion<C extends OpinionCase>(
  title: string,
  all: readonly C[],
  check: (known: C, opinion: Opinion) => void,
): void {
  describe(title, () => {
    const isOld = isOldKeepalived();
    const cases = all.filter(({ since24 }) => !(isOld && since24));
    let opinions: readonly Opinion[] = [];

    before(function () {
      this.timeout(300_000);
      opinions = askKeepalived(cases.map(({ text }) => text));
    });

    for (const [index, known] of cases.entries()) {
      it(`${known.name} (${known.status})`, () => {
        const opinion = opinions[index];
        if (opinion === undefined) throw new Error("keepalived was not asked");
        expect(opinion.status, opinion.stderr).to.equal(known.status);
        check(known, opinion);
      });
    }
  });
}
