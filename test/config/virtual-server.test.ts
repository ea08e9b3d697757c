// virtual_server as a whole: rules over several settings, what is kept, what is left out (measured against
// keepalived -t, whose exit status and messages the second and third column follow).
import { expect } from "chai";
import { formatIp } from "../../src/base/ip.js";
import { defaultRoot, root } from "../../src/config/keywords/root.js";
import { Report } from "../../src/config/diagnostics.js";
import type { RootConf } from "../../src/config/conf.js";
import { lowerDaemon } from "../../src/config/lower/daemon.js";
import { readStatements, section } from "../../src/config/table.js";
import { beginning } from "../../src/config/tree.js";
import { MAIN, machine, read, statementsOf } from "./machine.js";

const SECURE = "global_defs {\nenable_script_security\nscript_user root\n}\n";

const server = (lines: string, header = "10.0.0.1 80"): string =>
  `virtual_server ${header} {\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\n${lines}\n}\n`;
const TWO = "real_server 10.0.0.2 80 {\n}\nreal_server 10.0.0.3 80 {\n}";

/** A real server with a checker that follows something. */
const following = (checker: string, what: string): string => `real_server 10.0.0.2 80 {\n${checker} {\n${what}\n}\n}`;
const FILE = "track_file f {\nfile /tmp/f\n}\n";
const FILE_UNKNOWN = ["unknownTracker", "incompleteChecker"];
const bfd = (lines: string): string => `bfd_instance b {\nneighbor_ip 10.9.9.9\n${lines}\n}\n`;

/** What is kept after all rules. */
function keep(text: string): RootConf {
  const environment = machine({ files: { [MAIN]: text } });
  const report = new Report();
  const statements = statementsOf(text, report);
  const start = beginning(MAIN);
  const into = section(defaultRoot(start), start);
  readStatements(statements, root, into, { report, environment, homes: () => [] });
  lowerDaemon(into.conf, { report, environment, homes: () => [] });
  return into.conf;
}

const firstServer = (text: string) => {
  const [first] = keep(text).virtualServers;
  if (first === undefined) throw new Error("no virtual server");
  return first.conf;
};

describe("config: rules over whole virtual servers", () => {
  const bare = "virtual_server 10.0.0.1 80 {\nreal_server 10.0.0.2 80 {\n}\n}";
  for (const [name, text, problems, status] of [
    ["says what is left out", bare, ["defaultTaken", "defaultTaken", "defaultTaken"], 5],
    ["two of one address", server(TWO) + server(TWO), [], 0],
    ["no server", server(""), ["noRealServer"], 5],
    ["only a sorry server", server("sorry_server 10.0.0.9 80"), ["noRealServer"], 5],
    ["a server twice", server("real_server 10.0.0.2 80 {\n}\n" + TWO), ["duplicateServer"], 5],
    ["a family that differs", server(`${TWO}\nreal_server 2001:db8::1 80 {\n}`), ["wrongFamily"], 5],
    ["a tunnel to the other family", server(`${TWO}\nreal_server 2001:db8::1 80 {\nlvs_method TUN\n}`), [], 0],
    ["a sorry server of the other family", server(`sorry_server 2001:db8::1 80\n${TWO}`), ["wrongFamily"], 5],
    ["DR to another port", server(`lvs_method DR\nreal_server 10.0.0.2 81 {\n}`), ["portMismatch"], 5],
    [
      "DR with a sorry server on another port",
      server(`lvs_method DR\nsorry_server 10.0.0.9 81\nreal_server 10.0.0.2 80 {\n}`),
      ["portMismatch"],
      5,
    ],
    ["NAT to another port", server("real_server 10.0.0.2 81 {\n}"), [], 0],
    [
      "DR of all ports to one",
      server(`lvs_method DR\npersistence_timeout 5\n${TWO}`, "10.0.0.1"),
      ["portMismatch", "portMismatch"],
      5,
    ],
    ["NAT of all ports to one", server(`persistence_timeout 5\n${TWO}`, "10.0.0.1"), [], 0],
    ["no port and no persistence", server(TWO, "10.0.0.1"), ["adjusted"], 5],
    ["a mark with a protocol", server(TWO, "fwmark 3"), ["ignoredSetting"], 5],
    [
      "a mark that is to wait for its address",
      `virtual_server fwmark 3 {\nlvs_sched rr\nlvs_method NAT\nha_suspend\n${TWO}\n}`,
      ["ignoredSetting"],
      5,
    ],
    [
      "a mark and a port",
      "virtual_server fwmark 3 {\nlvs_sched rr\nlvs_method DR\nreal_server 10.0.0.2 80 {\n}\n}",
      ["portMismatch"],
      5,
    ],
    [
      "a mark without a port",
      "virtual_server fwmark 3 {\nlvs_sched rr\nlvs_method DR\nreal_server 10.0.0.2 {\n}\n}",
      [],
      0,
    ],
    ["a quorum out of reach", server(`quorum 3\n${TWO}`), ["quorumOutOfReach"], 5],
    ["a quorum that weights reach", server(`weight 2\nquorum 3\n${TWO}`), [], 0],
    ["a hysteresis of the quorum", server(`quorum 2\nhysteresis 2\n${TWO}`), ["quorumOutOfReach"], 5],
    ["one-packet scheduling of TCP", server(`ops\n${TWO}`), ["ignoredSetting"], 5],
    ["a FILE_CHECK of no file", FILE + server(following("FILE_CHECK", "track_file g")), FILE_UNKNOWN, 5],
    ["a FILE_CHECK of a file below", server(following("FILE_CHECK", "track_file f")) + FILE, FILE_UNKNOWN, 5],
    ["a FILE_CHECK", FILE + server(following("FILE_CHECK", "track_file f")), [], 0],
    ["a BFD_CHECK of no session", server(following("BFD_CHECK", "name b")), ["unknownTracker"], 5],
    ["a BFD_CHECK of a session below", server(following("BFD_CHECK", "name b")) + bfd(""), ["unknownTracker"], 5],
    [
      "a BFD_CHECK of a session for instances",
      bfd("vrrp") + server(following("BFD_CHECK", "name b")),
      ["unknownTracker"],
      5,
    ],
    ["a BFD_CHECK", bfd("") + server(following("BFD_CHECK", "name b")), [], 0],
    ["a script without script security", server(`quorum_up /bin/true\n${TWO}`), ["scriptSecurityOff"], 6],
    ["a script with it", SECURE + server(`quorum_up /bin/true\n${TWO}`), [], 0],
    ["a script that does not exist", SECURE + server(`quorum_up /bin/nosuch\n${TWO}`), ["missingHook"], 0],
    ["an SSL block twice", "SSL {\nkey a\n}\nSSL {\nkey b\n}", ["alreadyGiven"], 5],
  ] as const) {
    it(name, () => {
      const { diagnostics, exitStatus } = read(text);
      const found = diagnostics.flatMap(({ problem }) => (problem.startsWith("notSupported") ? [] : [problem]));
      expect(found).to.deep.equal(problems);
      expect(exitStatus).to.equal(status);
    });
  }

  it("take effect", () => {
    expect(firstServer(bare)).to.deep.include({ protocol: "UDP", scheduler: "wlc", forwarding: { method: "NAT" } });
    expect(firstServer(server(`quorum 3\nhysteresis 2\n${TWO}`))).to.deep.include({ quorum: 2, hysteresis: 0 });
    expect(firstServer(server(TWO, "10.0.0.1"))).to.include({ persistenceTimeout: 360_000_000 });
    expect(firstServer(server(`real_server 10.0.0.2 80 {\n}\n${TWO}`)).realServers).to.have.length(2);
  });
});

describe("config: what is kept of a virtual server", () => {
  it("its settings, its servers and their checkers", () => {
    const { realServers, ...conf } = firstServer(
      server(
        `lvs_sched sh\nsh-port\nsh-fallback\npersistence_timeout\nlvs_method TUN type gue port 5 csum\nquorum_up "/bin/true a b"\nalpha\n` +
          "sorry_server 10.0.0.9 81\nreal_server 10.0.0.2 {\nweight 5\nTCP_CHECK {\nretry 0\nconnect_port 25\n}\n" +
          'HTTP_GET {\nurl {\npath /a\nstatus_code 200 300-310\nregex "a b"\n}\n}\nUDP_CHECK {\npayload 00fF 1\nrequire_reply 0X\n}\n}',
      ),
    );
    expect(conf).to.deep.include({
      scheduler: "sh",
      schedulerFlags: 0x18,
      persistenceTimeout: 360_000_000,
      forwarding: { method: "TUN", tunnel: "gue", port: 5, checksum: "csum" },
      alpha: true,
    });
    expect(conf.quorumUp?.argv).to.deep.equal(["/bin/true", "a", "b"]);
    expect(conf.sorryServer?.port).to.equal(81);
    const [real] = realServers;
    expect(real?.conf).to.include({ weight: 5 });
    expect(real?.conf.port).to.equal(undefined);
    const [tcp, http, udp] = real?.conf.checks ?? [];
    expect(tcp?.section.conf).to.deep.equal({ retry: 0, connectPort: 25 });
    const url = http?.kind === "HTTP_GET" ? http.section.conf.urls[0]?.conf : undefined;
    expect(url).to.deep.include({
      path: "/a",
      regex: "a b",
      statusCodes: [
        { from: 200, to: 200 },
        { from: 300, to: 310 },
      ],
    });
    expect(udp?.section.conf).to.deep.include({
      payload: [0, 0xff, 1],
      requireReply: { bytes: [0], mask: [0xf0] },
    });
  });

  it("the services of a group", () => {
    const { virtualServerGroups } = keep(
      "virtual_server_group g {\n10.0.0.1-3 80\n10.0.1.0/30 81\n10.0.2.5-10.0.3.1\n2001:db8::1-f 443\nfwmark 7 inet6\n}",
    );
    const items = virtualServerGroups
      .get("g")
      ?.conf.items.map((item) =>
        item.kind === "fwmark" ? [item.mark, item.family] : [formatIp(item.first), formatIp(item.last), item.port],
      );
    expect(items).to.deep.equal([
      ["10.0.0.1", "10.0.0.3", 80],
      ["10.0.1.0", "10.0.1.3", 81],
      ["10.0.2.5", "10.0.3.1", undefined],
      ["2001:db8::1", "2001:db8::f", 443],
      [7, 6],
    ]);
  });

  it("the settings of LVS in global_defs", () => {
    const { globals } = keep(
      "global_defs {\nlvs_timeouts tcp 5 udp 7\nlvs_flush_on_stop VS\nlvs_sync_daemon eth0 VI id 5 group 224.0.0.90\nchecker_rt_priority 100\n}",
    );
    expect(globals.conf).to.deep.include({
      lvsTimeouts: { tcp: 5_000_000, udp: 7_000_000 },
      lvsFlushOnStop: "services",
      checkerRtPriority: 99,
    });
    const { group, ...daemon } = globals.conf.lvsSyncDaemon ?? {};
    expect(daemon).to.deep.equal({ interfaceName: "eth0", instance: "VI", id: 5 });
    expect(group === undefined ? "" : formatIp(group)).to.equal("224.0.0.90");
  });
});
