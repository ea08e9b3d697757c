// What several vipds on one machine call their files.
import { expect } from "chai";
import { identify, identitySuffix, withPidFiles } from "../../src/process/identity.js";
import { defaultOptions } from "../../src/process/options.js";
import { DEFAULT_SOCKET } from "../../src/process/settings.js";
import { socketPath } from "../../src/process/socket-path.js";

describe("process: the identity of a daemon", () => {
  it("is nothing special for the only one", () => {
    const identity = identify({}, undefined);
    expect(identitySuffix(identity)).to.equal("");
    expect(withPidFiles(defaultOptions, identity)).to.equal(defaultOptions);
    expect(socketPath(DEFAULT_SOCKET, "")).to.equal(DEFAULT_SOCKET);
  });

  for (const [title, identity, suffix, pidFile, vrrpPidFile] of [
    ["use_pid_dir", { ownPidDirectory: true }, "", "/run/keepalived/keepalived.pid", "/run/keepalived/vrrp.pid"],
    [
      "instance",
      { ownPidDirectory: false, name: "two" },
      "_two",
      "/run/keepalived/keepalived_two.pid",
      "/run/keepalived/vrrp_two.pid",
    ],
    [
      "both",
      { ownPidDirectory: false, namespace: "blue", name: "two" },
      "_blue_two",
      "/run/keepalived/keepalived_blue/keepalived_two.pid",
      "/run/keepalived/keepalived_blue/vrrp_two.pid",
    ],
  ] as const) {
    it(`is in the names of its files: ${title}`, () => {
      expect(identitySuffix(identity)).to.equal(suffix);
      expect(withPidFiles(defaultOptions, identity)).to.include({ pidFile, vrrpPidFile });
    });
  }

  it("leaves alone what somebody has named", () => {
    const options = withPidFiles({ ...defaultOptions, pidFile: "/x.pid" }, { ownPidDirectory: true });
    expect(options).to.include({ pidFile: "/x.pid", vrrpPidFile: "/run/keepalived/vrrp.pid" });
    expect(socketPath("/x.sock", "two")).to.equal("/x.sock");
    expect(socketPath(DEFAULT_SOCKET, "two")).to.equal("/run/vipd/vipd_two.sock");
  });
});
