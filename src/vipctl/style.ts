// Colours, where they can be seen.
import type { StateName } from "../vrrp/effects.js";

export type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warning: Paint;
  readonly state: Readonly<Record<StateName, Paint>>;
}

/** ECMA-48 SGR parameters. */
const paint =
  (parameters: string): Paint =>
  (text) =>
    `\u001b[${parameters}m${text}\u001b[0m`;

export const coloured: Style = {
  bold: paint("1"),
  dim: paint("2"),
  good: paint("32"),
  bad: paint("1;31"),
  warning: paint("33"),
  state: {
    master: paint("1;32"),
    backup: paint("1;36"),
    fault: paint("1;31"),
    initialize: paint("1;33"),
    stopped: paint("2"),
  },
};

const same: Paint = (text) => text;

export const plain: Style = {
  bold: same,
  dim: same,
  good: same,
  bad: same,
  warning: same,
  state: { master: same, backup: same, fault: same, initialize: same, stopped: same },
};

/** https://no-color.org: any value but an empty one turns colours off. */
export function chooseStyle(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): Style {
  const unwanted = (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  return isTerminal && !unwanted ? coloured : plain;
}
