// The program itself, asking a status socket that this test plays.
import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { rpcErrors, type StatusEvent } from "../../src/status/rpc.js";
import { isObject } from "../../src/vipctl/client.js";
import { events, master, status } from "./samples.js";

const program = new URL("../../src/vipctl/main.js", import.meta.url).pathname;

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
}

describe("vipctl", function () {
  this.timeout(20_000);
  let directory = "";
  let socket = "";
  let server: Server | undefined;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "vipctl-"));
    socket = join(directory, "vipd.sock");
  });
  afterEach(() => {
    server?.close();
    server = undefined;
    rmSync(directory, { recursive: true });
  });

  const run = async (...argv: string[]): Promise<Ended> => {
    const child = spawn(process.execPath, [program, "--socket", socket, ...argv], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    return { status: child.exitCode, out, error };
  };

  type Answer = (method: unknown, params: Readonly<Record<string, unknown>>, client: Socket, id: unknown) => unknown;

  /** Listens; `answer` gives the result, or writes for itself and gives undefined. */
  const daemon = async (answer: Answer): Promise<void> => {
    server = createServer((client) => {
      client.on("error", () => undefined);
      client.setEncoding("utf8");
      client.on("data", (chunk: string) => {
        for (const line of chunk.trim().split("\n")) {
          const message: unknown = JSON.parse(line);
          if (!isObject(message) || !isObject(message["params"])) continue;
          const result = answer(message["method"], message["params"], client, message["id"]);
          if (result !== undefined) say(client, { id: message["id"], result });
        }
      });
    });
    server.listen(socket);
    await once(server, "listening");
  };
  const say = (client: Socket, message: object): void =>
    void client.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const tell = (client: Socket, event: StatusEvent): void => say(client, { method: "event", params: event });

  const usual: Answer = (method, params, client, id) => {
    switch (method) {
      case "status":
        return status;
      case "version":
        return { name: "vipd", version: "9.9.9", protocol: 1 };
      case "instance": {
        if (params["name"] === "VI_1") return master;
        const error = {
          code: rpcErrors.noSuchInstance,
          message: "there is no such instance",
          data: { known: ["VI_1"] },
        };
        say(client, { id, error });
        return undefined;
      }
      case "events": {
        const { since } = params;
        say(client, { id, result: { sequence: events.length, missed: 0 } });
        if (typeof since === "number") for (const event of events.slice(since)) tell(client, event);
        return undefined;
      }
      default:
        return undefined;
    }
  };

  it("status and instance print what the daemon answers, plainly where nobody sees colours", async () => {
    await daemon(usual);
    const shown = await run("status");
    expect(shown).to.include({ status: 0, error: "" });
    expect(shown.out).to.include("VI_1  MASTER since 3 min 5 s: no advertisement from 10.0.0.2 for 3.2 s\n");
    expect(shown.out).not.to.include(String.fromCharCode(27));
    expect((await run("instance", "VI_1")).out).to.include("\nCounters\n");
  });

  it("--json prints the daemon's answer and nothing else", async () => {
    await daemon(usual);
    expect(JSON.parse((await run("--json", "status")).out)).to.deep.equal(JSON.parse(JSON.stringify(status)));
    expect(JSON.parse((await run("instance", "VI_1", "--json")).out)).to.deep.equal(JSON.parse(JSON.stringify(master)));
    const printed = (await run("events", "--json")).out.trim().split("\n");
    expect(printed.map((line): unknown => JSON.parse(line))).to.deep.equal(events);
  });

  it("an unknown instance: exit 3, and the nearest name", async () => {
    await daemon(usual);
    expect(await run("instance", "VI1")).to.deep.equal({
      status: 3,
      out: "",
      error: "vipctl: there is no such instance; did you mean VI_1?\n",
    });
  });

  it("version names both programs", async () => {
    await daemon(usual);
    expect((await run("version")).out).to.match(/^vipctl \d+\.\d+\.\d+\nvipd 9\.9\.9, protocol 1\n$/);
  });

  it("events ends after what there is; --since leaves out what is known", async () => {
    await daemon(usual);
    expect((await run("events")).out.trim().split("\n")).to.have.length(4);
    expect((await run("events", "--since", "3")).out).to.match(/^ {4}4 .*Reload refused.*\n$/);
    expect(await run("events", "--since", "4")).to.deep.equal({ status: 0, out: "", error: "" });
  });

  it("events --follow prints events as they come, until the daemon goes", async () => {
    await daemon((method, params, client, id) => {
      usual(method, params, client, id);
      const [first] = events;
      if (params["since"] === undefined || first === undefined) return undefined;
      tell(client, { ...first, sequence: 5 });
      client.end();
      return undefined;
    });
    const { status: exit, out, error } = await run("events", "--follow");
    expect(out.trim().split("\n")).to.have.length(5);
    expect(exit).to.equal(2);
    expect(error).to.include(`the daemon closed ${socket}`);
  });

  it("a reader that has seen enough is no error", async () => {
    await daemon(usual);
    const line = `"$0" "$1" --socket "$2" status; echo "exit $?" >&2`;
    const argv = ["-c", `{ ${line}; } | true`, process.execPath, program, socket];
    const shell = spawn("/bin/sh", argv, { stdio: ["ignore", "ignore", "pipe"] });
    expect(await text(shell.stderr)).to.equal("exit 0\n");
  });

  describe("cannot reach the daemon: exit 2, and what to do", () => {
    it("no socket", async () => {
      const { status: exit, error } = await run("status");
      expect(exit).to.equal(2);
      expect(error).to.match(
        /^vipctl: cannot reach the daemon at .*vipd\.sock: there is no such socket; start vipd .*--socket\n$/,
      );
    });

    it("a socket that a dead daemon has left", async () => {
      const listener = `require("net").createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, "SIGKILL"))`;
      await once(spawn(process.execPath, ["-e", listener]), "exit");
      expect(await run("status")).to.deep.include({ status: 2 });
      expect((await run("status")).error).to.include("the daemon has died: start it");
    });

    it("no socket but a file", async () => {
      writeFileSync(socket, "");
      expect((await run("status")).status).to.equal(2);
    });

    it("a daemon that closes at once, with its reason", async () => {
      server = createServer((client) => {
        say(client, { id: null, error: { code: rpcErrors.internal, message: "there are 64 clients already" } });
        client.end();
      });
      server.listen(socket);
      await once(server, "listening");
      const { status: exit, error } = await run("status");
      expect(exit).to.equal(2);
      expect(error).to.include("there are 64 clients already");
    });

    it("a daemon that does not answer", async () => {
      await daemon(() => undefined);
      const { status: exit, error } = await run("status");
      expect(exit).to.equal(2);
      expect(error).to.include("does not answer within 5 s");
    });
  });

  it("another program at the socket: exit 3", async () => {
    await daemon(() => ({ hello: "world" }));
    const { status: exit, error } = await run("status");
    expect(exit).to.equal(3);
    expect(error).to.include("of the same release");
  });

  it("wrong usage: exit 1 and the help on standard error; help: exit 0 on standard output", async () => {
    const wrong = await run("stauts");
    expect(wrong).to.include({ status: 1, out: "" });
    expect(wrong.error).to.match(/^vipctl: unknown command stauts; did you mean status\?\n\nUsage: vipctl/);
    const help = await run("help");
    expect(help).to.include({ status: 0, error: "" });
    expect(help.out).to.match(/^Usage: vipctl/);
  });

  it("loads neither the system-call layer nor the log", async () => {
    await daemon(usual);
    const hook = join(directory, "loaded.mjs");
    const list = join(directory, "loaded");
    writeFileSync(
      hook,
      `import { register } from "node:module";
       register("data:text/javascript," + encodeURIComponent(\`import { appendFileSync } from "node:fs";
         export async function load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + "\\\\n"); return next(url, context); }\`));`,
    );
    const argv = ["--import", hook, program, "--socket", socket, "status"];
    await once(spawn(process.execPath, argv, { stdio: "ignore" }), "exit");
    const loaded = readFileSync(list, "utf8");
    expect(loaded).to.include("vipctl/render-status.js");
    expect(loaded).not.to.match(/koffi|winston|\/native\//);
  });
});
