// startup_script and shutdown_script: waited for, and ended when they take too long.
import { expect } from "chai";
import { userInfo } from "node:os";
import { micros, seconds } from "../../src/base/time.js";
import { runCommand } from "../../src/host/scripts.js";
import { runLifeScript } from "../../src/process/life-scripts.js";
import type { Logger } from "../../src/process/logging.js";
import type { LifeScript } from "../../src/supervise/params.js";

const { uid, gid, username: user } = userInfo();

function script(text: string, timeout = seconds(10)): LifeScript {
  return { command: { argv: ["/bin/sh", "-c", text], identity: { user, uid, gid, groups: [] } }, timeout };
}

function recorder(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const line = (text: string): void => void lines.push(text);
  const log = {
    debug: line,
    info: line,
    warn: line,
    error: line,
    event: () => undefined,
    close: () => Promise.resolve(),
  };
  return { log, lines };
}

describe("startup_script and shutdown_script", () => {
  it("are waited for, and a failure is told", async () => {
    const { log, lines } = recorder();
    await runLifeScript("startup_script", script("exit 0"), runCommand, log);
    await runLifeScript("shutdown_script", script("exit 3"), runCommand, log);
    expect(lines).to.deep.equal([
      "The startup_script /bin/sh exited with status 0",
      "The shutdown_script /bin/sh exited with status 3; vipd goes on",
    ]);
  });

  it("are ended after their timeout", async () => {
    const { log, lines } = recorder();
    await runLifeScript("startup_script", script("sleep 60", micros(50_000)), runCommand, log);
    expect(lines).to.deep.equal([
      "The startup_script /bin/sh took longer than 0.05 s (startup_script_timeout), then ended by signal SIGTERM; vipd goes on",
    ]);
  });

  it("are ended by SIGKILL when they do not listen", async function () {
    this.timeout(20_000);
    const { log, lines } = recorder();
    const deaf = script("trap '' TERM; while :; do sleep 0.1; done", seconds(1));
    await runLifeScript("startup_script", deaf, runCommand, log);
    expect(lines[0]).to.contain("ended by signal SIGKILL");
  });

  it("do not hold up a daemon that is to stop", async () => {
    const { log, lines } = recorder();
    await runLifeScript("startup_script", script("sleep 60"), runCommand, log, Promise.resolve());
    expect(lines).to.deep.equal(["The startup_script /bin/sh ended by signal SIGTERM; vipd goes on"]);
  });

  it("that cannot be started are told, too", async () => {
    const { log, lines } = recorder();
    const missing = { ...script(""), command: { ...script("").command, argv: ["/nowhere/script"] } };
    await runLifeScript("startup_script", missing, runCommand, log);
    expect(lines[0]).to.match(/^The startup_script \/nowhere\/script could not be started/);
  });
});
