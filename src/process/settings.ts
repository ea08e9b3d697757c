// The settings that keepalived.conf has no word for: /etc/vipd/vipd.ini.
import { seconds, type Micros } from "../base/time.js";

export const DEFAULT_SETTINGS_FILE = "/etc/vipd/vipd.ini";

export interface Settings {
  readonly status: {
    /** Path of the status socket. */
    readonly socket: string;
    readonly mode: number;
    /** Group that owns the socket; absent: the daemon's own. */
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
  readonly journal: {
    /** Absent: no journal is kept. */
    readonly file?: string;
  };
}

export const defaultSettings: Settings = {
  status: { socket: "/run/vipd/vipd.sock", mode: 0o660 },
  log: { level: "info", format: "text", console: false },
  hooks: { timeout: seconds(60), parallel: 16 },
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
