// The whole daemon as an operator meets it: started, refused, asked, signalled and stopped, each time in a network
// namespace of its own with an interface veth0.
import { expect } from "chai";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const MAIN = join(import.meta.dirname, "..", "..", "src", "main.js");

/** Enters an empty namespace, makes veth0 and becomes the program: its process id stays that of the shell. */
const NAMESPACE = `
ip link set lo up && ip link add veth0 type veth peer name veth1 && ip addr add 10.9.9.1/24 dev veth0 &&
ip link set veth0 up && ip link set veth1 up && exec "$@"`;

const instance = (interfaceName: string): string => `
vrrp_instance VI_1 {
  interface ${interfaceName}
  virtual_router_id 51
  version 3
  advert_int 0.1
  virtual_ipaddress {
    10.9.9.9/24
  }
}
`;

/** Looks again after every little while until it is so; mocha's own limit ends what never comes. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** A process that has ended and whose parent has not asked for its status yet is gone as well. */
function isAlive(pid: number): boolean {
  const status = `/proc/${pid}/status`;
  try {
    return !/^State:\s+Z/m.test(readFileSync(status, "utf8"));
  } catch {
    return false;
  }
}

describe("kernel: the daemon", function () {
  this.timeout(30_000);
  let directory = "";
  const children: ChildProcess[] = [];
  const at = (name: string): string => join(directory, name);
  const files = (): readonly string[] => readdirSync(directory).sort();
  const pidIn = (name: string): number => (existsSync(at(name)) ? Number(readFileSync(at(name), "utf8")) : 0);

  const words = (...more: readonly string[]): readonly string[] => {
    const usual = ["-G", "-f", at("k.conf"), "-p", at("k.pid"), "-r", at("r.pid"), "--settings", at("v.ini")];
    return ["--net", "sh", "-c", NAMESPACE, "sh", process.execPath, MAIN, ...usual, ...more];
  };
  const environment = (): NodeJS.ProcessEnv => ({ ...process.env, TMPDIR: directory });
  const run = (...more: readonly string[]) =>
    spawnSync("unshare", words(...more), { encoding: "utf8", env: environment(), timeout: 20_000 });
  const start = (...more: readonly string[]): ChildProcess => {
    const child = spawn("unshare", words("-n", ...more), { stdio: "ignore", env: environment() });
    children.push(child);
    return child;
  };
  const isRunning = (): boolean => existsSync(at("v.sock")) && pidIn("k.pid") > 0 && pidIn("r.pid") > 0;

  /** Asks over the status socket. */
  async function ask(method: string): Promise<string> {
    const socket = connect(at("v.sock"));
    socket.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method })}\n`);
    const lines = createInterface({ input: socket });
    const line = await new Promise<string>((resolve) => lines.once("line", resolve));
    socket.destroy();
    return line;
  }
  async function untilMaster(): Promise<void> {
    await until(isRunning);
    while (!(await ask("status")).includes('"state":"master"')) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "vipd-daemon-"));
    await chmod(directory, 0o755);
    await writeFile(at("k.conf"), instance("veth0"), { mode: 0o644 });
    await writeFile(at("v.ini"), `[status]\nsocket = ${at("v.sock")}\n`, { mode: 0o644 });
  });

  afterEach(async () => {
    const pid = pidIn("k.pid");
    if (pid > 0 && isAlive(pid)) process.kill(pid, "SIGKILL");
    for (const child of children.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    }
    await rm(directory, { recursive: true, force: true });
  });

  describe("refuses to start, says why in one line and leaves nothing", () => {
    const given = ["k.conf", "v.ini"];
    const check = (more: readonly string[], status: number, line: RegExp, left = given): void => {
      for (const mode of [["-n"], []]) {
        const { stderr, status: found } = run(...mode, ...more);
        expect(stderr, mode.join("")).to.match(line);
        expect(found, mode.join("")).to.equal(status);
        expect(files()).to.deep.equal(left);
      }
    };

    it("without its configuration file", () => {
      check(["-f", at("none.conf")], 6, /^vipd: the configuration file \S+none\.conf does not exist; .*\n$/);
    });

    it("without its settings file, when that was asked for", () => {
      check(["--settings", at("none.ini")], 2, /^vipd: the settings file \S+none\.ini does not exist; .*\n$/);
    });

    it("when no instance can work", async () => {
      await writeFile(at("k.conf"), instance("veth9"));
      check(
        [],
        2,
        /^vipd: no VRRP instance can work, so vipd does not start: VI_1: the interface veth9 does not exist; .*\n$/,
      );
    });

    it("without the capabilities", () => {
      const without = ["--bounding-set=-all", process.execPath, MAIN, "-n", "-f", at("k.conf")];
      const { stderr, status } = spawnSync("setpriv", without, { encoding: "utf8", cwd: directory });
      expect(stderr).to.match(/^vipd: CAP_NET_ADMIN and CAP_NET_RAW are missing: .*run vipd as root\n$/);
      expect(status).to.equal(4);
      expect(files()).to.deep.equal(given);
    });

    it("beside another one with the same pid file, which goes on", async () => {
      const first = start();
      await until(isRunning);
      check([], 1, new RegExp(`^vipd: .*already running: pid ${first.pid} holds the pid file .*\n$`), [
        "k.conf",
        "k.pid",
        "r.pid",
        "v.ini",
        "v.sock",
      ]);
      expect(await ask("version")).to.contain('"name":"vipd"');
      first.kill("SIGTERM");
      await once(first, "exit");
    });

    it("on an unknown option", () => {
      check(["-z"], 1, /^Unknown option -z\n/);
    });
  });

  it("tests a configuration without touching anything", async () => {
    expect(run("-t")).to.include({ status: 0, stderr: "" });
    await writeFile(at("k.conf"), `${instance("veth0")}\nvrrp_instanc X {\n}\n`);
    const { status, stdout, stderr } = run("-t");
    expect(status).to.equal(5);
    expect(stderr).to.match(/k\.conf:12:1: .*did you mean vrrp_instance/s);
    expect(run(`-t${at("report")}`)).to.include({ status: 5, stderr: "" });
    expect(readFileSync(at("report"), "utf8")).to.equal(stderr + stdout);
    expect(files()).to.deep.equal(["k.conf", "report", "v.ini"]);
  });

  it("runs in the foreground, and stops in good order", async () => {
    const daemon = start();
    await untilMaster();
    expect(pidIn("k.pid")).to.equal(daemon.pid);
    expect(isAlive(pidIn("r.pid"))).to.be.true;
    expect(statSync(at("k.pid")).mode & 0o777).to.equal(0o644);
    expect(statSync(at("v.sock")).mode & 0o777).to.equal(0o660);
    daemon.kill("SIGTERM");
    expect(await once(daemon, "exit")).to.deep.equal([0, null]);
    expect(files()).to.deep.equal(["k.conf", "v.ini"]);
  });

  it("goes into the background when it works", async () => {
    expect(run()).to.include({ status: 0, stderr: "" });
    const pid = pidIn("k.pid");
    expect(isAlive(pid)).to.be.true;
    expect(await ask("version")).to.contain("vipd");
    process.kill(pid, "SIGTERM");
    await until(() => !isAlive(pid));
    expect(files()).to.deep.equal(["k.conf", "v.ini"]);
  });

  it("answers the signals of keepalived", async () => {
    const daemon = start();
    await untilMaster();
    daemon.kill("SIGUSR1");
    daemon.kill("SIGUSR2");
    await until(() =>
      ["keepalived.data", "keepalived.stats", "keepalived_parent.data"].every((name) => existsSync(at(name))),
    );
    expect(readFileSync(at("keepalived.data"), "utf8")).to.contain("VRRP Instance = VI_1");
    expect(readFileSync(at("keepalived.stats"), "utf8")).to.match(/^VRRP Instance: VI_1\n {2}Advertisements:\n/);
    expect(statSync(at("keepalived.data")).mode & 0o777).to.equal(0o600);
    for (const signal of [36, 63]) process.kill(pidIn("k.pid"), signal);
    await until(() => existsSync(at("keepalived.json")));
    expect(readFileSync(at("keepalived.json"), "utf8")).to.contain('"iname":"VI_1"');
    // A child that is asked itself knows nothing of these, and goes on.
    const child = pidIn("r.pid");
    for (const signal of [36, 63]) process.kill(child, signal);
    expect(await ask("version")).to.contain("vipd");
    expect(pidIn("r.pid")).to.equal(child);
  });

  it("reloads what is good, and keeps on with the old when the new is not", async () => {
    const daemon = start();
    await untilMaster();
    const child = pidIn("r.pid");
    await writeFile(at("k.conf"), instance("veth0").replace("51", "52"));
    daemon.kill("SIGHUP");
    while (!(await ask("status")).includes('"vrid":52')) await new Promise((resolve) => setTimeout(resolve, 20));
    await writeFile(at("k.conf"), "vrrp_instance VI_1 {\n");
    daemon.kill("SIGHUP");
    while (!(await ask("status")).includes('"ok":false')) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await ask("status")).to.contain('"vrid":52');
    expect(pidIn("r.pid")).to.equal(child);
  });

  it("replaces a vrrp process that is killed", async () => {
    start();
    await untilMaster();
    const first = pidIn("r.pid");
    process.kill(first, "SIGKILL");
    await until(() => pidIn("r.pid") > 0 && pidIn("r.pid") !== first);
    await untilMaster();
    expect(await ask("status")).to.contain('"restarts":1');
  });

  it("runs startup_script before anything else, and shutdown_script when all is over", async () => {
    const globals = `global_defs {\nscript_user root\nstartup_script "/usr/bin/touch ${at("began")}"\nshutdown_script "/bin/sh -c 'test -e ${at("r.pid")} || touch ${at("ended")}'"\n}\n`;
    await writeFile(at("k.conf"), globals + instance("veth0"));
    const daemon = start();
    await until(() => existsSync(at("began")) || existsSync(at("r.pid")));
    expect(existsSync(at("began"))).to.be.true;
    await untilMaster();
    expect(existsSync(at("ended"))).to.be.false;
    daemon.kill("SIGTERM");
    await once(daemon, "exit");
    expect(existsSync(at("ended"))).to.be.true;
  });

  it("leaves no vrrp process behind when it is killed itself", async () => {
    const daemon = start();
    await untilMaster();
    const child = pidIn("r.pid");
    daemon.kill("SIGKILL");
    await until(() => !isAlive(child));
  });
});
