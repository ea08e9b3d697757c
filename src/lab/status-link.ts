// A connection to the status socket of one node: its status several times a second, and its events as they come.
import { connect, type Socket } from "node:net";
import type { StatusEvent, StatusReply } from "../status/rpc.js";

export interface StatusListener {
  onStatus(status: StatusReply): void;
  onEvent(event: StatusEvent): void;
  /** The daemon has gone, or has not come yet. */
  onSilence(): void;
}

const PERIOD = 200;
const RETRY = 100;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
// The daemon is of the same source tree: the shape tells an answer from a notification, the compiler the rest.
const isStatus = (value: unknown): value is StatusReply => isObject(value) && Array.isArray(value["instances"]);
const isEvent = (value: unknown): value is StatusEvent => isObject(value) && typeof value["sequence"] === "number";

export class StatusLink {
  readonly #path: string;
  readonly #listener: StatusListener;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(path: string, listener: StatusListener) {
    this.#path = path;
    this.#listener = listener;
    this.#open();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
  }

  #open(): void {
    const socket = connect(this.#path);
    this.#socket = socket;
    let pending = "";
    socket.setEncoding("utf8");
    socket.on("connect", () => {
      this.#send("events", { since: 0 });
      this.#poll();
    });
    socket.on("data", (chunk: string) => {
      const lines = (pending + chunk).split("\n");
      pending = lines.pop() ?? "";
      for (const line of lines) this.#receive(JSON.parse(line));
    });
    // "close" follows, and says all that matters.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (this.#closed) return;
      clearTimeout(this.#timer);
      this.#listener.onSilence();
      this.#timer = setTimeout(() => this.#open(), RETRY);
    });
  }

  #poll(): void {
    this.#send("status", {});
    this.#timer = setTimeout(() => this.#poll(), PERIOD);
  }

  #send(method: string, params: object): void {
    this.#socket?.write(`${JSON.stringify({ jsonrpc: "2.0", id: method, method, params })}\n`);
  }

  #receive(message: unknown): void {
    if (!isObject(message)) return;
    const { result, params } = message;
    if (isStatus(result)) this.#listener.onStatus(result);
    if (isEvent(params)) this.#listener.onEvent(params);
  }
}
