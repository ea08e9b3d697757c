// vrrp_instance: what is derived, inherited, rounded, refused (measured against keepalived -t where it says something).
import { expect } from "chai";
import { formatIp, formatPrefix } from "../../src/base/ip.js";
import type { VirtualRouterParams } from "../../src/vrrp/params.js";
import { problemsOf, read, type MachineFacts } from "./machine.js";

interface Reading {
  readonly instance: VirtualRouterParams;
  readonly problems: readonly string[];
  readonly exitStatus: number;
}

/** Reads an instance with a VRID, an interface and an address, and more lines. */
function instance(lines: string, before = "", facts: MachineFacts = {}): Reading {
  const text = `${before}\nvrrp_instance VI {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress { 10.9.9.9 }\n${lines}\n}`;
  const configuration = read(text, facts);
  const [found] = configuration.params?.vrrp.instances ?? [];
  if (found === undefined) throw new Error(`no instance: ${problemsOf(configuration).join(", ")}`);
  return {
    instance: found,
    problems: configuration.diagnostics.map(({ problem }) => problem),
    exitStatus: configuration.exitStatus,
  };
}

/** Why an instance of these lines is impossible. */
const reasonOf = (lines: string): string | undefined =>
  read(`vrrp_instance VI {\n${lines}\n}`).params?.vrrp.impossible[0]?.reason;

const multicast = (octets: readonly number[]) => ({ kind: "multicast", group: { family: 4, octets } });

describe("config: vrrp_instance", () => {
  it("has keepalived's defaults", () => {
    const { instance: vi, problems, exitStatus } = instance("");
    expect(vi).to.deep.include({
      name: "VI",
      interfaceName: "eth0",
      vrid: 5,
      version: 2,
      family: 4,
      priority: 100,
      advertisementInterval: 1_000_000,
      startAs: "backup",
      preemptMode: true,
      preemptDelay: 0,
      downTimerAdverts: 3,
      trackSourceAddress: false,
      trackPrimary: true,
      authentication: { type: "none" },
      checksum: { cover: "message", recognises: [], adapts: false },
      lowerPriorityNoAdvert: false,
      higherPrioritySendAdvert: false,
      ownerIgnoreAdverts: false,
      skipAddressCheckOfSameSender: false,
      trackers: [],
    });
    expect(vi.announce).to.deep.equal({
      repeat: 5,
      delay: 5_000_000,
      refresh: 0,
      refreshRepeat: 1,
      lowerPriorityRepeat: 5,
      lowerPriorityDelay: 5_000_000,
      extraPeriod: 0,
      extraEverywhere: false,
    });
    expect(vi.destination).to.deep.equal(multicast([224, 0, 0, 18]));
    expect(problems).to.deep.equal([]);
    expect(exitStatus).to.equal(0);
  });

  type Expected = Partial<Record<keyof VirtualRouterParams, unknown>>;
  const derivations: readonly (readonly [string, Expected, readonly string[]])[] = [
    ["state MASTER", { startAs: "master", priority: 255 }, []],
    ["state MASTER\npriority 150", { startAs: "master", priority: 150 }, []],
    ["priority 255", { startAs: "master", priority: 255 }, []],
    ["state BACKUP\npriority 255", { startAs: "backup", priority: 255 }, []],
    ["state backup", { startAs: "backup", priority: 100 }, ["invalidChoice"]],
    ["priority 256", { priority: 100 }, ["outOfRange"]],
    ["priority 010", { priority: 10 }, []],
    ["priority +5", { priority: 5 }, []],
    ['priority "200"', { priority: 200 }, []],
    ["priority 90 91", { priority: 90 }, []],
    ["priority 90x", { priority: 100 }, ["invalidNumber"]],
    ["priority 0x10", { priority: 100 }, ["invalidNumber"]],
    ["priority -1", { priority: 100 }, ["outOfRange"]],
    ["priority 90\npriority 91", { priority: 91 }, []],
    ["advert_int 0.5", { advertisementInterval: 1_000_000 }, ["adjusted"]],
    ["advert_int 1.4", { advertisementInterval: 1_000_000 }, ["adjusted"]],
    ["advert_int 1.5", { advertisementInterval: 2_000_000 }, ["adjusted"]],
    ["version 3\nadvert_int 0.01", { version: 3, advertisementInterval: 10_000 }, []],
    ["version 3\nadvert_int .25", { advertisementInterval: 250_000 }, []],
    ["version 3\nadvert_int 0.015", { advertisementInterval: 20_000 }, ["adjusted"]],
    ["version 3\nadvert_int 50", { advertisementInterval: 40_950_000 }, ["adjusted"]],
    ["advert_int 0.005", { advertisementInterval: 1_000_000 }, ["outOfRange"]],
    ["advert_int 1s", { advertisementInterval: 1_000_000 }, ["invalidNumber"]],
    ["advert_int '5'", { advertisementInterval: 1_000_000 }, ["invalidNumber"]],
    ["state BACKUP\nnopreempt", { preemptMode: false }, []],
    ["state MASTER\npriority 100\nnopreempt", { preemptMode: true }, ["ignoredSetting"]],
    ["state BACKUP\npriority 255\nnopreempt", { preemptMode: true }, ["ignoredSetting"]],
    ["nopreempt\npreempt", { preemptMode: true }, []],
    ["preempt_delay 2.5", { preemptDelay: 2_500_000 }, []],
    ["state MASTER\npriority 100\npreempt_delay 5", { preemptDelay: 0 }, ["ignoredSetting"]],
    ["nopreempt\npreempt_delay 5", { preemptDelay: 0, preemptMode: false }, ["ignoredSetting"]],
    ["authentication {\nauth_type PASS\nauth_pass abc\n}", { authentication: { type: "pass", key: [97, 98, 99] } }, []],
    [
      "authentication {\nauth_type PASS\nauth_pass \u00e4\n}",
      { authentication: { type: "pass", key: [0xc3, 0xa4] } },
      [],
    ],
    [
      "authentication {\nauth_type PASS\nauth_pass 123456789\n}",
      { authentication: { type: "pass", key: [49, 50, 51, 52, 53, 54, 55, 56] } },
      ["adjusted"],
    ],
    ["authentication {\nauth_type PASS\n}", { authentication: { type: "none" } }, ["ignoredSetting"]],
    ["authentication {\nauth_pass x\n}", { authentication: { type: "none" } }, []],
    [
      "version 3\nauthentication {\nauth_type PASS\nauth_pass x\n}",
      { authentication: { type: "none" } },
      ["ignoredSetting"],
    ],
    [
      "track_src_ip\nmcast_src_ip 10.0.0.7",
      { trackSourceAddress: true, sourceAddress: { family: 4, octets: [10, 0, 0, 7] } },
      [],
    ],
    ["mcast_dst_ip 224.0.0.19", { destination: multicast([224, 0, 0, 19]) }, []],
    ["mcast_dst_ip 10.0.0.1", { destination: multicast([224, 0, 0, 18]) }, ["invalidAddress"]],
    ["dont_track_primary", { trackPrimary: false }, []],
    ["down_timer_adverts 5", { downTimerAdverts: 5 }, []],
    ["version 3", { checksum: { cover: "pseudoHeader", recognises: ["message"], adapts: true } }, []],
    [
      "version 3\nv3_checksum_as_v2",
      { checksum: { cover: "message", recognises: ["pseudoHeader"], adapts: false } },
      [],
    ],
    [
      "version 3\nv3_checksum_as_v2 off",
      { checksum: { cover: "pseudoHeader", recognises: ["message"], adapts: false } },
      [],
    ],
    [
      "lower_prio_no_advert yes\nhigher_prio_send_advert true",
      { lowerPriorityNoAdvert: true, higherPrioritySendAdvert: true },
      [],
    ],
    ["lower_prio_no_advert ON", { lowerPriorityNoAdvert: false }, ["invalidBoolean"]],
    ["owner_ignore_adverts", { ownerIgnoreAdverts: false }, []],
    ["owner_ignore_adverts\npriority 255", { ownerIgnoreAdverts: true }, []],
    ["unicast_src_ip 10.0.0.7", { sourceAddress: { family: 4, octets: [10, 0, 0, 7] } }, ["ignoredSetting"]],
    ["timer_expired_backup 200\nnopreempt", { giveWayToPriority: 200 }, []],
    ["timer_expired_backup\nnopreempt", { giveWayToPriority: 254 }, []],
    ["timer_expired_backup 200", {}, ["ignoredSetting"]],
    ["strict_mode\nlower_prio_no_advert yes\nhigher_prio_send_advert no\ndown_timer_adverts 3", {}, []],
    ["mcast_src_ip fe80::1", {}, ["wrongFamily"]],
  ];
  for (const [lines, expected, problems] of derivations) {
    it(`reads ${JSON.stringify(lines)}`, () => {
      const reading = instance(lines);
      expect(reading.instance).to.deep.include(expected);
      expect(reading.problems).to.deep.equal(problems);
    });
  }

  it("inherits from global_defs, wherever that stands", () => {
    const globals = `global_defs {\nvrrp_version 3\nvrrp_garp_master_delay 1\nvrrp_garp_master_repeat 2\nvrrp_garp_master_refresh 60
      vrrp_garp_master_refresh_repeat 3\nvrrp_garp_interval 0.5\nvrrp_gna_interval .1\nvrrp_garp_extra_if all 100\nvrrp_down_timer_adverts 4
      vrrp_lower_prio_no_advert\nvrrp_higher_prio_send_advert\nvrrp_skip_check_adv_addr\nvrrp_mcast_group4 224.0.0.20\n}`;
    const { instance: vi } = instance("garp_master_repeat 7\nlower_prio_no_advert off", globals);
    expect(vi).to.deep.include({
      version: 3,
      downTimerAdverts: 4,
      lowerPriorityNoAdvert: false,
      higherPrioritySendAdvert: true,
      skipAddressCheckOfSameSender: true,
    });
    expect(vi.destination).to.deep.equal(multicast([224, 0, 0, 20]));
    expect(vi.announce).to.deep.equal({
      delay: 1_000_000,
      repeat: 7,
      refresh: 60_000_000,
      refreshRepeat: 3,
      lowerPriorityRepeat: 7,
      lowerPriorityDelay: 1_000_000,
      extraPeriod: 100_000_000,
      extraEverywhere: true,
    });
    expect(read(globals).params?.vrrp.pace).to.deep.equal({ arp: 500_000, neighbour: 100_000 });
    const after = read(
      `vrrp_instance VI {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress { 10.9.9.9 }\n}\n${globals}`,
    );
    expect(after.params?.vrrp.instances[0]?.version).to.equal(3);
  });

  it("lets vrrp_min_garp replace defaults only", () => {
    const globals = "global_defs {\nvrrp_min_garp\n}";
    expect(instance("", globals).instance.announce).to.deep.include({ repeat: 1, delay: 0 });
    expect(instance("garp_master_repeat 3", globals).instance.announce).to.deep.include({ repeat: 3, delay: 0 });
  });

  it("holds strict mode to the RFC", () => {
    const reading = instance(
      "strict_mode\nstate MASTER\npriority 100\ngarp_lower_prio_repeat 3\npreempt_delay 3\nhigher_prio_send_advert\ndown_timer_adverts 5\nlower_prio_no_advert no\nauthentication {\nauth_type PASS\nauth_pass x\n}",
    );
    expect(reading.instance).to.deep.include({
      startAs: "backup",
      preemptDelay: 0,
      higherPrioritySendAdvert: false,
      lowerPriorityNoAdvert: true,
      downTimerAdverts: 3,
      authentication: { type: "none" },
    });
    expect(reading.instance.announce).to.deep.include({ lowerPriorityRepeat: 0 });
    const ignored = reading.problems.filter((problem) => problem === "ignoredSetting");
    expect(ignored, "garp, preempt_delay, authentication, three that are overridden").to.have.length(6);
    expect(reading.problems).to.have.length(7).and.to.include("adjusted");
  });
});

describe("config: addresses of an instance", () => {
  const addresses = (lines: string): readonly string[] =>
    instance(lines).instance.addresses.map(({ prefix }) => formatPrefix(prefix));

  it("reads every option of a line", () => {
    const line =
      "10.1.2.3/24 dev eth1 brd + scope link label eth1:v noprefixroute autojoin home mngtmpaddr preferred_lft 60 no_track";
    const { instance: vi, problems } = instance(`virtual_ipaddress {\n${line}\n}`);
    expect(vi.addresses[1]).to.deep.equal({
      prefix: { address: { family: 4, octets: [10, 1, 2, 3] }, length: 24 },
      interfaceName: "eth1",
      broadcast: { family: 4, octets: [10, 1, 2, 255] },
      scope: 253,
      label: "eth1:v",
      noPrefixRoute: true,
      autoJoin: true,
      home: true,
      nodad: false,
      manageTempAddress: true,
      preferredLifetimeSeconds: 60,
      tracked: false,
    });
    expect(problems).to.deep.equal([]);
  });

  for (const [line, broadcast] of [
    ["10.1.2.3/20 brd +", "10.1.15.255"],
    ["10.1.2.3/20 brd -", "10.1.0.0"],
    ["10.1.2.3/31 broadcast +", "10.1.2.3"],
    ["10.1.2.3/24 brd 10.1.2.9", "10.1.2.9"],
  ] as const) {
    it(`knows the broadcast address of ${line}`, () => {
      const found = instance(`virtual_ipaddress {\n${line}\n}`).instance.addresses[1]?.broadcast;
      expect(found === undefined ? "" : formatIp(found)).to.equal(broadcast);
    });
  }

  it("reads a peer with its own length", () => {
    const { peer } = instance("virtual_ipaddress {\n10.1.2.3 peer 10.1.2.4/30\n}").instance.addresses[1] ?? {};
    expect(peer === undefined ? "" : formatPrefix(peer)).to.equal("10.1.2.4/30");
  });

  it("adds the lines of several blocks", () => {
    expect(addresses("virtual_ipaddress { 10.9.9.10/24 }")).to.deep.equal(["10.9.9.9/32", "10.9.9.10/24"]);
  });

  for (const [line, problem] of [
    ["10.9.9.300", "invalidAddress"],
    ["host.example", "invalidAddress"],
    ["10.9.9.1/x", "invalidAddress"],
    ["10.9.9.10 foo", "unknownOption"],
    ["10.9.9.10 dev", "missingWord"],
    ["10.9.9.10 dev eth7", "unknownInterface"],
    ["10.9.9.10 scope foo", "invalidChoice"],
    ["10.9.9.10/35", "adjusted"],
    ["10.9.9.9", "duplicateAddress"],
    ["fe80::1", "wrongFamily"],
    ["10.9.9.10 label 1234567890123456", "invalidName"],
    ["10.9.9.10 preferred_lft x", "invalidNumber"],
    ["10.9.9.10 peer ::1", "wrongFamily"],
  ] as const) {
    it(`complains about ${line}`, () => {
      expect(instance(`virtual_ipaddress {\n${line}\n}`).problems).to.deep.equal([problem]);
    });
  }

  it("moves what an advertisement has no room for to the excluded ones", () => {
    const many = Array.from({ length: 300 }, (_, index) => `10.8.${Math.floor(index / 250)}.${index % 250}`).join("\n");
    const { instance: vi, problems } = instance(
      `virtual_ipaddress {\n${many}\n}\nvirtual_ipaddress_excluded {\nfe80::5/64\n}`,
    );
    expect([vi.addresses.length, vi.excludedAddresses.length]).to.deep.equal([255, 47]);
    expect(problems).to.deep.equal(["adjusted"]);
  });
});

describe("config: trackers", () => {
  const scripts =
    'global_defs {\nenable_script_security\nscript_user root\n}\nvrrp_script chk {\nscript "/bin/true x"\nweight 20 reverse\n}';

  it("takes the weight of a script unless the line has its own", () => {
    const { instance: vi, problems } = instance(
      "track_script {\nchk\n}\ntrack_interface {\neth1 weight -5\n}",
      scripts,
    );
    expect(vi.trackers).to.deep.equal([
      { kind: "interface", name: "eth1", weight: -5, reverse: false },
      { kind: "script", name: "chk", weight: 20, reverse: true },
    ]);
    expect(problems).to.deep.equal([]);
    expect(instance("track_script {\nchk weight 0 noreverse\n}", scripts).instance.trackers).to.deep.equal([
      { kind: "script", name: "chk", weight: 0, reverse: false },
    ]);
  });

  for (const [lines, problem] of [
    ["track_script {\nnope\n}", "unknownTracker"],
    ["track_script {\nchk\nchk\n}", "trackedTwice"],
    ["track_script {\nchk weight=5\n}", "unknownOption"],
    ["track_script {\nchk weight\n}", "missingWord"],
    ["track_interface {\neth9\n}", "unknownInterface"],
    ["track_interface {\neth0\n}", "ignoredSetting"],
    ["track_interface {\neth1 weight 254\n}", "adjusted"],
    ["track_interface {\neth1 weight 300\n}", "outOfRange"],
    ["priority 255\ntrack_interface {\neth1 weight 5\n}", "ignoredSetting"],
  ] as const) {
    it(`complains about ${JSON.stringify(lines)}`, () => {
      expect(instance(lines, scripts).problems).to.deep.equal([problem]);
    });
  }

  it("finds only scripts that are defined above", () => {
    const text = `vrrp_instance VI {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress { 10.9.9.9 }\ntrack_script {\nchk\n}\n}\n${scripts}`;
    expect(problemsOf(read(text))).to.deep.equal(["6:1 unknownTracker"]);
  });
});

describe("config: impossible instances", () => {
  for (const [lines, reason] of [
    ["interface eth0\nvirtual_ipaddress { 10.0.0.1 }", "it has no virtual_router_id"],
    ["virtual_router_id 5\nvirtual_ipaddress { 10.0.0.1 }", "it has no interface"],
    ["interface lo\nvirtual_router_id 5\nvirtual_ipaddress { 10.0.0.1 }", "lo is a loopback interface"],
    ["interface eth0\nvirtual_router_id 5\nversion 3", "it has no virtual_ipaddress"],
    ["interface eth0\nvirtual_router_id 5\nstrict_mode", "it has no virtual_ipaddress"],
    [
      "virtual_router_id 5\nvirtual_ipaddress { 10.0.0.1 }\nunicast_peer { 10.0.0.2 }",
      "unicast without interface has nothing to send from",
    ],
  ] as const) {
    it(`says: ${reason}`, () => {
      expect(reasonOf(lines)).to.equal(reason);
    });
  }

  it("lets the others work", () => {
    const { params, exitStatus } = read(
      "vrrp_instance A {\n}\nvrrp_instance B {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress { 10.0.0.1 }\n}",
    );
    expect(params?.vrrp.instances.map(({ name }) => name)).to.deep.equal(["B"]);
    expect(params?.vrrp.impossible.map(({ name }) => name)).to.deep.equal(["A"]);
    expect(exitStatus).to.equal(5);
  });

  it("makes the later one of two with the same VRID impossible", () => {
    const one = (name: string, vrid: number, device: string): string =>
      `vrrp_instance ${name} {\ninterface ${device}\nvirtual_router_id ${vrid}\nvirtual_ipaddress { 10.0.0.${vrid} }\n}\n`;
    const { params, diagnostics } = read(
      one("A", 5, "eth0") + one("B", 5, "eth1") + one("C", 5, "eth0") + one("D", 6, "eth0"),
    );
    expect(params?.vrrp.instances.map(({ name }) => name)).to.deep.equal(["A", "B", "D"]);
    expect(params?.vrrp.impossible).to.deep.equal([
      { name: "C", interfaceName: "eth0", vrid: 5, reason: "A already uses virtual_router_id 5 on eth0" },
    ]);
    expect(diagnostics.map(({ problem }) => problem)).to.deep.equal(["duplicateVrid"]);
  });

  it("keeps an instance whose interface does not exist, and complains unless interfaces are dynamic", () => {
    const text = "vrrp_instance A {\ninterface eth9\nvirtual_router_id 5\nvirtual_ipaddress { 10.0.0.1 }\n}";
    expect(read(text)).to.deep.include({ exitStatus: 5 });
    expect(read(text).params?.vrrp.instances).to.have.length(1);
    const dynamic = read(`global_defs {\ndynamic_interfaces\n}\n${text}`);
    expect(dynamic).to.deep.include({ exitStatus: 0, diagnostics: [] });
    expect(dynamic.params?.vrrp.instances).to.have.length(1);
  });

  it("has no instance without one name, nor two of the same", () => {
    expect(problemsOf(read("vrrp_instance {\n}\nvrrp_instance A B {\n}"))).to.deep.equal([
      "1:1 missingName",
      "3:1 missingName",
    ]);
    const one = "vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress { 10.0.0.1 }\n}\n";
    expect(problemsOf(read(one + one))).to.deep.equal(["6:15 duplicateName"]);
  });
});
