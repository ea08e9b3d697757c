// A small client of vipd's status socket (JSON-RPC 2.0, one message a line), written against the documented members only.
import { createConnection } from "node:net";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export type Counters = Readonly<Record<string, number>>;

export interface InstanceStatus {
  readonly name: string;
  readonly state: string;
  readonly effectivePriority: number;
  readonly statistics: Counters;
  /** Received and refused, by reason. */
  readonly rejected: Counters;
  readonly whole: Json;
}

export interface Status {
  readonly instances: readonly InstanceStatus[];
  /** Datagrams that belonged to no instance, by reason. */
  readonly unattributed: Counters;
  readonly whole: Json;
}

/** Asks `status`; rejects when the daemon does not answer or answers with an error. */
export async function readStatus(path: string): Promise<Status> {
  const result = await request(path, "status");
  const children = listOf(result["children"]);
  const vrrp = children.find((child) => child["name"] === "vrrp");
  const processView = isObject(vrrp?.["process"]) ? vrrp["process"] : {};
  return {
    instances: listOf(result["instances"]).map(readInstance),
    unattributed: counters(processView["unattributed"]),
    whole: result,
  };
}

export function instanceStatus(status: Status, name: string): InstanceStatus {
  const found = status.instances.find((instance) => instance.name === name);
  if (found === undefined) throw new Error(`the status names no instance ${name}`);
  return found;
}

export const sumOf = (counters: Counters): number => Object.values(counters).reduce((sum, value) => sum + value, 0);

const counters = (value: unknown): Counters =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, count]) => (typeof count === "number" ? [[name, count]] : [])),
      )
    : {};

function readInstance(view: Json): InstanceStatus {
  return {
    name: String(view["name"]),
    state: String(view["state"]),
    effectivePriority: Number(view["effectivePriority"]),
    statistics: counters(view["statistics"]),
    rejected: isObject(view["statistics"]) ? counters(view["statistics"]["rejected"]) : {},
    whole: view,
  };
}

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

function request(path: string, method: string): Promise<Json> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    let text = "";
    socket.setTimeout(5_000, () => {
      socket.destroy(new Error(`${path} did not answer ${method} within 5 s`));
    });
    socket.once("error", reject);
    socket.once("close", () => {
      reject(new Error(`${path} closed without an answer to ${method}`));
    });
    socket.on("data", (piece: Buffer) => {
      text += piece.toString();
      const end = text.indexOf("\n");
      if (end < 0) return;
      socket.end();
      const reply: unknown = JSON.parse(text.slice(0, end));
      if (isObject(reply) && isObject(reply["result"])) resolve(reply["result"]);
      else reject(new Error(`${method} was answered with ${text.slice(0, end)}`));
    });
    socket.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method })}\n`);
  });
}
