// Notify scripts that write down when and how they were called.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Host } from "./host.js";
import { eventuallyTrue } from "./wait.js";

/** A hook that appends its own name and arguments to a file, a line each; as a word of a configuration. */
export function recordingHook(host: Host, name: string, delaySeconds = 0): string {
  const script = host.path(`${name}.sh`);
  const lines = ["#!/bin/sh", `sleep ${delaySeconds}`, `echo "${name} $*" >> ${host.path("hooks")}`, ""];
  writeFileSync(script, lines.join("\n"), { mode: 0o755 });
  return `"${script}"`;
}

export function recorded(host: Host): string[] {
  const file = host.path("hooks");
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => line.trimEnd());
}

export const untilRecorded = (host: Host, count: number): Promise<void> =>
  eventuallyTrue(`${count} hooks have run on ${host.name}`, () => recorded(host).length >= count);
