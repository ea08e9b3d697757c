// The lab without a terminal: steps from the command line, one line per event, and a summary that can be asserted on.
import { longestOutage } from "./availability.js";
import type { Lab } from "./lab.js";
import { percent, milliseconds } from "./screen.js";
import type { Condition, NodeName, ScriptStep } from "./script.js";
import type { LabView } from "./view.js";

/** How long `until` waits. */
const PATIENCE = 20_000;
const PERIOD = 20;

export interface Verdict {
  readonly ok: boolean;
  readonly summary: readonly string[];
}

/** Carries the steps out; `limit` is the longest outage in milliseconds that is still a success. */
export async function runScripted(lab: Lab, steps: readonly ScriptStep[], limit: number): Promise<Verdict> {
  const failures: string[] = [];
  for (const step of steps) {
    const failure = await carryOut(lab, step);
    if (failure !== undefined) failures.push(failure);
  }
  return judge(lab.view, limit, failures);
}

async function carryOut(lab: Lab, step: ScriptStep): Promise<string | undefined> {
  switch (step.kind) {
    case "wait":
      await pause(step.milliseconds);
      return undefined;
    case "act":
      return lab.act(step.node, step.action) ? undefined : `could not ${step.action} node ${step.node}`;
    case "until": {
      const deadline = Date.now() + PATIENCE;
      while (!holds(lab.view, step.node, step.condition)) {
        if (Date.now() > deadline) return `waited ${PATIENCE / 1000} s in vain until ${step.node} ${step.condition}`;
        await pause(PERIOD);
      }
      return undefined;
    }
  }
}

function holds(view: LabView, name: NodeName, condition: Condition): boolean {
  const node = view.nodes.find((each) => each.name === name);
  if (node === undefined) return false;
  switch (condition) {
    case "answers":
      return view.availability.last?.node === name && view.availability.losing === 0;
    case "down":
      return node.daemon.kind !== "running" && node.daemon.kind !== "stopping";
    case "master":
    case "backup":
    case "fault":
      return node.status?.state === condition;
  }
}

/** What the client went through, in words, and whether that is good enough. */
export function judge({ availability, now }: LabView, limit: number, failures: readonly string[]): Verdict {
  const { sent, answered, outages } = availability;
  if (sent === 0) return { ok: false, summary: ["FAILED: nobody ever answered for the virtual IP", ...failures] };
  const longest = longestOutage(availability, now);
  const requests = `requests  ${sent}, ${answered} answered (${percent(answered / sent)}), ${sent - answered} lost`;
  const times =
    outages.length === 0 ? "outages   none" : `outages   ${outages.length}, longest ${milliseconds(longest)}`;
  const tooLong = longest > limit ? [`the virtual IP was gone for ${milliseconds(longest)}`] : [];
  const wrong = [...failures, ...tooLong];
  const verdict =
    wrong.length === 0 ? [`passed    no outage over ${milliseconds(limit)}`] : wrong.map((each) => `FAILED: ${each}`);
  return { ok: wrong.length === 0, summary: [requests, times, ...verdict] };
}

const pause = (span: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, span));
