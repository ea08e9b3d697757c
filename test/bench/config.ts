// How long `-t` takes, whole process, the installed vipd beside keepalived on the same machine in turns; Node's bare
// start beside it. Ratios are those of runs that follow each other, so that a machine that changes its speed does not
// change them.
//
//   node dist/test/bench/config.js [ROUNDS]        (root; 5 rounds by default; needs a machine that is left alone)
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../topo/lab/figures.js";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const VIPD = join(ROOT, "bin", "vipd.cjs");
const rounds = Number(process.argv[2] ?? 5);
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

const realServer = (n: number): string => `  real_server 192.168.0.${n + 1} 80 {
    weight 1
    TCP_CHECK {
      connect_timeout 3
      retry 3
      delay_before_retry 3
    }
  }
`;

const virtualServers = (count: number, servers: number): string =>
  range(count)
    .map((n) => {
      const head = `virtual_server 10.0.${n >> 8}.${n & 255} 80 {\n  delay_loop 6\n  lvs_sched rr\n  lvs_method NAT\n  protocol TCP\n`;
      return `${head}${range(servers).map(realServer).join("")}}\n`;
    })
    .join("");

const instances = (count: number, addresses: number): string =>
  range(count)
    .map((n) => {
      const [segment, vrid] = [Math.floor(n / 250), (n % 250) + 1];
      const list = range(addresses).map((m) => `    10.${segment}.${vrid}.${m + 1}/24\n`);
      return `vrrp_instance VI_${n} {\n  state BACKUP\n  interface veth${segment}\n  virtual_router_id ${vrid}\n  priority 100\n  advert_int 1\n  virtual_ipaddress {\n${list.join("")}  }\n}\n`;
    })
    .join("");

const FILES: readonly (readonly [name: string, text: string])[] = [
  ["one instance", instances(1, 1)],
  ["1,000 instances x 20 addresses", instances(1000, 20)],
  ["10,000 virtual servers x 2", virtualServers(10_000, 2)],
  ["10,000 virtual servers x 10", virtualServers(10_000, 10)],
];

/** A namespace with the interfaces of the files, in which the rest of the words is run. */
const NAMESPACE = `
for n in 0 1 2 3; do ip link add veth$n type veth peer name peer$n && ip link set veth$n up || exit 1; done
exec "$@"`;

/** Milliseconds that each of the commands takes in each round, elapsed and of processors, inside one namespace. */
const MEASURE = `
import { spawnSync } from "node:child_process";
const [rounds, ...commands] = JSON.parse(process.argv[1]);
const timed = 'TIMEFORMAT="%R %U %S"; { time "$@" >/dev/null 2>&1 </dev/null; }';
const figures = commands.map(() => ({ elapsed: [], processors: [] }));
for (let round = 0; round < rounds; round++)
  for (const [index, command] of commands.entries()) {
    const { stderr } = spawnSync("bash", ["-c", timed, "bash", ...command], { encoding: "utf8" });
    const [elapsed, user, system] = stderr.trim().split(" ").map((seconds) => 1000 * Number(seconds));
    figures[index].elapsed.push(elapsed);
    figures[index].processors.push(user + system);
  }
console.log(JSON.stringify(figures));`;

interface Figures {
  readonly elapsed: readonly number[];
  readonly processors: readonly number[];
}

function measure(commands: readonly (readonly string[])[]): readonly Figures[] {
  const job = JSON.stringify([rounds, ...commands]);
  const words = ["-n", "sh", "-c", NAMESPACE, "sh", process.execPath, "--input-type=module", "-e", MEASURE, job];
  const { status, stdout, stderr } = spawnSync("unshare", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const figures: unknown = JSON.parse(stdout);
  return Array.isArray(figures) ? figures.map(figuresOf) : [];
}

const figuresOf = (written: Record<keyof Figures, unknown>): Figures => ({
  elapsed: numbersOf(written.elapsed),
  processors: numbersOf(written.processors),
});

const numbersOf = (written: unknown): readonly number[] => (Array.isArray(written) ? written.map(Number) : []);

/** `MEDIAN (MIN..MAX)`. */
function spread(values: readonly number[], decimals: number): string {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)];
  return `${middle.toFixed(decimals)} (${least.toFixed(decimals)}..${most.toFixed(decimals)})`;
}

const row = (name: string, columns: readonly string[]): boolean =>
  say(`${name.padEnd(32)}${columns.map((column) => column.padStart(20)).join("")}`);

// What is measured is what an installation starts.
spawnSync(process.execPath, [join(ROOT, ".ci", "bundle.js")], { stdio: "inherit" });
const directory = mkdtempSync(join(tmpdir(), "vipd-bench-"));
try {
  say(`Milliseconds, median (least..most) of ${rounds}`);
  row("", ["keepalived", "vipd", "node", "vipd/keepalived", "vipd - node"]);
  for (const [index, [name, text]] of FILES.entries()) {
    const file = join(directory, `${index}.conf`);
    writeFileSync(file, text);
    const [theirs, ours, bare] = measure([
      ["keepalived", "-t", "-f", file],
      [process.execPath, VIPD, "-t", "-f", file],
      [process.execPath, "-e", "0"],
    ]);
    if (theirs === undefined || ours === undefined || bare === undefined) throw new Error("a measurement is missing");
    for (const kind of ["elapsed", "processors"] as const) {
      const ratios = ours[kind].map((time, round) => time / (theirs[kind][round] ?? NaN));
      const beyond = ours[kind].map((time, round) => time - (bare[kind][round] ?? NaN));
      const times = [theirs, ours, bare].map((figures) => spread(figures[kind], 0));
      row(kind === "elapsed" ? name : "  time of processors", [...times, spread(ratios, 2), spread(beyond, 0)]);
    }
  }
} finally {
  rmSync(directory, { recursive: true });
}
