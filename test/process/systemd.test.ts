// What sd_notify(3) would send.
import { expect } from "chai";
import { instant } from "../../src/base/time.js";
import { type SystemdEnvironment, createSystemd } from "../../src/process/systemd.js";

function listen(environment: SystemdEnvironment) {
  const sent: string[] = [];
  const systemd = createSystemd(environment, 77, (path) => (text) => void sent.push(`${path} ${text}`));
  return { systemd, sent };
}

describe("systemd", () => {
  it("hears of every turn of the daemon's life", () => {
    const { systemd, sent } = listen({ NOTIFY_SOCKET: "@n" });
    systemd.ready("Running");
    systemd.reloading(instant(123));
    systemd.failed("broken", 2);
    systemd.stopping();
    systemd.watchdog();
    systemd.status("text");
    expect(sent).to.deep.equal([
      "@n READY=1\nMAINPID=77\nSTATUS=Running",
      "@n RELOADING=1\nMONOTONIC_USEC=123\nSTATUS=Reloading",
      "@n STATUS=broken\nERRNO=2",
      "@n STOPPING=1\nSTATUS=Stopping",
      "@n WATCHDOG=1",
      "@n STATUS=text",
    ]);
  });

  it("is not spoken to when it did not start us", () => {
    const { systemd, sent } = listen({});
    systemd.ready("Running");
    expect(sent).to.deep.equal([]);
  });

  it("gets its watchdog at half of the time it allows, from the process it means", () => {
    const period = (environment: SystemdEnvironment) => listen(environment).systemd.watchdogMillis;
    expect(period({ WATCHDOG_USEC: "10000000" })).to.equal(5_000);
    expect(period({ WATCHDOG_USEC: "10000000", WATCHDOG_PID: "77" })).to.equal(5_000);
    expect(period({ WATCHDOG_USEC: "10000000", WATCHDOG_PID: "78" })).to.equal(undefined);
    for (const usec of ["", "0", "x", "-1"]) expect(period({ WATCHDOG_USEC: usec })).to.equal(undefined);
    expect(period({})).to.equal(undefined);
  });
});
