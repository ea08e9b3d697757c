// How long `-t` takes, whole process, vipd beside keepalived on the same machine in turns; Node's bare start beside it.
//
//   node dist/test/bench/config.js [ROUNDS]        (root; 5 rounds by default; needs a machine that is left alone)
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../topo/lab/figures.js";

const MAIN = join(import.meta.dirname, "..", "..", "src", "main.js");
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

/** Milliseconds that each of the commands takes in one round, inside one namespace. */
const MEASURE = `
import { spawnSync } from "node:child_process";
const [rounds, ...commands] = JSON.parse(process.argv[1]);
const times = commands.map(() => []);
for (let round = 0; round < rounds; round++)
  for (const [index, [program, ...words]] of commands.entries()) {
    const start = process.hrtime.bigint();
    const { error } = spawnSync(program, words, { stdio: "ignore" });
    if (error) throw error;
    times[index].push(Number(process.hrtime.bigint() - start) / 1e6);
  }
console.log(JSON.stringify(times));`;

function measure(commands: readonly (readonly string[])[]): readonly number[] {
  const job = JSON.stringify([rounds, ...commands]);
  const words = ["-n", "sh", "-c", NAMESPACE, "sh", process.execPath, "--input-type=module", "-e", MEASURE, job];
  const { status, stdout, stderr } = spawnSync("unshare", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const times: unknown = JSON.parse(stdout);
  if (!Array.isArray(times)) throw new Error(stdout);
  return times.map((values: unknown) => median(Array.isArray(values) ? values.map(Number) : []));
}

const directory = mkdtempSync(join(tmpdir(), "vipd-bench-"));
try {
  say(
    `${"".padEnd(32)}${["keepalived", "vipd", "node", "ratio"].map((word) => word.padStart(12)).join("")}   ms, medians of ${rounds}`,
  );
  for (const [index, [name, text]] of FILES.entries()) {
    const file = join(directory, `${index}.conf`);
    writeFileSync(file, text);
    const [theirs = NaN, ours = NaN, bare = NaN] = measure([
      ["keepalived", "-t", "-f", file],
      [process.execPath, MAIN, "-t", "-f", file],
      [process.execPath, "-e", "0"],
    ]);
    const figures = [theirs.toFixed(0), ours.toFixed(0), bare.toFixed(0), (ours / theirs).toFixed(2)];
    say(`${name.padEnd(32)}${figures.map((figure) => figure.padStart(12)).join("")}`);
  }
} finally {
  rmSync(directory, { recursive: true });
}
