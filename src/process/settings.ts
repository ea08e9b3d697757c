// The settings that keepalived.conf has no word for: /etc/vipd/vipd.ini. What the file says is laid over the defaults, key
// by key; settings-keys.ts knows the keys.
import { readFileSync } from "node:fs";
import { parse } from "ini";
import { nearestWord } from "../base/spelling.js";
import { seconds, type Micros } from "../base/time.js";
import { settingKeys } from "./settings-keys.js";

export const DEFAULT_SETTINGS_FILE = "/etc/vipd/vipd.ini";
export const DEFAULT_SOCKET = "/run/vipd/vipd.sock";

export interface Settings {
  readonly status: {
    /** Path of the status socket. */
    readonly socket: string;
    readonly mode: number;
    /** Group that owns the socket, by name or number; absent: the daemon's own. */
    readonly group?: string;
  };
  readonly log: {
    readonly level: "error" | "warn" | "info" | "debug";
    /** Of the console and the file; syslog is always text. */
    readonly format: "text" | "json";
    readonly file?: string;
    /** As if -l were given. */
    readonly console: boolean;
  };
  readonly hooks: {
    readonly timeout: Micros;
    /** Hooks of different instances that may run at the same time. */
    readonly parallel: number;
  };
  /** What keepalived.conf cannot say about its smtp_server. */
  readonly mail: {
    readonly tls: "none" | "opportunistic" | "required" | "implicit";
    readonly login?: { readonly user: string; readonly password: string };
  };
  readonly journal: {
    /** Absent: no journal is kept. */
    readonly file?: string;
  };
}

export const defaultSettings: Settings = {
  status: { socket: DEFAULT_SOCKET, mode: 0o660 },
  log: { level: "info", format: "text", console: false },
  hooks: { timeout: seconds(60), parallel: 16 },
  mail: { tls: "opportunistic" },
  journal: {},
};

export interface SettingsDiagnostic {
  readonly severity: "error" | "warning";
  readonly file: string;
  /** Counted from 1; absent where the whole file is meant. */
  readonly line?: number;
  readonly text: string;
}

export interface SettingsReading {
  /** Complete: what the file does not say, or says wrongly, has its default. */
  readonly settings: Settings;
  readonly diagnostics: readonly SettingsDiagnostic[];
}

/** `required`: the file was asked for by name, so it has to be there. */
export function readSettings(file: string, required = false): SettingsReading {
  try {
    return parseSettings(readFileSync(file, "utf8"), file);
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (missing && !required) return { settings: defaultSettings, diagnostics: [] };
    const why = error instanceof Error ? error.message : String(error);
    const text = `cannot read the settings: ${why}; correct --settings or the permissions of the file`;
    return { settings: defaultSettings, diagnostics: [{ severity: "error", file, text }] };
  }
}

/** `file:line: severity: text`, as compilers write it. */
export const formatSettingsDiagnostic = ({ file, line, severity, text }: SettingsDiagnostic): string =>
  `${line === undefined ? file : `${file}:${line}`}: ${severity}: ${text}`;

export function parseSettings(text: string, file: string): SettingsReading {
  const parsed: Readonly<Record<string, unknown>> = parse(text);
  const diagnostics: SettingsDiagnostic[] = [];
  const say = (severity: SettingsDiagnostic["severity"], what: string, section?: string, key?: string): void => {
    const line = findLine(text, section, key);
    diagnostics.push({ severity, file, ...(line !== undefined && { line }), text: what });
  };
  let settings = defaultSettings;
  for (const [section, content] of Object.entries(parsed)) {
    if (!isSection(content)) {
      say(
        "warning",
        `"${section}" stands outside of every section and is ignored; ${sectionAdvice(section)}`,
        undefined,
        section,
      );
      continue;
    }
    const keys = settingKeys.filter((candidate) => candidate.section === section);
    if (keys.length === 0) {
      say("warning", `unknown section [${section}], ignored${suggestion(section, sectionNames)}`, section);
      continue;
    }
    for (const [name, value] of Object.entries(content)) {
      const key = keys.find((candidate) => candidate.key === name);
      if (key === undefined) {
        const known = keys.map((candidate) => candidate.key);
        say("warning", `unknown key "${name}" in [${section}], ignored${suggestion(name, known)}`, section, name);
        continue;
      }
      const laid = key.lay(String(value), settings);
      if (laid.ok) settings = laid.value;
      else say("error", `${name} = ${String(value)}: ${laid.error}; the default stays in force`, section, name);
    }
  }
  return { settings, diagnostics };
}

const sectionNames = [...new Set(settingKeys.map((key) => key.section))];

const isSection = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function suggestion(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? ` (known: ${known.join(", ")})` : `; did you mean "${nearest}"?`;
}

function sectionAdvice(name: string): string {
  const homes = settingKeys.filter((key) => key.key === name).map((key) => `[${key.section}]`);
  return homes.length === 0 ? `sections are ${sectionNames.join(", ")}` : `move it below ${homes.join(" or ")}`;
}

/** Where a section begins, or where a key stands last in it: the parser of the file does not say. */
function findLine(text: string, section: string | undefined, key: string | undefined): number | undefined {
  let current: string | undefined;
  let found: number | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const header = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1];
    if (header !== undefined) current = header;
    const name = header === undefined ? /^\s*([^;#=\s][^=]*?)\s*(=|$)/.exec(line)?.[1] : undefined;
    if (current === section && (key === undefined ? header !== undefined : name === key)) found = index + 1;
  }
  return found;
}
