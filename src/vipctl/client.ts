// A connection to the status socket (status/rpc.ts), from the asking side.
import { connect as connectSocket, type Socket } from "node:net";
import { err, ok, type Result } from "../base/result.js";
import type { Methods } from "../status/rpc.js";

export type Failure =
  /** `why` ends with what to do. */
  | { readonly kind: "unreachable"; readonly why: string }
  /** A JSON-RPC error; `data` as the method defines it. */
  | { readonly kind: "refused"; readonly code: number; readonly message: string; readonly data: unknown };

export interface Connection {
  call(method: keyof Methods, params: object): Promise<Result<unknown, Failure>>;
  /** Hears every event of the subscription. */
  onEvent(listener: (event: unknown) => void): void;
  /** The daemon has ended the connection. */
  readonly closed: Promise<Failure>;
  close(): void;
}

const PATIENCE_MILLISECONDS = 5_000;

export function connect(path: string): Promise<Result<Connection, Failure>> {
  return new Promise((resolve) => {
    const socket = connectSocket(path);
    socket.once("error", (error) => resolve(err(unreachable(path, error))));
    socket.once("connect", () => resolve(ok(converse(socket, path))));
  });
}

function converse(socket: Socket, path: string): Connection {
  const waiting = new Map<number, (outcome: Result<unknown, Failure>) => void>();
  let hearEvent: (event: unknown) => void = () => undefined;
  let nextId = 1;
  let partial = "";

  /** The last thing the daemon said to nobody in particular: why it cuts us off. */
  let farewell: string | undefined;
  const ended = (): Failure => ({
    kind: "unreachable",
    why: `the daemon closed ${path}: ${farewell ?? "it has stopped or was restarted; systemctl status vipd tells"}`,
  });
  const closed = new Promise<Failure>((resolve) => {
    socket.once("close", () => {
      for (const settle of waiting.values()) settle(err(ended()));
      resolve(ended());
    });
  });
  // The close event follows.
  socket.on("error", () => undefined);
  socket.setEncoding("utf8");
  socket.on("data", (text: string) => {
    const lines = (partial + text).split("\n");
    partial = lines.pop() ?? "";
    for (const line of lines) hear(parseJson(line));
  });

  function hear(message: unknown): void {
    if (!isObject(message)) return;
    if (message["method"] === "event") {
      hearEvent(message["params"]);
      return;
    }
    const { id, error, result } = message;
    const settle = typeof id === "number" ? waiting.get(id) : undefined;
    if (typeof id === "number") waiting.delete(id);
    if (!isObject(error)) settle?.(ok(result));
    else if (settle === undefined) farewell = String(error["message"]);
    else
      settle(
        err({ kind: "refused", code: Number(error["code"]), message: String(error["message"]), data: error["data"] }),
      );
  }

  return {
    call: (method, params) =>
      new Promise((resolve) => {
        const id = nextId++;
        const timer = setTimeout(() => {
          const why = `the daemon behind ${path} does not answer within ${PATIENCE_MILLISECONDS / 1_000} s; see whether it is stopped or overloaded (ps, journalctl -u vipd)`;
          resolve(err({ kind: "unreachable", why }));
        }, PATIENCE_MILLISECONDS);
        waiting.set(id, (outcome) => {
          clearTimeout(timer);
          resolve(outcome);
        });
        socket.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
      }),
    onEvent: (listener) => {
      hearEvent = listener;
    },
    closed,
    close: () => socket.destroy(),
  };
}

function unreachable(path: string, error: Error): Failure {
  const code = "code" in error ? String(error.code) : "";
  return { kind: "unreachable", why: `cannot reach the daemon at ${path}: ${explain(code, error.message)}` };
}

function explain(code: string, message: string): string {
  switch (code) {
    case "ENOENT":
      return "there is no such socket; start vipd (systemctl start vipd), or name its socket with --socket";
    case "ECONNREFUSED":
      return "the socket is there but nobody listens; the daemon has died: start it (systemctl start vipd)";
    case "EACCES":
      return "you may not open it; run vipctl as root, or as a member of the group in [status] group of vipd.ini";
    case "ENOTSOCK":
      return "this is no socket; correct --socket";
    default:
      return `${message}; correct --socket, or start vipd`;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not the language of the status socket: as good as nothing, the call times out.
    return undefined;
  }
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
