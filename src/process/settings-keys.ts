// The keys of vipd.ini: where each stands, what it may be, and which setting it changes.
import { readFileSync, statSync } from "node:fs";
import { err, ok, type Result } from "../base/result.js";
import { seconds, type Micros } from "../base/time.js";
import { nearestWord } from "../base/spelling.js";
import type { Settings } from "./settings.js";

export interface SettingKey {
  readonly section: keyof Settings;
  readonly key: string;
  /** The settings with this key as `text` has it, or what is wrong with the text. */
  lay(text: string, settings: Settings): Result<Settings, string>;
}

type Reader<T> = (text: string) => Result<T, string>;

const row = <T>(
  section: keyof Settings,
  key: string,
  read: Reader<T>,
  change: (settings: Settings, value: T) => Settings,
): SettingKey => ({
  section,
  key,
  lay: (text, settings) => {
    const value = read(text);
    return value.ok ? ok(change(settings, value.value)) : value;
  },
});

export const settingKeys: readonly SettingKey[] = [
  row("status", "socket", absolutePath, (all, socket) => ({ ...all, status: { ...all.status, socket } })),
  row("status", "mode", fileMode, (all, mode) => ({ ...all, status: { ...all.status, mode } })),
  row("status", "group", optional(anyText), (all, group) => ({
    ...all,
    status: { ...all.status, ...(group !== undefined && { group }) },
  })),
  row("log", "level", oneOf("error", "warn", "info", "debug"), (all, level) => ({
    ...all,
    log: { ...all.log, level },
  })),
  row("log", "format", oneOf("text", "json"), (all, format) => ({ ...all, log: { ...all.log, format } })),
  row("log", "file", optional(absolutePath), (all, file) => ({
    ...all,
    log: { ...all.log, ...(file !== undefined && { file }) },
  })),
  row("log", "console", yesOrNo, (all, console) => ({ ...all, log: { ...all.log, console } })),
  row("hooks", "timeout", duration(0.1, 86_400), (all, timeout) => ({ ...all, hooks: { ...all.hooks, timeout } })),
  row("hooks", "parallel", wholeNumber(1, 1_000), (all, parallel) => ({ ...all, hooks: { ...all.hooks, parallel } })),
  row("mail", "tls", oneOf("none", "opportunistic", "required", "implicit"), (all, tls) => ({
    ...all,
    mail: { ...all.mail, tls },
  })),
  row("mail", "login", optional(loginFile), (all, login) => ({
    ...all,
    mail: { ...all.mail, ...(login !== undefined && { login }) },
  })),
  row("journal", "file", optional(absolutePath), (all, file) => ({
    ...all,
    journal: { ...all.journal, ...(file !== undefined && { file }) },
  })),
];

function anyText(text: string): Result<string, string> {
  return ok(text);
}

function absolutePath(text: string): Result<string, string> {
  return text.startsWith("/") ? ok(text) : err("a path has to begin with /");
}

/** A file with the user in its first line and the password in the second, which nobody else may read. */
function loginFile(text: string): Result<{ readonly user: string; readonly password: string }, string> {
  try {
    if ((statSync(text).mode & 0o077) !== 0) return err(`others than its owner may read ${text}: chmod 600 ${text}`);
    const [user = "", password = ""] = readFileSync(text, "utf8").split(/\r?\n/);
    return user !== "" && password !== ""
      ? ok({ user, password })
      : err(`${text} needs a line with the user and one with the password`);
  } catch (error) {
    return err(`${text} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function fileMode(text: string): Result<number, string> {
  return /^0?[0-7]{3}$/.test(text)
    ? ok(Number.parseInt(text, 8))
    : err("a mode is three octal digits, for example 0660");
}

function yesOrNo(text: string): Result<boolean, string> {
  if (/^(true|yes|on|1)$/i.test(text)) return ok(true);
  if (/^(false|no|off|0)$/i.test(text)) return ok(false);
  return err("it is either true or false");
}

function oneOf<T extends string>(...words: readonly T[]): Reader<T> {
  return (text) => {
    const word = words.find((candidate) => candidate === text.toLowerCase());
    if (word !== undefined) return ok(word);
    const nearest = nearestWord(text, words);
    return err(nearest === undefined ? `it is one of ${words.join(", ")}` : `did you mean "${nearest}"?`);
  };
}

function duration(fewestSeconds: number, mostSeconds: number): Reader<Micros> {
  return (text) => {
    const value = /^[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= fewestSeconds && value <= mostSeconds) return ok(seconds(value));
    return err(`it is a number of seconds from ${fewestSeconds} to ${mostSeconds}`);
  };
}

function wholeNumber(fewest: number, most: number): Reader<number> {
  return (text) => {
    const value = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
    return value >= fewest && value <= most ? ok(value) : err(`it is a whole number from ${fewest} to ${most}`);
  };
}

/** An empty value stands for none. */
function optional<T>(read: Reader<T>): Reader<T | undefined> {
  return (text) => (text === "" ? ok(undefined) : read(text));
}
