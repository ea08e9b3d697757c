// vipctl bfd: what the operator reads about a session, above all about one that does not come up.
import { expect } from "chai";
import { noStatistics } from "../../src/bfd/statistics.js";
import type { BfdSessionView } from "../../src/status/bfd-view.js";
import { renderBfd } from "../../src/vipctl/render-bfd.js";
import { renderStatus } from "../../src/vipctl/render-status.js";
import { plain } from "../../src/vipctl/style.js";
import { ago, now, status } from "./samples.js";

const up: BfdSessionView = {
  name: "peer",
  state: "up",
  since: ago(185),
  diagnostic: 0,
  neighbor: "10.0.0.2",
  source: "10.0.0.1",
  multihop: false,
  passive: false,
  discriminator: 4711,
  remoteDiscriminator: 815,
  remoteState: "up",
  remoteDiagnostic: 0,
  heardAt: ago(0.043),
  transmitting: true,
  transmitIntervalMicros: 100_000,
  detectionTimeMicros: 300_000,
  desiredMinTxMicros: 3_312,
  requiredMinRxMicros: 50_000,
  multiplier: 3,
  remoteDesiredMinTxMicros: 100_000,
  remoteRequiredMinRxMicros: 100_000,
  remoteMultiplier: 5,
  polling: false,
  statistics: { ...noStatistics, sent: 56, received: 57, cameUp: 1 },
};
const { heardAt: _heardAt, ...unheard } = up;
const lost: BfdSessionView = {
  ...unheard,
  state: "down",
  since: ago(7),
  diagnostic: 1,
  remoteDiscriminator: 0,
  detectionTimeMicros: 0,
  transmitIntervalMicros: 1_000_000,
};
const fresh: BfdSessionView = { ...lost, diagnostic: 0, remoteState: "down" };
const shown = (view: BfdSessionView): string => renderBfd([view], now, plain);

describe("vipctl bfd", () => {
  it("shows what both sides agreed on", () => {
    expect(
      shown(up)
        .split("\n")
        .map((line) => line.trim()),
    ).to.deep.equal([
      "peer  Up since 3 min 5 s, neighbour 10.0.0.2: both sides hear each other",
      "sends        every 100 ms, up to a quarter earlier, from 10.0.0.1",
      "down after   300 ms of silence",
      "ours         discriminator 4711, diagnostic No Diagnostic, min_tx 3.312 ms, min_rx 50 ms, multiplier 3",
      "neighbour's  state Up, discriminator 815, diagnostic No Diagnostic, min_tx 100 ms, min_rx 100 ms, multiplier 5",
      "last heard   43 ms ago",
      "counters     56 sent, 57 received, 0 refused by the kernel, came up 1 times, went down 0 times",
      "",
    ]);
  });

  /** Why it is not up, and what to look at. */
  const troubles: readonly (readonly [what: string, view: BfdSessionView, said: RegExp])[] = [
    ["never heard", fresh, /nothing has been heard from 10\.0\.0\.2 yet[\s\S]*UDP port 3784 is open on both sides/],
    [
      "heard no more",
      lost,
      /nothing is heard from 10\.0\.0\.2 any more[\s\S]*diagnostic Control Detection Time Expired/,
    ],
    ["passive", { ...fresh, passive: true }, /we are passive, so 10\.0\.0\.2 must begin/],
    ["multihop", { ...fresh, multihop: true }, /\(multihop\)[\s\S]*UDP port 4784/],
    ["one way", { ...up, state: "init" }, /the neighbour is heard, and does not hear us/],
    [
      "ended by the neighbour",
      { ...up, state: "down", diagnostic: 3, remoteState: "adminDown", remoteDiagnostic: 7 },
      /the neighbour has ended it by intention/,
    ],
    [
      "signalled by the neighbour",
      { ...fresh, diagnostic: 3, remoteDiagnostic: 1 },
      /signalled that it is down \(Control Detection Time Expired\)/,
    ],
    ["a port that is taken", { ...fresh, obstacle: "bind: EADDRINUSE" }, /bind: EADDRINUSE; another BFD daemon/],
    [
      "packets that are refused",
      { ...fresh, statistics: { ...noStatistics, rejected: { ...noStatistics.rejected, ttl: 9 } } },
      /9 packets ignored, TTL too low: set ttl \(IPv6: hoplimit\) 255 at the sender/,
    ],
    [
      "a process that has ended",
      { ...up, unattended: true, heldUntil: now },
      /UNATTENDED, neighbour 10\.0\.0\.2: was Up when its bfd process ended; it counts as up for another 0 ms/,
    ],
    ["for too long", { ...up, unattended: true }, /it counts as down/],
  ];
  for (const [what, view, said] of troubles) {
    it(what, () => {
      expect(shown(view)).to.match(said);
    });
  }

  it("says that there is none", () => {
    expect(renderBfd([], now, plain)).to.equal("No BFD session is configured.\n");
  });

  it("is one line in vipctl status, and one more where something is wrong", () => {
    const lines = renderStatus({ ...status, bfd: [up, fresh] }, plain).split("\n");
    expect(lines.filter((line) => line.startsWith("BFD "))).to.deep.equal([
      "BFD peer  Up since 3 min 5 s, neighbour 10.0.0.2: both sides hear each other",
      "BFD peer  Down since 7 s, neighbour 10.0.0.2: nothing has been heard from 10.0.0.2 yet",
    ]);
  });
});
