import { expect } from "chai";
import { micros, millis, seconds } from "../../src/base/time.js";
import { formatDuration } from "../../src/status/duration.js";
import { describeEvent } from "../../src/status/event-text.js";
import type { StatusEvent } from "../../src/status/rpc.js";
import { describeComplaint, describeFault, describeReason, describeReject, stateWord } from "../../src/status/words.js";
import type { Complaint, Reason, StateName } from "../../src/vrrp/effects.js";
import type { FaultCause } from "../../src/vrrp/events.js";
import { rejectReasons } from "../../src/vrrp/receive.js";
import { instant } from "../../src/base/time.js";

/** One example of each member: the compiler asks for every new one. */
const reasons: { readonly [Code in Reason["code"]]: Extract<Reason, { code: Code }> } = {
  startup: { code: "startup" },
  startupAsMaster: { code: "startupAsMaster" },
  resumed: { code: "resumed" },
  addressOwner: { code: "addressOwner" },
  masterDownTimerExpired: { code: "masterDownTimerExpired", lastHeard: "10.0.0.2" },
  masterResigned: { code: "masterResigned", master: "10.0.0.2" },
  preempting: { code: "preempting", master: "10.0.0.2", masterPriority: 90, priority: 100 },
  higherPriorityAdvert: { code: "higherPriorityAdvert", from: "10.0.0.2", theirs: 150, ours: 100 },
  equalPriorityHigherAddress: { code: "equalPriorityHigherAddress", from: "10.0.0.2", priority: 100 },
  stoodStill: { code: "stoodStill", span: seconds(4) },
  fault: { code: "fault", causes: [{ kind: "interfaceDown", interfaceName: "eth0" }] },
  faultCleared: { code: "faultCleared" },
  syncGroup: { code: "syncGroup", group: "G", instance: "VI_2", because: { code: "addressOwner" } },
  regrouped: { code: "regrouped", group: "G" },
  joinedMasterGroup: { code: "joinedMasterGroup", group: "G" },
  shutdown: { code: "shutdown" },
  removedByReload: { code: "removedByReload" },
};

const causes: { readonly [Kind in FaultCause["kind"]]: FaultCause & { readonly kind: Kind } } = {
  interfaceMissing: { kind: "interfaceMissing", interfaceName: "eth0" },
  interfaceDown: { kind: "interfaceDown", interfaceName: "eth0" },
  noSourceAddress: { kind: "noSourceAddress", interfaceName: "eth0", family: 6 },
  sourceAddressMissing: { kind: "sourceAddressMissing", address: "10.0.0.1", interfaceName: "eth0" },
  sourceAddressTentative: { kind: "sourceAddressTentative", address: "fe80::1", interfaceName: "eth0" },
  sourceAddressDuplicate: { kind: "sourceAddressDuplicate", address: "fe80::1", interfaceName: "eth0" },
  trackedInterfaceDown: { kind: "trackedInterfaceDown", interfaceName: "eth1" },
  scriptFailed: { kind: "scriptFailed", script: "chk" },
  fileDown: { kind: "fileDown", file: "load", value: 3 },
  processDown: { kind: "processDown", process: "haproxy" },
  bfdDown: { kind: "bfdDown", session: "peer" },
  duplicateVrid: { kind: "duplicateVrid", with: "VI_2" },
  noUnicastPeer: { kind: "noUnicastPeer" },
  socketRefused: { kind: "socketRefused", subject: "eth0", code: "EPERM" },
  syncGroup: { kind: "syncGroup", group: "G", instance: "VI_2" },
  virtualLinkRefused: { kind: "virtualLinkRefused", interfaceName: "vrrp.51", reason: "sendto: ENODEV" },
  configuration: { kind: "configuration", reason: "no virtual_router_id" },
};

const complaints: { readonly [Kind in Complaint["kind"]]: Extract<Complaint, { kind: Kind }> } = {
  rejected: { kind: "rejected", reason: "ttl", from: "10.0.0.9", detail: "TTL is 64, expected 255" },
  addressListMismatch: { kind: "addressListMismatch", from: "10.0.0.2", detail: "10.0.0.100 is missing" },
  checksumMismatch: { kind: "checksumMismatch", from: "10.0.0.2", detail: "it covers the message alone" },
  duplicateAddress: { kind: "duplicateAddress", address: "fe80::100", interfaceName: "eth0" },
  intervalMismatch: { kind: "intervalMismatch", from: "10.0.0.2", detail: "1 s instead of 2 s" },
  sameAddressSamePriority: { kind: "sameAddressSamePriority", from: "10.0.0.2", detail: "priority 100" },
  twoAddressOwners: { kind: "twoAddressOwners", from: "10.0.0.2", detail: "priority 255" },
  addressesRestored: { kind: "addressesRestored", addresses: ["10.0.0.100/24"], detail: "10.0.0.100/24 went missing" },
  routingRestored: {
    kind: "routingRestored",
    items: ["route 10.1.0.0/16 dev eth0"],
    detail: "route 10.1.0.0/16 dev eth0 went missing",
  },
  strangersRemoved: { kind: "strangersRemoved", items: ["10.0.0.100/24"], detail: "10.0.0.100/24 was added" },
  fight: { kind: "fight", items: ["10.0.0.100/24"], detail: "10.0.0.100/24 again and again" },
  filterRefused: { kind: "filterRefused", detail: "sendto: ENOTSUP" },
  refused: { kind: "refused", detail: "sendto for eth0: ENETDOWN" },
};

/** Whatever a member of the value says must be in the sentence: a name that is left out is what the operator needs. */
function expectAllSaid(value: object, text: string, except: readonly string[]): void {
  for (const [key, fact] of Object.entries(value)) {
    const isSaid = typeof fact === "string" || typeof fact === "number";
    if (isSaid && !except.includes(key)) expect(text, key).to.include(String(fact));
  }
}

describe("words", () => {
  for (const reason of Object.values(reasons)) {
    it(`reason ${reason.code}`, () => {
      const text = describeReason(reason);
      expect(text).to.match(/^\S.*[^.:;]$/);
      expectAllSaid(reason, text, ["code", "span"]);
    });
  }
  for (const cause of Object.values(causes)) {
    it(`fault ${cause.kind}`, () => {
      const { text, remedy } = describeFault(cause);
      expectAllSaid(cause, text, ["kind"]);
      expect(remedy.length).to.be.greaterThan(10);
    });
  }
  for (const about of Object.values(complaints)) {
    it(`complaint ${about.kind}`, () => {
      const { text, remedy } = describeComplaint(about);
      expectAllSaid(about, text, ["kind", "reason"]);
      expect(remedy.length).to.be.greaterThan(10);
    });
  }
  for (const reason of rejectReasons) {
    it(`rejected packet ${reason}`, () => {
      const { text, remedy } = describeReject(reason);
      expect(text.length).to.be.greaterThan(5);
      expect(remedy.length).to.be.greaterThan(10);
    });
  }

  it("are different for every reason", () => {
    const texts = Object.values(reasons).map((reason) => describeReason(reason));
    expect(new Set(texts).size).to.equal(texts.length);
    expect(new Set(rejectReasons.map((reason) => describeReject(reason).text)).size).to.equal(rejectReasons.length);
  });

  it("say how long nothing was heard where that is known", () => {
    expect(describeReason(reasons.masterDownTimerExpired, seconds(3.2))).to.equal(
      "no advertisement from 10.0.0.2 for 3.2 s",
    );
    expect(describeReason({ code: "masterDownTimerExpired" })).to.equal(
      "no advertisement from any master for the master down interval",
    );
  });

  it("name the states as keepalived does", () => {
    const names: readonly StateName[] = ["initialize", "backup", "master", "fault", "stopped"];
    expect(names.map(stateWord)).to.deep.equal(["INIT", "BACKUP", "MASTER", "FAULT", "STOP"]);
  });
});

describe("event text", () => {
  const place = { sequence: 1, at: instant(0), time: "2026-11-21T00:00:00.000Z" };
  const table: readonly (readonly [event: StatusEvent, text: string])[] = [
    [
      {
        ...place,
        kind: "transition",
        instance: "VI_1",
        from: "backup",
        to: "master",
        reason: reasons.masterResigned,
        priority: 100,
      },
      "(VI_1) Entering MASTER STATE: 10.0.0.2 gave up (priority 0 advertisement)",
    ],
    [
      { ...place, kind: "priority", instance: "VI_1", from: 100, to: 80 },
      "(VI_1) Changing effective priority from 100 to 80",
    ],
    [{ ...place, kind: "script", script: "s1", up: true, detail: "exited with status 0" }, "VRRP_Script(s1) succeeded"],
    [
      { ...place, kind: "script", script: "s1", up: false, detail: "exited with status 1" },
      "VRRP_Script(s1) failed (exited with status 1)",
    ],
    [{ ...place, kind: "file", file: "load", value: 3, detail: "/load says 3" }, "Track file load: /load says 3"],
    [
      { ...place, kind: "process", process: "web", up: false, detail: "no processes run" },
      "Process web: quorum lost, no processes run",
    ],
    [
      { ...place, kind: "hook", instance: "VI_1", program: "/n.sh", ok: false, outcome: "exited with status 1" },
      "(VI_1) notify script /n.sh exited with status 1",
    ],
    [
      {
        ...place,
        kind: "groupTransition",
        group: "G",
        from: "backup",
        to: "master",
        instance: "VI_1",
        reason: reasons.masterResigned,
      },
      "VRRP_Group(G) Syncing instances to MASTER state, after (VI_1): 10.0.0.2 gave up (priority 0 advertisement)",
    ],
  ];
  const bfd = { ...place, kind: "bfd", session: "peer", remoteState: "up", remoteDiagnostic: 0 } as const;
  const bfdTable: typeof table = [
    [
      { ...bfd, from: "init", to: "up", diagnostic: 0, detectionTime: millis(300) },
      "(peer) Entering Up state: both sides hear each other",
    ],
    [
      { ...bfd, from: "down", to: "init", diagnostic: 0, detectionTime: millis(300) },
      "(peer) Entering Init state: the neighbour is heard, and has yet to hear us",
    ],
    [
      { ...bfd, from: "up", to: "down", diagnostic: 1, detectionTime: millis(300) },
      "(peer) Entering Down state: nothing heard from the neighbour for 300 ms (Control Detection Time Expired)",
    ],
    [
      { ...bfd, from: "init", to: "down", diagnostic: 1, detectionTime: seconds(3) },
      "(peer) Entering Down state: the neighbour did not answer for 3 s (Control Detection Time Expired)",
    ],
    [
      {
        ...bfd,
        from: "up",
        to: "down",
        diagnostic: 3,
        remoteState: "down",
        remoteDiagnostic: 1,
        detectionTime: millis(0),
      },
      "(peer) Entering Down state: the neighbour signals that the session is down: Control Detection Time Expired",
    ],
    [
      { ...bfd, from: "up", to: "down", diagnostic: 3, remoteState: "adminDown", detectionTime: millis(0) },
      "(peer) Entering Down state: the neighbour has ended the session by intention (AdminDown)",
    ],
    [
      { ...bfd, from: "up", to: "adminDown", diagnostic: 7, detectionTime: millis(0) },
      "(peer) Entering AdminDown state: vipd ends the session, and the neighbour has been told",
    ],
    [
      { ...place, kind: "bfdAbandoned", session: "peer" },
      "(peer) counts as down: its bfd process ended, and no other has brought the session up again in time",
    ],
    [
      {
        ...place,
        kind: "bfdComplaint",
        session: "peer",
        about: { kind: "rejected", reason: "ttl", from: "10.0.0.2", detail: "TTL is 64, at least 255 is expected" },
      },
      "(peer) ignored a BFD packet from 10.0.0.2: TTL too low (TTL is 64, at least 255 is expected); set ttl (IPv6: hoplimit) 255 at the sender; where routers lie between, set max_hops here",
    ],
  ];
  for (const [event, text] of [...table, ...bfdTable]) {
    it(`${event.kind}: ${text}`, () => {
      expect(describeEvent(event)).to.equal(text);
    });
  }

  it("a complaint says what to do, and names no instance where none is concerned", () => {
    const event: StatusEvent = { ...place, kind: "complaint", about: complaints.rejected };
    const text = describeEvent(event);
    expect(text).to.match(/^ignored a packet from 10\.0\.0\.9: .*TTL is 64, expected 255.*; VRRP must not be routed/);
    expect(describeEvent({ ...event, instance: "VI_1" })).to.equal(`(VI_1) ${text}`);
  });
});

describe("formatDuration", () => {
  const table: readonly (readonly [microseconds: number, text: string])[] = [
    [0, "0 ms"],
    [400_000, "400 ms"],
    [1_000_000, "1 s"],
    [3_609_375, "3.6 s"],
    [42_400_000, "42 s"],
    [60_000_000, "1 min"],
    [185_000_000, "3 min 5 s"],
    [7_500_000_000, "2 h 5 min"],
    [86_400_000_000, "1 d"],
    [180_000_000_000, "2 d 2 h"],
  ];
  for (const [microseconds, text] of table) {
    it(text, () => expect(formatDuration(micros(microseconds))).to.equal(text));
  }
});
