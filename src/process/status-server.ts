// The status socket: JSON-RPC 2.0, one message a line, over a Unix stream socket (src/status/rpc.ts is its language).
//
// Nothing a client does reaches further than its own connection: requests are bounded, answers are bounded, events are
// handed out from the ring as fast as a client takes them, and who falls behind is cut off.
import { mkdirSync } from "node:fs";
import { chmod, chown, lstat, rmdir, unlink } from "node:fs/promises";
import { type Server, type Socket, connect, createServer } from "node:net";
import { dirname } from "node:path";
import { type Result, err, ok } from "../base/result.js";
import type { EventRing } from "../status/event-ring.js";
import { StatusClient } from "./status-client.js";
import type { StatusSource } from "../status/requests.js";

export interface StatusSocket {
  readonly path: string;
  /** For example 0o660. */
  readonly mode: number;
  /** Group that may ask; absent: that of the daemon. */
  readonly gid?: number;
}

export const MAX_CLIENTS = 64;

export class StatusServer {
  readonly #server: Server;
  readonly #path: string;
  readonly #madeDirectory: boolean;
  readonly #ring: EventRing;
  readonly #clients = new Set<StatusClient>();
  #refused = 0;

  private constructor(
    server: Server,
    path: string,
    madeDirectory: boolean,
    source: Omit<StatusSource, "subscribe">,
    ring: EventRing,
    warn: (what: string) => void,
  ) {
    this.#server = server;
    this.#path = path;
    this.#madeDirectory = madeDirectory;
    this.#ring = ring;
    server.on("connection", (socket) => {
      this.#accept(socket, source);
    });
    ring.onAdded(() => {
      for (const client of this.#clients) client.pump();
    });
    server.on("error", (error) => {
      warn(`the status socket ${path} could not take a client: ${error.message}`);
    });
  }

  /** Opens the socket; the error says what is in the way and what to do. */
  static async open(
    socket: StatusSocket,
    source: Omit<StatusSource, "subscribe">,
    ring: EventRing,
    warn: (what: string) => void,
  ): Promise<Result<StatusServer, string>> {
    const obstacle = await clearTheWay(socket.path);
    if (obstacle !== undefined) return err(obstacle);
    try {
      const madeDirectory = makeDirectory(dirname(socket.path));
      const server = await listen(socket.path);
      await chmod(socket.path, socket.mode);
      if (socket.gid !== undefined) await chown(socket.path, process.getuid?.() ?? 0, socket.gid);
      return ok(new StatusServer(server, socket.path, madeDirectory, source, ring, warn));
    } catch (error) {
      return err(`cannot open the status socket ${socket.path}: ${describe(error)}`);
    }
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Clients turned away because there were too many. */
  get refused(): number {
    return this.#refused;
  }

  /** Ends every connection and removes the socket. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    for (const client of this.#clients) client.end();
    await closed;
    // A directory in use by others is not empty, and stays.
    if (this.#madeDirectory) await rmdir(dirname(this.#path)).catch(() => undefined);
  }

  #accept(socket: Socket, source: Omit<StatusSource, "subscribe">): void {
    if (this.#clients.size >= MAX_CLIENTS) {
      this.#refused += 1;
      StatusClient.refuse(socket, `there are ${MAX_CLIENTS} clients already; close one and try again`);
      return;
    }
    const client = new StatusClient(socket, source, this.#ring);
    this.#clients.add(client);
    socket.on("close", () => this.#clients.delete(client));
  }
}

/** True when the directory was not there. The daemon's own umask would lock out whoever may ask. */
function makeDirectory(path: string): boolean {
  const umask = process.umask(0o022);
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    process.umask(umask);
  }
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    // Node makes the socket with the umask of the process; nobody but us may use it until its mode is set.
    const umask = process.umask(0o177);
    server.listen(path, () => {
      server.off("error", reject);
      resolve(server);
    });
    process.umask(umask);
  });
}

/** Removes the socket of a daemon that is gone; a text when something else is there. */
async function clearTheWay(path: string): Promise<string | undefined> {
  try {
    const found = await lstat(path);
    if (!found.isSocket()) {
      return `the status socket ${path} cannot be made: a file of another kind is there; remove it or choose another [status] socket`;
    }
    if (await isAnswered(path)) {
      return `the status socket ${path} belongs to another running daemon; give each its own with [status] socket in its settings file`;
    }
    await unlink(path);
    return undefined;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    return `the status socket ${path} cannot be looked at: ${describe(error)}`;
  }
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", (error) => {
      const code = codeOf(error);
      if (code === "ECONNREFUSED") resolve(false);
      // Its backlog is full: somebody is there, and busy.
      else if (code === "EAGAIN") resolve(true);
      else reject(error);
    });
  });
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
