// How an instance's advertisements are authenticated, as keepalived.conf says it.
import { expect } from "chai";
import type { FileContent } from "../../src/config/index.js";
import type { Authentication } from "../../src/vrrp/params.js";
import { read } from "./machine.js";

interface Reading {
  readonly authentication: Authentication | undefined;
  readonly problems: readonly string[];
  readonly exitStatus: number;
}

function reading(lines: string, before = "", files: Readonly<Record<string, string | FileContent>> = {}): Reading {
  const text = `${before}\nvrrp_instance VI {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress { 10.9.9.9 }\n${lines}\n}`;
  const { params, diagnostics, exitStatus } = read(text, { files });
  return {
    authentication: params?.vrrp.instances[0]?.authentication,
    problems: diagnostics.map(({ problem }) => problem),
    exitStatus,
  };
}

const SECRET = "0123456789abcdef0123456789abcdef";
const octets = Array.from(SECRET, (character) => character.charCodeAt(0));
const hmac = (lines: string): string => `auth_hmac {\nkey 7 ${SECRET}\nactive_key 7\n${lines}\n}`;

describe("config: authentication", () => {
  it("is a password, or an authentication header with the same key", () => {
    const key = Array.from("secret12", (character) => character.charCodeAt(0));
    expect(reading("authentication { auth_type PASS\nauth_pass secret12 }").authentication).to.deep.equal({
      type: "pass",
      key,
    });
    expect(reading("authentication { auth_type AH\nauth_pass secret12 }").authentication).to.deep.equal({
      type: "ah",
      key,
    });
  });

  it("is left out in version 3", () => {
    const { authentication, problems } = reading("version 3\nauthentication { auth_type AH\nauth_pass x }");
    expect(authentication).to.deep.equal({ type: "none" });
    expect(problems).to.include("ignoredSetting");
  });
});

describe("config: auth_hmac", () => {
  it("has keepalived's defaults: enforce, time, three intervals and at least five seconds", () => {
    expect(reading(hmac("")).authentication).to.deep.equal({
      type: "hmac",
      keys: [{ id: 7, octets }],
      activeKey: 7,
      window: 5_000_000,
      antiReplay: "time",
      mode: "enforce",
    });
    expect(reading(`advert_int 3\n${hmac("")}`).authentication).to.deep.include({ window: 9_000_000 });
    expect(reading(hmac("time_window 60\nmode receive-only\nanti_replay monotonic")).authentication).to.deep.include({
      window: 60_000_000,
      mode: "receiveOnly",
      antiReplay: "monotonic",
    });
  });

  it("takes a key from a file that nobody else may read", () => {
    const block = "auth_hmac {\nkey 1 file:/etc/vrrp.key\nactive_key 1\n}";
    const of = (content: string | FileContent): Reading => reading(block, "", { "/etc/vrrp.key": content });
    expect(of(`${SECRET}\n`).authentication).to.deep.include({ keys: [{ id: 1, octets }] });
    expect(of(`hex:${"30".repeat(32)}\n`).authentication).to.deep.include({
      keys: [{ id: 1, octets: Array.from({ length: 32 }, () => 0x30) }],
    });
    const exposed = of({ kind: "text", text: SECRET, exposed: true });
    expect(exposed.authentication).to.deep.equal({ type: "none" });
    expect(exposed.problems).to.include("exposedSecret");
    expect(exposed.exitStatus).to.equal(6);
    expect(of("short").problems).to.include("incompleteBlock");
    expect(reading(block).problems).to.include("incompleteBlock");
  });

  it("is left out without its active key, and that is said where it is to be put right", () => {
    const none = reading(`auth_hmac {\nkey 7 ${SECRET}\n}`);
    expect(none.authentication).to.deep.equal({ type: "none" });
    expect(none.problems).to.include("incompleteBlock");
    expect(reading(`auth_hmac {\nkey 7 ${SECRET}\nactive_key 8\n}`).problems).to.include("incompleteBlock");
  });

  it("replaces RFC 2338 authentication", () => {
    const { authentication, problems } = reading(`authentication { auth_type PASS\nauth_pass x }\n${hmac("")}`);
    expect(authentication?.type).to.equal("hmac");
    expect(problems).to.include("ignoredSetting");
  });

  it("is enforced in strict mode", () => {
    const { authentication, problems } = reading(`strict_mode\n${hmac("mode permissive")}`);
    expect(authentication).to.deep.include({ mode: "enforce" });
    expect(problems).to.include("adjusted");
  });
});
