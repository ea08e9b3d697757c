// The dumps as programs that read keepalived's files expect them.
import { expect } from "chai";
import { instant, micros, seconds } from "../../src/base/time.js";
import { readConfiguration } from "../../src/config/index.js";
import { configurationLines } from "../../src/status/configuration-text.js";
import { dataText, parentDataText, statisticsText } from "../../src/status/dump-text.js";
import type { GroupView, InstanceView } from "../../src/status/views.js";
import { noRejections, noStatistics } from "../../src/vrrp/statistics.js";
import { MAIN, machine } from "../config/machine.js";

const text = `
vrrp_script chk {
  script "/bin/true"
  interval 2
}
vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  priority 100
  authentication {
    auth_type PASS
    auth_pass sesame
  }
  virtual_ipaddress {
    10.0.0.100/24
  }
}
`;
const { params } = readConfiguration(MAIN, machine({ files: { [MAIN]: text } }));

const view: InstanceView = {
  name: "VI_1",
  state: "master",
  since: instant(1_500_000),
  reason: { code: "startup" },
  faults: [],
  interfaceName: "eth0",
  vrid: 51,
  version: 2,
  family: 4,
  basePriority: 100,
  effectivePriority: 115,
  sourceAddress: "10.0.0.1",
  destinations: ["224.0.0.18"],
  advertisementIntervalMicros: 1_000_000,
  masterAdvertisementIntervalMicros: 1_000_000,
  masterDownIntervalMicros: 3_550_781,
  preempt: true,
  preemptDelayMicros: 0,
  addresses: [
    { address: "10.0.0.100/24", interfaceName: "eth0", excluded: false, present: true },
    { address: "10.0.0.101/24", interfaceName: "eth0", excluded: true, present: false },
  ],
  routing: [],
  trackers: [{ kind: "script", name: "chk", weight: 10, reverse: false, up: true }],
  statistics: {
    ...noStatistics,
    advertsReceived: 1,
    advertsSent: 2,
    becameMaster: 3,
    releasedMaster: 4,
    priorityZeroReceived: 5,
    priorityZeroSent: 6,
    addressListMismatches: 7,
    intervalMismatches: 8,
    rejected: {
      ...noRejections,
      length: 9,
      ttl: 10,
      type: 11,
      interval: 12,
      authenticationTypeUnknown: 13,
      authenticationTypeMismatch: 14,
      authenticationFailure: 15,
      signatureMissing: 16,
      signatureMalformed: 17,
      signatureKeyUnknown: 18,
      signatureInvalid: 19,
      signatureStale: 20,
      replayed: 21,
    },
  },
};

describe("statistics dump", () => {
  it("is keepalived's, line for line", () => {
    expect(statisticsText([view])).to.equal(`VRRP Instance: VI_1
  Advertisements:
    Received: 1
    Sent: 2
  Became master: 3
  Released master: 4
  Packet Errors:
    Length: 9
    TTL: 10
    Invalid Type: 11
    Advertisement Interval: 20
    Address List: 7
  Authentication Errors:
    Invalid Type: 13
    Type Mismatch: 14
    Failure: 15
  Authentication Extension Errors:
    Missing: 16
    Malformed: 17
    Unknown Key: 18
    Invalid HMAC: 19
    Stale: 20
    Replay: 21
  Priority Zero:
    Received: 5
    Sent: 6
`);
  });

  it("has every instance", () => {
    expect(statisticsText([view, { ...view, name: "VI_2" }]).match(/^VRRP Instance: /gm)).to.have.lengthOf(2);
    expect(statisticsText([])).to.equal("");
  });
});

describe("data dump", () => {
  const group: GroupView = {
    name: "G",
    state: "master",
    since: instant(1),
    members: ["VI_1", "VI_2"],
    waiting: [],
  };

  it("has the lines that programs look for", () => {
    if (params === undefined) throw new Error("not a good configuration");
    const lines = dataText(params, { instances: [view], groups: [group] }, 1_000_000_000_000).split("\n");
    for (const line of [
      "------< Global definitions >------",
      "------< VRRP Topology >------",
      " VRRP Instance = VI_1",
      "   VRRP Version = 2",
      "   State = MASTER",
      "   Wantstate = BACKUP",
      "   Master down timer = 3550781 usecs",
      "   Interface = eth0",
      "   Using src_ip = 10.0.0.1",
      "   Gratuitous ARP delay = 5",
      "   Virtual Router ID = 51",
      "   Priority = 100",
      "   Effective priority = 115",
      "   Advert interval = 1 sec",
      "   Virtual IP (1):",
      "     10.0.0.100/24 dev eth0 set",
      "   Virtual IP Excluded (1):",
      "     10.0.0.101/24 dev eth0",
      "   Tracked scripts :",
      "     chk weight 10",
      "------< VRRP Sync groups >------",
      " VRRP Sync Group = G, MASTER",
      "   Num member fault 0, num member init 0",
      "     VI_2",
    ]) {
      expect(lines).to.include(line);
    }
    expect(lines.find((line) => line.includes("Last transition"))).to.match(
      / = 1000001\.500000 \([A-Z][a-z]{2} Jan 1[12] \d\d:\d\d:41\.500000 1970\)$/,
    );
  });

  it("gives version 3 intervals in milliseconds", () => {
    if (params === undefined) throw new Error("not a good configuration");
    const version3 = { ...view, version: 3, advertisementIntervalMicros: 100_000 } as const;
    expect(dataText(params, { instances: [version3], groups: [] }, 0)).to.contain(
      "   Advert interval = 100 milli-sec\n",
    );
  });

  it("never shows a password", () => {
    if (params === undefined) throw new Error("not a good configuration");
    const everything = [
      dataText(params, { instances: [view], groups: [] }, 0),
      parentDataText(params, {}),
      ...configurationLines(params),
    ].join("\n");
    expect(everything).not.to.contain("sesame");
    expect(everything).not.to.contain("115 101 115 97 109 101");
    expect(everything).to.contain("key = (not shown)");
  });

  it("shows tracked scripts with their result", () => {
    if (params === undefined) throw new Error("not a good configuration");
    const command = { argv: ["/bin/true", "x"], identity: { user: "root", uid: 0, gid: 0, groups: [] } };
    const script = {
      name: "chk",
      command,
      interval: seconds(2),
      timeout: micros(0),
      rise: 1,
      fall: 1,
      initFail: false,
    };
    const dump = dataText({ ...params, scripts: [script] }, { instances: [view], groups: [] }, 0);
    expect(dump).to.contain(" VRRP Script = chk\n   Command = '/bin/true x'\n   Interval = 2 sec\n");
    expect(dump).to.contain("   Status = GOOD\n   Script uid:gid = 0:0\n");
  });
});

describe("configuration as it is in force", () => {
  it("is one key and value a line", () => {
    if (params === undefined) throw new Error("not a good configuration");
    const lines = configurationLines(params);
    expect(lines).to.include("    instances 1:".slice(1));
    for (const line of ["     vrid = 51", "     group = 224.0.0.18", "       prefix = 10.0.0.100/24"]) {
      expect(lines.map((each) => each.trim())).to.include(line.trim());
    }
  });
});
