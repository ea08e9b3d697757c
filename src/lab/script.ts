// The language of `--script`: what a person would do at the keys, in words. Steps are separated by `;`.
import { err, ok, type Result } from "../base/result.js";

export const nodeNames = ["a", "b"] as const;
export type NodeName = (typeof nodeNames)[number];

/** What can be done to a node. */
export const nodeActions = ["stop", "start", "kill", "freeze", "thaw", "unplug", "plug"] as const;
export type NodeAction = (typeof nodeActions)[number];

/** What `until` can wait for. */
export const conditions = ["answers", "master", "backup", "fault", "down"] as const;
export type Condition = (typeof conditions)[number];

export type ScriptStep =
  | { readonly kind: "wait"; readonly milliseconds: number }
  | { readonly kind: "until"; readonly node: NodeName; readonly condition: Condition }
  | { readonly kind: "act"; readonly action: NodeAction; readonly node: NodeName };

export const scriptHelp = `  wait SECONDS      let time pass
  until NODE WHAT   wait until node a or b is: ${conditions.join(", ")}
  stop NODE         SIGTERM: the node leaves politely        start NODE    run it again
  kill NODE         SIGKILL: the whole process tree is gone
  freeze NODE       SIGSTOP of the vrrp process              thaw NODE     SIGCONT
  unplug NODE       pull its network cable                   plug NODE     put it back`;

/** Reads a script; the error says which step is wrong and what was expected. */
export function parseScript(text: string): Result<readonly ScriptStep[], string> {
  const steps: ScriptStep[] = [];
  for (const part of text.split(";").map((step) => step.trim())) {
    if (part === "") continue;
    const step = parseStep(part.split(/\s+/));
    if (step === undefined) return err(`cannot read the step "${part}". The steps are:\n${scriptHelp}`);
    steps.push(step);
  }
  return steps.length === 0 ? err(`the script is empty. The steps are:\n${scriptHelp}`) : ok(steps);
}

function parseStep([verb = "", ...words]: readonly string[]): ScriptStep | undefined {
  if (verb === "wait" && words.length === 1) {
    const seconds = Number(words[0]);
    return seconds >= 0 && seconds <= 3600 ? { kind: "wait", milliseconds: seconds * 1000 } : undefined;
  }
  const node = nodeNames.find((name) => name === words[0]);
  if (node === undefined) return undefined;
  if (verb === "until" && words.length === 2) {
    const condition = conditions.find((name) => name === words[1]);
    return condition === undefined ? undefined : { kind: "until", node, condition };
  }
  const action = nodeActions.find((name) => name === verb);
  return action === undefined || words.length !== 1 ? undefined : { kind: "act", action, node };
}
