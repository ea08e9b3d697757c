// keepalived's dump of the BFD process (SIGUSR1), in its sections and wording, as far as programs look that read it.
import { formatIp } from "../base/ip.js";
import type { BfdSessionParams } from "../bfd/params.js";
import type { DaemonParams } from "../supervise/params.js";
import type { BfdSessionView } from "./bfd-view.js";
import { bfdStateWord, diagnosticWord } from "./bfd-words.js";
import { type WallOffset, globalLines, wallText } from "./dump-text.js";

export function bfdDataText(params: DaemonParams, views: readonly BfdSessionView[], wall: WallOffset): string {
  const viewOf = new Map(views.map((view) => [view.name, view]));
  const lines = [
    ...globalLines(params),
    "------< BFD Topology >------",
    ...params.bfd.sessions.flatMap((session) => {
      const view = viewOf.get(session.name);
      return [...configuredLines(session), ...(view === undefined ? [] : stateLines(session, view, wall))];
    }),
  ];
  return `${lines.join("\n")}\n`;
}

const configuredLines = ({ name, ttl, minTtl, ...session }: BfdSessionParams): readonly string[] => [
  ` BFD Instance = ${name}`,
  `   Neighbor IP = ${formatIp(session.neighbor)}`,
  ...(session.source === undefined ? [] : [`   Source IP = ${formatIp(session.source)}`]),
  `   Required min RX interval = ${session.minRx} us`,
  `   Desired min TX interval = ${session.minTx} us`,
  `   Desired idle TX interval = ${session.idleTx} us`,
  `   Detection multiplier = ${session.multiplier}`,
  `   TTL = ${ttl}`,
  `   max_hops = ${ttl - minTtl}`,
  `   passive = ${String(session.passive)}`,
];

function stateLines({ multiplier }: BfdSessionParams, view: BfdSessionView, wall: WallOffset): readonly string[] {
  const remoteTxInterval = Math.max(view.remoteDesiredMinTxMicros, view.requiredMinRxMicros);
  const isKnown = view.remoteDiscriminator !== 0;
  return [
    `   send error = ${String(view.statistics.refused > 0)}`,
    `   local state = ${bfdStateWord(view.state)}`,
    `   remote state = ${bfdStateWord(view.remoteState)}`,
    `   local discriminator = 0x${view.discriminator.toString(16)}`,
    `   remote discriminator = 0x${view.remoteDiscriminator.toString(16)}`,
    `   local diag = ${diagnosticWord(view.diagnostic)}`,
    `   remote diag = ${diagnosticWord(view.remoteDiagnostic)}`,
    `   remote min tx intv = ${view.remoteDesiredMinTxMicros} us`,
    `   remote min rx intv = ${isKnown ? view.remoteRequiredMinRxMicros : 0} us`,
    "   local demand = 0",
    `   remote detect multiplier = ${view.remoteMultiplier}`,
    `   ${view.polling ? "" : "!"}poll, !final`,
    `   local tx intv = ${view.transmitIntervalMicros} us`,
    `   remote tx intv = ${isKnown ? remoteTxInterval : 0} us`,
    `   local detection time = ${view.detectionTimeMicros} us`,
    `   remote detection time = ${isKnown ? multiplier * view.transmitIntervalMicros : 0} us`,
    `   last_seen = ${view.heardAt === undefined ? "[never]" : wallText(view.heardAt, wall)}`,
  ];
}
