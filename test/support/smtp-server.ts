// A mail server for tests: takes mail on a port of its own, with STARTTLS and AUTH where it is given what they need.
import { type AddressInfo, type Server, type Socket, createServer } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";

export interface Delivery {
  readonly commands: readonly string[];
  /** Header lines and body, as they came. */
  readonly data: string;
  readonly encrypted: boolean;
}

export interface SmtpServerOptions {
  readonly host?: string;
  readonly port?: number;
  readonly certificate?: { readonly key: string; readonly cert: string };
  readonly onDelivery?: (delivery: Delivery) => void;
  /** AUTH PLAIN, base64. */
  readonly login?: string;
}

export class TestSmtpServer {
  readonly deliveries: Delivery[] = [];
  readonly #server: Server;
  readonly #options: SmtpServerOptions;
  readonly #sockets = new Set<Socket>();

  private constructor(options: SmtpServerOptions) {
    this.#options = options;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      this.#serve(socket);
    });
  }

  static async start(options: SmtpServerOptions = {}): Promise<TestSmtpServer> {
    const server = new TestSmtpServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#server.once("error", reject);
      server.#server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
    });
    return server;
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(plain: Socket): void {
    const { certificate, login } = this.#options;
    const commands: string[] = [];
    let data: string[] | undefined;
    let buffer = "";
    let authenticated = login === undefined;
    const attach = (socket: Socket): void => {
      const say = (text: string): void => void socket.write(`${text}\r\n`);
      const secure = socket instanceof TLSSocket;
      const hear = (line: string): void => {
        if (data !== undefined) {
          if (line !== ".") {
            data.push(line);
            return;
          }
          const delivery = { commands: [...commands], data: data.join("\n"), encrypted: secure };
          this.deliveries.push(delivery);
          this.#options.onDelivery?.(delivery);
          data = undefined;
          say("250 taken");
          return;
        }
        commands.push(line);
        const verb = line.split(" ", 1)[0]?.toUpperCase();
        if (verb === "EHLO") {
          const extensions = [
            ...(certificate && !secure ? ["STARTTLS"] : []),
            ...(login ? ["AUTH PLAIN"] : []),
            "8BITMIME",
          ];
          say([...extensions.map((name) => `250-${name}`), "250 OK"].join("\r\n").replace(/^/, "250-test\r\n"));
        } else if (verb === "STARTTLS" && certificate !== undefined) {
          say("220 go");
          socket.removeAllListeners("data");
          attach(new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(certificate) }));
        } else if (verb === "STARTTLS") say("502 what");
        else if (verb === "AUTH") {
          authenticated = line === `AUTH PLAIN ${login ?? ""}`;
          say(authenticated ? "235 welcome" : "535 wrong");
        } else if (verb === "MAIL" && !authenticated) say("530 who are you");
        else if (verb === "RCPT" && line.includes("nobody@")) say("550 no such user");
        else if (verb === "DATA") {
          data = [];
          say("354 go on");
        } else if (verb === "QUIT") {
          say("221 bye");
          socket.end();
        } else say("250 OK");
      };
      socket.on("error", () => undefined);
      socket.on("data", (chunk: Buffer) => {
        buffer += chunk.toString("utf8");
        for (let end = buffer.indexOf("\r\n"); end >= 0; end = buffer.indexOf("\r\n")) {
          const line = buffer.slice(0, end);
          buffer = buffer.slice(end + 2);
          hear(line);
        }
      });
      if (!secure) say("220 test");
    };
    attach(plain);
  }
}
