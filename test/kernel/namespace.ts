// A network namespace of its own for a suite: nothing that happens in it reaches the machine, and it vanishes with the
// last process in it. The whole thread enters it, so programs that a test starts are in it as well.
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { CLONE_NEWNET, setns, unshare } from "../../src/native/index.js";

/** Runs the suite it is called in inside a new network namespace whose loopback is up. */
export function inPrivateNamespace(): void {
  let outside = -1;

  before("enter a network namespace", () => {
    outside = openSync("/proc/thread-self/ns/net", "r");
    expect(unshare(CLONE_NEWNET), "unshare(CLONE_NEWNET): run as root, or below `unshare -rn`").to.equal(0);
    ip("link set lo up");
  });

  after("leave the network namespace", () => {
    if (outside < 0) return;
    expect(setns(outside, CLONE_NEWNET)).to.equal(0);
    closeSync(outside);
  });
}

/** Makes one more namespace for the time of `use`, which is given a path that stands for it (`ip link set netns`). */
export function withAnotherNamespace(use: (path: string) => void): void {
  const here = openSync("/proc/thread-self/ns/net", "r");
  expect(unshare(CLONE_NEWNET)).to.equal(0);
  const there = openSync("/proc/thread-self/ns/net", "r");
  expect(setns(here, CLONE_NEWNET)).to.equal(0);
  closeSync(here);
  try {
    use(`/proc/${process.pid}/fd/${there}`);
  } finally {
    closeSync(there);
  }
}

/** Whether the kernel has links of that kind on top of others. */
export function kernelKnows(kind: "ipvlan" | "macvlan"): boolean {
  let known = false;
  withAnotherNamespace((path) => {
    try {
      const inside = `nsenter --net=${path} sh -c`.split(" ");
      const script = `ip link add v0 type veth peer name v1 && ip link add link v0 name probe type ${kind}`;
      execFileSync(inside[0] ?? "", [...inside.slice(1), script], { stdio: "ignore" });
      known = true;
    } catch {
      // "Unknown device type"
    }
  });
  return known;
}

/** Runs ip(8) with the words of `command`; returns what it printed. */
export function ip(command: string): string {
  return execFileSync("ip", command.split(" "), { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
