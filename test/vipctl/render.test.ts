import { expect } from "chai";
import { renderEvent } from "../../src/vipctl/render-event.js";
import { renderInstance } from "../../src/vipctl/render-instance.js";
import { renderStatus } from "../../src/vipctl/render-status.js";
import { alignColumns } from "../../src/vipctl/parts.js";
import { chooseStyle, coloured, plain } from "../../src/vipctl/style.js";
import { backup, events, faulty, master, now, status } from "./samples.js";

const lines = (text: string): readonly string[] => text.split("\n").map((line) => line.trim());
const uncoloured = (text: string): string => text.replace(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g"), "");

describe("vipctl status", () => {
  const shown = renderStatus(status, plain);

  it("begins with the daemon, its process and the last reload", () => {
    expect(shown.split("\n").slice(0, 3)).to.deep.equal([
      "vipd 0.1.0, pid 4242, up 3 h 12 min, /etc/keepalived/keepalived.conf",
      "vrrp process running: pid 4243, timer at most 0.4 ms late, real-time, memory not locked, 7 packets for no instance, restarted 2 times",
      "  its predecessor was killed by SIGKILL",
    ]);
    expect(shown).to.match(
      /^reload at .* refused, the old configuration stays in force: keepalived.conf:12:3: unknown interface$/m,
    );
  });

  it("says of each instance the state, since when, and why", () => {
    expect(lines(shown)).to.include.members([
      "VI_1  MASTER since 3 min 5 s: no advertisement from 10.0.0.2 for 3.2 s",
      "VI_web  BACKUP since 2 h 5 min: received advert from 10.0.0.2 with higher priority 200, ours 80",
      "VI_db  FAULT since 12 s: interface eth2 is down",
    ]);
  });

  it("says which instance speaks IPv6 or unicast, to whom, and what detection says of an address", () => {
    const twin = { address: "2001:db8::100/64", interfaceName: "eth0", excluded: false, present: true } as const;
    const { interfaceName, ...anywhere } = { ...master, name: "VI_peers", destinations: ["10.0.0.2", "10.0.0.3"] };
    const six = {
      ...master,
      name: "VI_6",
      family: 6 as const,
      destinations: ["ff02::12"],
      addresses: [{ ...twin, detection: "duplicate" as const }],
    };
    expect(interfaceName).to.equal("eth0");
    const networks = renderStatus({ ...status, instances: [anywhere, six] }, plain);
    expect(lines(networks)).to.include.members([
      "any interface, unicast to 10.0.0.2, 10.0.0.3, VRID 51, priority 150",
      "eth0, IPv6, VRID 51, priority 150",
      "2001:db8::100/64  eth0  DUPLICATE: another host on the link has it",
    ]);
    expect(renderInstance(six, now, plain)).to.match(/advertises to +ff02::12$/m);
  });

  it("says of each sync group the state, its members, and who waits for whom", () => {
    expect(lines(shown)).to.include.members([
      "sync group G  BACKUP since 2 h 5 min, led by VI_web: VI_web, VI_db",
      "VI_db hears no master and waits for the others, which do: is the segment divided?",
    ]);
  });

  it("does not call anybody master whose process has ended", () => {
    const abandoned = { ...master, abandonedAt: now };
    const line = lines(renderStatus({ ...status, instances: [abandoned] }, plain)).find((text) =>
      text.startsWith("VI_1"),
    );
    expect(line).to.match(/^VI_1  UNATTENDED was MASTER, but its vrrp process ended .* ago: nobody advertises for it/);
  });

  it("shows master, priority and trackers in trouble", () => {
    expect(lines(shown)).to.include.members([
      "master 10.0.0.2, priority 200, heard 300 ms ago",
      "eth0, VRID 51, priority 80 (configured 100)",
      "tracked interface eth1 DOWN",
      "tracked script chk_new not known yet",
    ]);
    expect(shown).not.to.include("chk_http");
  });

  it("makes routes, rules and static items stand out that are missing", () => {
    const routing = [
      { item: "route 10.1.0.0/16 dev eth0", present: true },
      {
        item: "rule from 10.1.0.0/16 table 100 preference 5",
        present: false,
        trouble: "the kernel refuses it: EINVAL",
      },
    ];
    const address = { address: "10.8.0.1/24", interfaceName: "eth0", excluded: false, present: false };
    const withStatics = status.children.map((child) =>
      child.process === undefined
        ? child
        : { ...child, process: { ...child.process, statics: { addresses: [address], routing } } },
    );
    const rule = "rule from 10.1.0.0/16 table 100 preference 5 (the kernel refuses it: EINVAL) is MISSING";
    const text = renderStatus({ ...status, children: withStatics, instances: [{ ...master, routing }] }, plain);
    expect(lines(text)).to.include.members([
      "static 10.8.0.1/24 on eth0 is MISSING",
      `static ${rule}`,
      `${rule} although this node is master`,
    ]);
    expect(lines(renderInstance({ ...master, routing }, now, plain))).to.include.members([
      "route 10.1.0.0/16 dev eth0                    present",
    ]);
  });

  it("makes addresses stand out that are missing, or here and should not be", () => {
    expect(lines(shown)).to.include.members([
      "10.0.0.100/24  eth0  present",
      "10.0.0.101/24  eth0  MISSING although this node is master",
      "10.1.0.100/24  eth0  absent",
      "5 of 6 addresses absent, as they should be",
      "10.2.0.3/24  eth0  PRESENT although the state is FAULT",
    ]);
  });

  it("gives every fault its remedy, and says no fault twice", () => {
    expect(shown).to.include("check the cable and the switch port");
    expect(shown.match(/interface eth2 is down/g)).to.have.length(1);
    expect(shown).to.match(/track script chk_db has failed: run the script/);
  });

  it("says so when there is no instance, and when a process does not run", () => {
    const empty = renderStatus(
      { ...status, instances: [], children: [{ name: "vrrp", state: "waiting", restarts: 1 }] },
      plain,
    );
    expect(lines(empty)).to.include.members([
      "No VRRP instance is configured.",
      "vrrp process waiting: restarted once",
    ]);
  });
});

describe("vipctl instance", () => {
  it("shows its virtual interfaces, and whether packets to its addresses are accepted", () => {
    const link = { name: "vrrp.51", baseName: "eth0", mac: "00:00:5e:00:01:33", state: "on" } as const;
    const filtered = { ...master, virtualLinks: [link], filtered: {} };
    expect(lines(renderInstance(filtered, now, plain))).to.include.members([
      "virtual interface  vrrp.51 on eth0, 00:00:5e:00:01:33, on",
      "accepts            no packets to its addresses (no_accept)",
    ]);
    const refused = { ...master, filtered: { trouble: "sendto: ENOTSUP" } };
    expect(renderInstance(refused, now, plain)).to.include(
      "in spite of no_accept: nf_tables refuses the rules (sendto: ENOTSUP)",
    );
  });

  it("shows everything of a master", () => {
    const shown = renderInstance(master, now, plain);
    expect(shown.split("\n")[0]).to.equal("VI_1  MASTER since 3 min 5 s: no advertisement from 10.0.0.2 for 3.2 s");
    expect(lines(shown)).to.include.members([
      "interface          eth0, sending from 10.0.0.1",
      "virtual router     VRID 51, VRRPv3 over IPv4",
      "next               its next packet goes out in 400 ms",
      "10.0.0.9/32    eth0  present                               not advertised",
      "script     chk_http  up             priority -20 while down",
      "interface  eth1      DOWN           FAULT while down",
      "script     chk_new   not known yet  priority +5 while down",
      "2    addresses put back after somebody deleted them",
      "12  wrong TTL or hop limit: the packet came through a router (ttl)",
    ]);
    expect(shown).not.to.include("checksum");
  });

  it("shows what a backup waits for", () => {
    expect(lines(renderInstance(backup, now, plain))).to.include.members([
      "advertisements     every 1 s; the master sends every 100 ms",
      "preempts           yes, 30 s after it could",
      "master             10.0.0.2, priority 200, heard 300 ms ago",
      "next               takes over in 3.1 s unless it hears the master",
    ]);
  });

  it("shows what is wrong and what to do", () => {
    const shown = renderInstance(faulty, now, plain);
    expect(shown).to.match(/^ {2}check the cable/m);
    expect(shown).to.match(/^preempts +no \(nopreempt\)$/m);
    expect(shown).not.to.include("next packet");
  });
});

describe("vipctl events", () => {
  it("prints number, time and what happened", () => {
    const [, second] = events;
    expect(second && renderEvent(second, plain)).to.match(
      /^ {4}2 {2}\d{4}-\d\d-\d\d \d\d:\d\d:02\.000 {2}\(VI_1\) Entering MASTER STATE: no advertisement from 10\.0\.0\.2/,
    );
  });
});

describe("vipctl colours", () => {
  it("change nothing but the colour", () => {
    expect(uncoloured(renderStatus(status, coloured))).to.equal(renderStatus(status, plain));
    for (const view of [master, backup, faulty]) {
      expect(uncoloured(renderInstance(view, now, coloured))).to.equal(renderInstance(view, now, plain));
    }
    for (const event of events) expect(uncoloured(renderEvent(event, coloured))).to.equal(renderEvent(event, plain));
    expect(renderStatus(status, coloured)).not.to.equal(renderStatus(status, plain));
  });

  it("are for terminals that want them", () => {
    expect(chooseStyle(true, { TERM: "xterm" })).to.equal(coloured);
    expect(chooseStyle(true, { NO_COLOR: "" })).to.equal(coloured);
    expect(chooseStyle(false, { TERM: "xterm" })).to.equal(plain);
    expect(chooseStyle(true, { NO_COLOR: "1" })).to.equal(plain);
    expect(chooseStyle(true, { TERM: "dumb" })).to.equal(plain);
  });

  it("do not count as width", () => {
    expect(
      alignColumns([
        [coloured.bad("ab"), "x"],
        ["abc", "y"],
      ]).map(uncoloured),
    ).to.deep.equal(["ab   x", "abc  y"]);
  });
});
