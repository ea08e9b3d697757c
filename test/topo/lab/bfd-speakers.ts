// Other people's BFD as the neighbour: BIRD, and FRR's bfdd. Each runs in a host's namespace until the lab is closed.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runSyncQuietly } from "./commands.js";
import type { Host } from "./host.js";
import { eventuallyTrue } from "./wait.js";

export interface SpeakerOptions {
  /** Whom it speaks with, and from which address of its own. */
  readonly peer: string;
  readonly local: string;
  /** Milliseconds. */
  readonly interval: number;
  readonly multiplier: number;
  readonly passive?: boolean;
  readonly multihop?: boolean;
  readonly device?: string;
}

export interface Speaker {
  /** Whether it says that the session is up. */
  isUp(): Promise<boolean>;
  untilUp(up?: boolean): Promise<void>;
  /** Nothing is said any more, and nobody is told. */
  kill(): void;
}

export type SpeakerKind = "bird" | "frr";

const BFDD = "/usr/lib/frr/bfdd";
const ZEBRA = "/usr/lib/frr/zebra";

/** Those that this machine has; FRR becomes a user of its own, which not every user namespace knows. */
export const speakerKinds: readonly SpeakerKind[] = [
  ...(runSyncQuietly("sh", ["-c", "command -v bird birdc"]) === "" ? [] : (["bird"] as const)),
  ...(existsSync(BFDD) && runSyncQuietly("setpriv", ["--reuid=frr", "--clear-groups", "id"]) !== ""
    ? (["frr"] as const)
    : []),
];

export async function startSpeaker(kind: SpeakerKind, host: Host, options: SpeakerOptions): Promise<Speaker> {
  const speaker = kind === "bird" ? new Bird(host, options) : new Frr(host, options);
  await speaker.start();
  return speaker;
}

let started = 0;

abstract class Program implements Speaker {
  protected readonly host: Host;
  protected readonly options: SpeakerOptions;
  protected readonly directory: string;
  readonly #processes: ChildProcess[] = [];

  constructor(host: Host, options: SpeakerOptions) {
    this.host = host;
    this.options = options;
    this.directory = host.path(`speaker${started++}`);
    mkdirSync(this.directory, { mode: 0o755 });
  }

  protected file(name: string): string {
    return join(this.directory, name);
  }

  protected run(program: string, ...args: readonly string[]): void {
    const log = openSync(this.file("log"), "a");
    const command = ["netns", "exec", this.host.namespace, program, ...args];
    this.#processes.push(spawn("ip", command, { stdio: ["ignore", log, log], detached: true }));
    closeSync(log);
  }

  abstract start(): Promise<void>;
  abstract isUp(): Promise<boolean>;

  async untilUp(up = true): Promise<void> {
    const what = `the neighbour says that the session is ${up ? "up" : "not up"}`;
    await eventuallyTrue(what, async () => (await this.isUp().catch(() => !up)) === up);
  }

  kill(): void {
    for (const process of this.#processes) process.kill("SIGKILL");
  }
}

class Bird extends Program {
  start(): Promise<void> {
    const { peer, local, interval, multiplier, passive, multihop, device = "eth0" } = this.options;
    const pace = `min rx interval ${interval} ms; min tx interval ${interval} ms; multiplier ${multiplier}; passive ${passive === true ? "yes" : "no"};`;
    const lines =
      multihop === true
        ? [`multihop { ${pace} };`, `neighbor ${peer} local ${local} multihop yes;`]
        : [`interface "${device}" { ${pace} };`, `neighbor ${peer} dev "${device}" local ${local};`];
    const conf = ["router id 10.9.9.9;", "protocol device { scan time 1; }", "protocol bfd b {", ...lines, "}"];
    writeFileSync(this.file("bird.conf"), `${conf.join("\n")}\n`);
    this.run("bird", "-f", "-c", this.file("bird.conf"), "-s", this.file("bird.ctl"), "-P", this.file("bird.lock"));
    return Promise.resolve();
  }

  async isUp(): Promise<boolean> {
    const table = await this.host.run("birdc", "-s", this.file("bird.ctl"), "show", "bfd", "sessions");
    return table.split("\n").some((line) => line.startsWith(`${this.options.peer} `) && / Up /.test(line));
  }
}

class Frr extends Program {
  async start(): Promise<void> {
    const { peer, local, interval, multiplier, passive, multihop, device = "eth0" } = this.options;
    const kind = multihop === true ? `multihop local-address ${local}` : `local-address ${local} interface ${device}`;
    const conf = [
      "bfd",
      ` peer ${peer} ${kind}`,
      `  detect-multiplier ${multiplier}`,
      `  receive-interval ${interval}`,
      `  transmit-interval ${interval}`,
      ...(passive === true ? ["  passive-mode"] : []),
      ...(multihop === true ? ["  minimum-ttl 250"] : []),
      " exit",
      "exit",
    ];
    writeFileSync(this.file("bfdd.conf"), `${conf.join("\n")}\n`);
    runSyncQuietly("chown", ["-R", "frr:frr", this.directory]);
    const common = ["-z", this.file("zserv.api"), "--vty_socket", this.directory, "-P", "0", "--log", "stdout"];
    this.run(ZEBRA, "-f", "/dev/null", "-i", this.file("zebra.pid"), ...common);
    // bfdd asks zebra once when it starts, and then every ten seconds.
    await eventuallyTrue("zebra listens", () => existsSync(this.file("zserv.api")));
    this.run(
      BFDD,
      ...["-f", this.file("bfdd.conf"), "-i", this.file("bfdd.pid"), "--bfdctl", this.file("bfdd.sock")],
      ...common,
    );
  }

  async isUp(): Promise<boolean> {
    const text = await this.host.run(
      "vtysh",
      "--vty_socket",
      this.directory,
      "-d",
      "bfdd",
      "-c",
      "show bfd peers json",
    );
    return /"status":\s*"up"/.test(text);
  }
}
