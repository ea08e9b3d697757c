// Mail alerts, beside keepalived's: the same subjects and texts in the same order, and none lost while the server is away.
import { expect } from "chai";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { DaemonKind } from "./lab/daemon.js";
import type { Host } from "./lab/host.js";
import { kinds, topologySuite, withLab } from "./lab/scenario.js";
import { eventually } from "./lab/wait.js";

const PORT = 2525;
const conf = `
global_defs {
  router_id node1
  notification_email {
    ops@example.org
    night@example.org
  }
  notification_email_from vipd@example.org
  smtp_server 127.0.0.1 ${PORT}
  smtp_connect_timeout 2
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  priority 100
  version 3
  advert_int 0.1
  smtp_alert
  virtual_ipaddress {
    10.9.0.100/24
  }
}
`;

interface Mail {
  readonly subject: string;
  readonly body: string;
  readonly recipients: readonly string[];
}

/** A mail server inside the namespace of a host. */
class MailServer {
  readonly mails: Mail[] = [];
  readonly #process: ChildProcess;

  constructor(host: Host) {
    const program = join(import.meta.dirname, "..", "support", "smtp-main.js");
    const words = ["netns", "exec", host.namespace, process.execPath, program, String(PORT)];
    this.#process = spawn("ip", words, { stdio: ["ignore", "pipe", "inherit"] });
    if (this.#process.stdout === null) throw new Error("the mail server has no output");
    createInterface({ input: this.#process.stdout }).on("line", (line) => {
      const mail = mailOf(line);
      if (mail !== undefined) this.mails.push(mail);
    });
  }

  async until(subject: string): Promise<readonly Mail[]> {
    return eventually(`the mail "${subject}"`, () =>
      this.mails.some((mail) => mail.subject === subject) ? this.mails : undefined,
    );
  }

  async stop(): Promise<void> {
    this.#process.kill();
    await once(this.#process, "exit");
  }
}

function mailOf(line: string): Mail | undefined {
  const parsed: unknown = JSON.parse(line);
  if (typeof parsed !== "object" || parsed === null || !("data" in parsed) || !("commands" in parsed)) return undefined;
  const data = String(parsed.data);
  const [head = "", body = ""] = data.split(/\n\n([^]*)/);
  const subject = /^Subject: (.*(?:\n\s.*)*)/m.exec(head)?.[1]?.replace(/\n\s/g, " ") ?? "";
  const commands = Array.isArray(parsed.commands) ? parsed.commands.map(String) : [];
  const recipients = commands
    .filter((command) => command.startsWith("RCPT"))
    .map((text) => text.replace(/^RCPT TO: ?/, ""));
  return { subject, body: body.trim(), recipients };
}

topologySuite("mail alerts", () => {
  if (!kinds.includes("vipd") || !kinds.includes("keepalived")) return;

  it("are keepalived's", async () => {
    const [theirs, ours] = await Promise.all([mails("keepalived"), mails("vipd")]);
    expect(ours).to.deep.equal(theirs);
    expect(ours.map(({ subject }) => subject)).to.include("[node1] VRRP Instance A - Entering MASTER state");
  });

  it("wait for a server that is away, also at the end of the daemon", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const host = lab.host("a");
      const daemon = host.start({ kind: "vipd", conf });
      await daemon.inState("A", "MASTER");
      await daemon.logged(/could not be sent yet.*it is tried again/);
      const server = new MailServer(host);
      try {
        await eventually("the mail server listens", async () =>
          (await host.run("ss", "-ltn")).includes(`:${PORT}`) ? true : undefined,
        );
        await daemon.sigterm();
        const all = await server.until("[node1] VRRP Instance A - Stopping");
        expect(all.map(({ subject }) => subject)).to.deep.equal([
          "[node1] VRRP Instance A - Entering BACKUP state",
          "[node1] VRRP Instance A - Entering MASTER state",
          "[node1] VRRP Instance A - Stopping",
        ]);
      } finally {
        await server.stop();
      }
    }));
});

async function mails(kind: DaemonKind): Promise<readonly Mail[]> {
  let result: readonly Mail[] = [];
  await withLab({ hosts: ["a"] }, async (lab) => {
    const host = lab.host("a");
    const server = new MailServer(host);
    try {
      await eventually("the mail server listens", async () =>
        (await host.run("ss", "-ltn")).includes(`:${PORT}`) ? true : undefined,
      );
      const daemon = host.start({ kind, conf });
      await daemon.inState("A", "MASTER");
      await server.until("[node1] VRRP Instance A - Entering MASTER state");
      await host.linkDown();
      await server.until("[node1] VRRP Instance A - Entering FAULT state");
      // 2.2.7 sends none when it stops.
      result = [...server.mails].sort((a, b) => a.subject.localeCompare(b.subject));
    } finally {
      await server.stop();
    }
  });
  return result;
}
