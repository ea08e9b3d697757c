// What a reload would do, in words.
import { expect } from "chai";
import { diffConfigurations, renderDifference } from "../../src/config/diff.js";
import { read } from "./machine.js";

const instance = (lines: string, name = "VI_1"): string => `vrrp_instance ${name} {\n${lines}\n}\n`;
const USUAL = "interface eth0\nvirtual_router_id 51\npriority 100\nvirtual_ipaddress { 10.0.0.1/24 }";

const diff = (before: string, after: string): string => renderDifference(diffConfigurations(read(before), read(after)));

describe("config: diff", () => {
  it("says that nothing changes, whatever the layout", () => {
    expect(diff(instance(USUAL), `# new comment\n$P=100\n${instance(USUAL.replace("100", "$P"))}`)).to.equal(
      "Nothing changes.\n",
    );
  });

  it("names a changed setting, and that the router goes on", () => {
    expect(diff(instance(USUAL), instance(USUAL.replace("100", "120")))).to.equal(
      [
        "vrrp_instance VI_1",
        "  ~ priority 100 -> 120",
        "    goes on in its state, with the new settings",
        "    has priority 120 instead of 100 from the next advertisement",
        "",
      ].join("\n"),
    );
  });

  it("names addresses that come and go", () => {
    const text = diff(instance(USUAL), instance(USUAL.replace("10.0.0.1/24", "10.0.0.2/24")));
    expect(text).to.contain("  - virtual_ipaddress 10.0.0.1/24\n  + virtual_ipaddress 10.0.0.2/24\n");
    expect(text).to.contain("adds 10.0.0.2 at once while it is master");
    expect(text).to.contain("removes 10.0.0.1 at once");
  });

  it("knows what waits for a restart", () => {
    const text = diff("global_defs {\nvrrp_rt_priority 10\n}", "global_defs {\nvrrp_rt_priority 20\n}");
    expect(text).to.equal("global_defs\n  ~ vrrp_rt_priority 10 -> 20   (waits for a restart)\n");
  });

  it("knows that another VRID is another router", () => {
    const text = diff(instance(USUAL), instance(USUAL.replace("51", "52")));
    expect(text).to.contain("  ~ virtual_router_id 51 -> 52\n");
    expect(text).to.contain("virtual router 51 on eth0 (IPv4) stops: it gives up mastership");
    expect(text).to.contain("virtual router 52 on eth0 (IPv4) is new and starts as backup");
  });

  it("knows that another name is the same router", () => {
    const text = diff(instance(USUAL), instance(USUAL, "FRONT"));
    expect(text).to.contain("  - vrrp_instance VI_1\n");
    expect(text).to.contain("  + vrrp_instance FRONT\n");
    expect(text).to.contain("is the router that was called VI_1");
    expect(text).not.to.contain("stops");
  });

  it("finds what an instance inherits", () => {
    const text = diff(instance(USUAL), `global_defs { vrrp_garp_master_refresh 60 }\n${instance(USUAL)}`);
    expect(text).to.contain("global_defs\n  + global_defs\n");
    expect(text).to.contain("vrrp_instance VI_1\n    goes on in its state, with the new settings\n");
  });

  it("says when the reload would be refused, and why", () => {
    const text = diff(instance(USUAL), instance(USUAL.replace("100", "300")));
    expect(text).to.match(
      /^The reload would be refused, and everything would stay as it is:\n {2}.*:4: 300 is outside/,
    );
    const inForce = instance(USUAL.replace("100", "300"));
    expect(diff(inForce, inForce)).to.equal("Nothing changes.\n");
  });

  it("says that an instance goes to FAULT", () => {
    const text = diff(instance(USUAL), instance(USUAL.replace("virtual_router_id 51", "")));
    expect(text).to.contain("goes to FAULT: it has no virtual_router_id");
  });

  it("shows no password", () => {
    const lines = (password: string): string =>
      instance(`${USUAL}\nauthentication { auth_type PASS\nauth_pass ${password} }`);
    const text = diff(lines("secret1"), lines("secret2"));
    expect(text).to.contain("auth_pass").and.not.to.contain("secret");
  });
});
