import { expect } from "chai";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Sysctls } from "../../src/host/sysctl.js";
import type { Setting, TunedSetting } from "../../src/vrrp/effects.js";

const value = (path: string, text: string): Setting => ({ kind: "value", path, value: text });

describe("host: sysctl", () => {
  let root: string;
  let noted: readonly TunedSetting[];

  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  };
  const get = (path: string): string => readFileSync(join(root, path), "utf8").trim();
  const sysctls = (tuned: readonly TunedSetting[] = []): Sysctls =>
    new Sysctls(tuned, (now) => void (noted = now), root);
  const filters = (): Record<string, string> =>
    Object.fromEntries(
      ["all", "default", "eth0", "eth1", "v"].map((name) => [name, get(`ipv4/conf/${name}/rp_filter`)]),
    );

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "vipd-sysctl-"));
    noted = [];
    put("ipv4/conf/eth0/arp_ignore", "0");
    put("ipv4/conf/eth0/arp_filter", "1");
    for (const [name, text] of Object.entries({ all: "1", default: "0", eth0: "0", eth1: "2", v: "1" })) {
      put(`ipv4/conf/${name}/rp_filter`, text);
    }
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it("changes what differs, notes what it was, and puts it back", () => {
    const settings = sysctls();
    const wanted = [value("ipv4/conf/eth0/arp_ignore", "1"), value("ipv4/conf/eth0/arp_filter", "1")];
    expect(settings.apply(wanted)).to.deep.equal([]);
    expect(get("ipv4/conf/eth0/arp_ignore")).to.equal("1");
    expect(noted).to.deep.equal([{ path: "ipv4/conf/eth0/arp_ignore", before: "0", now: "1" }]);
    expect(settings.apply([])).to.deep.equal([]);
    expect(get("ipv4/conf/eth0/arp_ignore")).to.equal("0");
    expect(get("ipv4/conf/eth0/arp_filter")).to.equal("1");
    expect(noted).to.deep.equal([]);
  });

  it("leaves what somebody else has set since", () => {
    const settings = sysctls();
    settings.apply([value("ipv4/conf/eth0/arp_ignore", "1")]);
    put("ipv4/conf/eth0/arp_ignore", "2");
    settings.apply([]);
    expect(get("ipv4/conf/eth0/arp_ignore")).to.equal("2");
  });

  it("a successor knows what the first one found", () => {
    sysctls().apply([value("ipv4/conf/eth0/arp_ignore", "1")]);
    const successor = sysctls(noted);
    successor.apply([value("ipv4/conf/eth0/arp_ignore", "1")]);
    successor.apply([]);
    expect(get("ipv4/conf/eth0/arp_ignore")).to.equal("0");
  });

  it("frees links from the reverse path filter without freeing the others", () => {
    const settings = sysctls();
    const wanted: readonly Setting[] = [{ kind: "looseReversePath", exempt: ["v"] }];
    settings.apply(wanted);
    expect(filters()).to.deep.equal({ all: "0", default: "1", eth0: "1", eth1: "2", v: "0" });
    settings.apply(wanted);
    expect(filters()).to.deep.equal({ all: "0", default: "1", eth0: "1", eth1: "2", v: "0" });
    settings.apply([]);
    expect(filters()).to.deep.equal({ all: "1", default: "0", eth0: "0", eth1: "2", v: "1" });
  });

  it("passes over what is not there, and names what is refused", () => {
    mkdirSync(join(root, "ipv4/conf/eth0/a_directory"));
    const refused = sysctls().apply([
      value("ipv4/conf/gone/arp_ignore", "1"),
      value("ipv4/conf/eth0/a_directory", "1"),
    ]);
    expect(refused.map(({ path, error }) => `${path} ${error.code}`)).to.deep.equal([
      "ipv4/conf/eth0/a_directory EISDIR",
    ]);
  });
});
