// Settings of the network below /proc/sys/net (sysctl(8)): changed where virtual links need it, and put back.
//
// What was found before the first change is remembered, and handed out before the change is made: whoever outlives this
// process can put it back. A value that somebody else has changed since is theirs, and stays.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import type { Setting, TunedSetting } from "../vrrp/effects.js";
import { type SystemError, attempt, isSystemError } from "./system-error.js";

const ROOT = "/proc/sys/net";
const IPV4 = "ipv4/conf";
const { ENOENT } = constants.errno;

export interface SettingRefusal {
  readonly path: string;
  readonly error: SystemError;
}

export class Sysctls {
  readonly #root: string;
  readonly #note: (tuned: readonly TunedSetting[]) => void;
  /** By path, in the order of the changes. */
  #tuned: Map<string, TunedSetting>;

  /** `note` is told whatever differs from what was found, before it does. */
  constructor(tuned: readonly TunedSetting[], note: (tuned: readonly TunedSetting[]) => void, root = ROOT) {
    this.#tuned = new Map(tuned.map((setting) => [setting.path, setting]));
    this.#note = note;
    this.#root = root;
  }

  /** Makes exactly these settings differ from what was found; all others are put back. Returns the refused ones. */
  apply(settings: readonly Setting[]): readonly SettingRefusal[] {
    const wanted = settings.flatMap((setting) =>
      setting.kind === "value" ? [setting] : this.#looseReversePath(setting.exempt),
    );
    const refusals: SettingRefusal[] = [];
    const paths = new Set(wanted.map(({ path }) => path));
    this.#restore((path) => paths.has(path), refusals);
    const changes = wanted.filter(({ path, value }) => this.#remember(path, value, refusals));
    if (changes.length > 0) this.#note([...this.#tuned.values()]);
    for (const { path, value } of changes) this.#write(path, value, refusals);
    return refusals;
  }

  #restore(stays: (path: string) => boolean, refusals: SettingRefusal[]): void {
    const obsolete = [...this.#tuned.values()].filter(({ path }) => !stays(path));
    if (obsolete.length === 0) return;
    for (const { path, before, now } of obsolete.reverse()) {
      if (this.#read(path) === now) this.#write(path, before, refusals);
      this.#tuned.delete(path);
    }
    this.#note([...this.#tuned.values()]);
  }

  /** True where the setting has to be changed; then what was found is remembered. */
  #remember(path: string, value: string, refusals: SettingRefusal[]): boolean {
    const found = this.#read(path);
    if (isSystemError(found)) {
      // Its link has just gone, or the kernel is built without IPv6.
      if (found.errno !== ENOENT) refusals.push({ path, error: found });
      return false;
    }
    if (found === value) return false;
    this.#tuned.set(path, { path, before: this.#tuned.get(path)?.before ?? found, now: value });
    return true;
  }

  /**
   * The kernel takes the greater of `all` and that of the link: for links on which nothing may be filtered by the
   * reverse path, `all` becomes 0, and the links that relied on it get its value, as do those to come (`default`).
   */
  #looseReversePath(exempt: readonly string[]): { readonly path: string; readonly value: string }[] {
    const at = (name: string): string => `${IPV4}/${name}/rp_filter`;
    const original = (name: string): number => Number(this.#tuned.get(at(name))?.before ?? this.#number(at(name)));
    const loose = exempt.map((name) => ({ path: at(name), value: "0" }));
    const all = original("all");
    if (all === 0) return loose;
    const listing = attempt(() => readdirSync(`${this.#root}/${IPV4}`));
    const links = isSystemError(listing) ? [] : listing.filter((name) => name !== "all" && !exempt.includes(name));
    const raised = links.map((name) => ({ path: at(name), value: String(Math.max(all, original(name))) }));
    return [...raised, { path: at("all"), value: "0" }, ...loose];
  }

  #number(path: string): number {
    const text = this.#read(path);
    return isSystemError(text) ? 0 : Number(text);
  }

  #read(path: string): string | SystemError {
    return attempt(() => readFileSync(`${this.#root}/${path}`, "latin1").trim());
  }

  #write(path: string, value: string, refusals: SettingRefusal[]): void {
    const error = attempt(() => {
      writeFileSync(`${this.#root}/${path}`, value);
    });
    if (isSystemError(error) && error.errno !== ENOENT) refusals.push({ path, error });
  }
}
