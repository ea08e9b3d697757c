// `vipctl bfd`: every BFD session, why it is as it is, and what its two sides agreed on.
import { elapsed, micros, until, type Instant } from "../base/time.js";
import { rejectReasons } from "../bfd/statistics.js";
import type { BfdSessionView } from "../status/bfd-view.js";
import { bfdStateWord, describeBfdReject, describeBfdSession, diagnosticWord } from "../status/bfd-words.js";
import { formatDuration } from "../status/duration.js";
import { alignColumns } from "./parts.js";
import type { Style } from "./style.js";

export function renderBfd(sessions: readonly BfdSessionView[], now: Instant, style: Style): string {
  if (sessions.length === 0) return "No BFD session is configured.\n";
  return sessions.map((view) => `${sessionLines(view, now, style).join("\n")}\n`).join("\n");
}

function sessionLines(view: BfdSessionView, now: Instant, style: Style): readonly string[] {
  return [
    bfdStateLine(view, now, style),
    ...troubleLines(view, style).map((line) => `  ${line}`),
    ...alignColumns(facts(view, now).map(([what, value]) => [style.dim(what), value])).map((line) => `  ${line}`),
    ...rejectLines(view, style).map((line) => `  ${line}`),
  ];
}

/** "peer  Up since 3 min, neighbour 10.0.0.2: both sides hear each other" */
export function bfdStateLine(view: BfdSessionView, now: Instant, style: Style): string {
  const head = `${style.bold(view.name)}  `;
  const about = `neighbour ${view.neighbor}${view.multihop ? " (multihop)" : ""}`;
  if (view.unattended === true) {
    const kept =
      view.heldUntil === undefined
        ? "it counts as down"
        : `it counts as up for another ${formatDuration(until(view.heldUntil, now))}`;
    return `${head}${style.bad("UNATTENDED")}, ${about}: was ${bfdStateWord(view.state)} when its bfd process ended; ${kept}`;
  }
  const paint = view.state === "up" ? style.good : view.state === "init" ? style.warning : style.bad;
  const since = formatDuration(elapsed(view.since, now));
  return `${head}${paint(bfdStateWord(view.state))} since ${since}, ${about}: ${describeBfdSession(view).text}`;
}

export function troubleLines(view: BfdSessionView, style: Style): readonly string[] {
  const { remedy } = describeBfdSession(view);
  return [
    ...(view.obstacle === undefined
      ? []
      : [
          style.bad(`the kernel refuses its socket: ${view.obstacle}; another BFD daemon may have the port (ss -ulnp)`),
        ]),
    ...(remedy === undefined ? [] : [style.warning(remedy)]),
  ];
}

function facts(view: BfdSessionView, now: Instant): readonly (readonly [what: string, value: string])[] {
  const span = (value: number): string => (value < 10_000 ? `${value / 1_000} ms` : formatDuration(micros(value)));
  const { statistics: counters } = view;
  const heard = view.heardAt === undefined ? "nothing at present" : `${formatDuration(elapsed(view.heardAt, now))} ago`;
  const pace = view.transmitting ? `every ${span(view.transmitIntervalMicros)}, up to a quarter earlier` : "not now";
  const detection = view.detectionTimeMicros === 0 ? "not agreed yet" : `${span(view.detectionTimeMicros)} of silence`;
  return [
    ["sends", `${pace}${view.passive ? " (passive)" : ""}${view.source === undefined ? "" : `, from ${view.source}`}`],
    ["down after", `${detection}${view.polling ? ", a change is being agreed on" : ""}`],
    [
      "ours",
      `discriminator ${view.discriminator}, diagnostic ${diagnosticWord(view.diagnostic)}, min_tx ${span(view.desiredMinTxMicros)}, min_rx ${span(view.requiredMinRxMicros)}, multiplier ${view.multiplier}`,
    ],
    ["neighbour's", neighborText(view, span)],
    ["last heard", heard],
    [
      "counters",
      `${counters.sent} sent, ${counters.received} received, ${counters.refused} refused by the kernel, came up ${counters.cameUp} times, went down ${counters.wentDown} times`,
    ],
  ];
}

function neighborText(view: BfdSessionView, span: (value: number) => string): string {
  if (view.remoteDiscriminator === 0) return `unknown; its last state was ${bfdStateWord(view.remoteState)}`;
  return `state ${bfdStateWord(view.remoteState)}, discriminator ${view.remoteDiscriminator}, diagnostic ${diagnosticWord(view.remoteDiagnostic)}, min_tx ${span(view.remoteDesiredMinTxMicros)}, min_rx ${span(view.remoteRequiredMinRxMicros)}, multiplier ${view.remoteMultiplier}`;
}

function rejectLines({ statistics }: BfdSessionView, style: Style): readonly string[] {
  return rejectReasons
    .filter((reason) => statistics.rejected[reason] > 0)
    .map((reason) => {
      const { text, remedy } = describeBfdReject(reason);
      return `${style.warning(`${statistics.rejected[reason]} packets ignored, ${text}`)}: ${remedy}`;
    });
}
