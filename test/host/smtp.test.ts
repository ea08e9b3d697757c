// Mail over real sockets: plain, encrypted, with a password, refused, and with nobody there.
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Letter, type SmtpServer, sendLetter } from "../../src/host/smtp.js";
import { TestSmtpServer, type SmtpServerOptions } from "../support/smtp-server.js";

const letter: Letter = {
  from: "vipd@node1",
  to: ["ops@example.org", "Night Watch <night@example.org>"],
  subject: "[node1] VRRP Instance VI_1 - Entering MASTER state",
  text: "=> VRRP Instance is now owning VRRP VIPs <=\n.\n",
};

describe("host: mail", function () {
  this.timeout(20_000);
  let server: TestSmtpServer | undefined;
  let directory = "";
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "vipd-smtp-"));
  });
  after(() => rmSync(directory, { recursive: true }));
  afterEach(() => server?.stop());

  async function start(options: SmtpServerOptions, more: Partial<SmtpServer> = {}): Promise<SmtpServer> {
    server = await TestSmtpServer.start(options);
    return {
      host: "127.0.0.1",
      port: server.port,
      helo: "node1.example.org",
      timeoutMillis: 5_000,
      tls: "opportunistic",
      ...more,
    };
  }

  function certificate(): { readonly key: string; readonly cert: string } {
    const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
    const subject = ["-nodes", "-days", "2", "-subj", "/CN=test", "-keyout", key, "-out", cert];
    const made = spawnSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", ...subject]);
    if (made.status !== 0) throw new Error(`openssl: ${String(made.stderr)}`);
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  }

  it("reaches every recipient, with its headers, and a dot stays a dot", async () => {
    expect(await sendLetter(await start({}), letter)).to.equal(undefined);
    const [delivery] = server?.deliveries ?? [];
    expect(delivery?.commands).to.deep.equal([
      "EHLO node1.example.org",
      "MAIL FROM:<vipd@node1>",
      "RCPT TO:<ops@example.org>",
      "RCPT TO:<night@example.org>",
      "DATA",
    ]);
    expect(delivery?.data).to.contain(`Subject: ${letter.subject}`);
    expect(delivery?.data).to.match(/^From: vipd@node1$/m);
    expect(delivery?.data).to.match(/^To: ops@example.org, Night Watch <night@example.org>$/m);
    expect(delivery?.data).to.match(/^Date: /m);
    expect(delivery?.data).to.match(/^X-Mailer: vipd$/m);
    expect(delivery?.data).to.match(/owning VRRP VIPs <=\n\.\.$/m);
  });

  it("is encrypted where the server offers it, and only to a server that can be verified where that is asked for", async () => {
    const offered = certificate();
    expect(await sendLetter(await start({ certificate: offered }), letter)).to.equal(undefined);
    expect(server?.deliveries[0]?.encrypted).to.equal(true);
    await server?.stop();
    const failure = await sendLetter(await start({ certificate: offered }, { tls: "required" }), letter);
    expect(failure?.why).to.match(/self.signed certificate/);
    expect(failure?.permanent).to.equal(false);
    expect(server?.deliveries).to.deep.equal([]);
  });

  it("is not sent in the clear where encryption is required", async () => {
    const failure = await sendLetter(await start({}, { tls: "required" }), letter);
    expect(failure?.permanent).to.equal(false);
    expect(server?.deliveries).to.deep.equal([]);
  });

  it("logs in", async () => {
    const login = Buffer.from("\0vipd\0secret").toString("base64");
    const known = { user: "vipd", password: "secret" };
    expect(await sendLetter(await start({ login }, { login: known }), letter)).to.equal(undefined);
    await server?.stop();
    const wrong = { user: "vipd", password: "other" };
    const failure = await sendLetter(await start({ login }, { login: wrong }), letter);
    expect(failure?.permanent).to.equal(false);
  });

  it("tells a refusal for good from a server that is away", async () => {
    const refused = await sendLetter(await start({}), { ...letter, to: ["nobody@example.org"] });
    expect(refused?.permanent).to.equal(true);
    expect(refused?.why).to.match(/550/);
    await server?.stop();
    const gone = await start({});
    await server?.stop();
    server = undefined;
    const away = await sendLetter(gone, letter);
    expect(away?.permanent).to.equal(false);
    expect(away?.why).to.contain("ECONNREFUSED");
  });
});
