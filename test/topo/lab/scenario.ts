// How scenarios become mocha tests: one lab each, once per pair of daemons, with the whole story printed on failure.
//
// TOPO_PAIRS chooses the pairs, for example TOPO_PAIRS=keepalived/keepalived, which tests the scenario itself.
import type { DaemonKind } from "./daemon.js";
import { Lab, type Topology } from "./lab.js";
import { missingRequirements } from "./requirements.js";

export interface Pair {
  readonly a: DaemonKind;
  readonly b: DaemonKind;
}

const DEFAULT_PAIRS = "vipd/keepalived keepalived/vipd vipd/vipd";
const SCENARIO_TIMEOUT_MS = 60_000;

const isKind = (word: string | undefined): word is DaemonKind => word === "vipd" || word === "keepalived";

function parsePair(text: string): Pair {
  const [a, b] = text.split("/");
  if (!isKind(a) || !isKind(b)) throw new Error(`TOPO_PAIRS: "${text}" is not of the form vipd/keepalived`);
  return { a, b };
}

export const pairs: readonly Pair[] = (process.env["TOPO_PAIRS"] ?? DEFAULT_PAIRS).split(/[\s,]+/).map(parsePair);
/** The daemons a scenario with one daemon runs for. */
export const kinds: readonly DaemonKind[] = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];

/** A describe block that asks for what the labs need before its first test. */
export function topologySuite(title: string, body: () => void): void {
  describe(title, function () {
    this.timeout(SCENARIO_TIMEOUT_MS);
    before(function () {
      const missing = missingRequirements();
      if (missing.length === 0) return;
      const text = `the topology tests need ${missing.join("; ")}`;
      if (process.env["CI"] === "true") throw new Error(text);
      process.stderr.write(`skipped: ${text}\n`);
      this.skip();
    });
    body();
  });
}

/** One test per pair: host a runs `pair.a`, host b runs `pair.b`. */
export function forEachPair(title: string, topology: Topology, body: (lab: Lab, pair: Pair) => Promise<void>): void {
  for (const pair of pairs) it(`${title} [${pair.a}/${pair.b}]`, () => withLab(topology, (lab) => body(lab, pair)));
}

/** One test per daemon, for scenarios in which one is enough. */
export function forEachKind(
  title: string,
  topology: Topology,
  body: (lab: Lab, kind: DaemonKind) => Promise<void>,
): void {
  for (const kind of kinds) it(`${title} [${kind}]`, () => withLab(topology, (lab) => body(lab, kind)));
}

/** Runs `body` in a fresh lab; prints the logs and the capture when it fails; removes the lab in any case. */
export async function withLab(topology: Topology, body: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = await Lab.create(topology);
  try {
    await body(lab);
  } catch (failure) {
    process.stdout.write(`${lab.report()}\n`);
    throw failure;
  } finally {
    lab.close();
  }
}
