// The whole lab: network, two nodes and a client, and one list of all that happens to them.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { nothingAsked, record, type Availability, type Request } from "./availability.js";
import { monotonicMilliseconds } from "./clock.js";
import { buildNetwork, spawnOn, VIP } from "./network.js";
import { LabNode } from "./node.js";
import { nodeNames, type NodeAction, type NodeName } from "./script.js";
import type { LabEvent, LabView } from "./view.js";
import type { Told } from "./words.js";

/** More than any screen shows. */
const REMEMBERED = 200;

const isRequest = (value: unknown): value is Request =>
  typeof value === "object" && value !== null && "sentAt" in value && "doneAt" in value;

export class Lab {
  readonly #startedAt = Date.now();
  readonly #onEvent: (event: LabEvent) => void;
  readonly #nodes: readonly LabNode[];
  #availability: Availability = nothingAsked;
  #events: readonly LabEvent[] = [];

  /** Builds the network and starts everything. `onEvent` is told of every event as it comes. */
  constructor(onEvent: (event: LabEvent) => void = () => undefined) {
    this.#onEvent = onEvent;
    mkdirSync("/run/netns", { recursive: true });
    buildNetwork();
    this.#nodes = nodeNames.map((name) => new LabNode(name, (told, at) => this.#tell(name, told, at)));
    for (const node of this.#nodes) node.act("start");
    this.#startClient();
  }

  get view(): LabView {
    return {
      vip: VIP,
      uptime: Date.now() - this.#startedAt,
      now: monotonicMilliseconds(),
      nodes: this.#nodes.map((node) => node.view),
      availability: this.#availability,
      events: this.#events,
    };
  }

  /** Does something to a node; false when it makes no sense now. */
  act(name: NodeName, action: NodeAction): boolean {
    // Told first, so that what follows from it comes after it in the list.
    const at = Date.now();
    const done = this.#nodes.find((node) => node.name === name)?.act(action) ?? false;
    const text = done ? `${action} node ${name}` : `cannot ${action} node ${name} as it is`;
    this.#tell("you", { text, tone: "action" }, at);
    return done;
  }

  #startClient(): void {
    const program = join(import.meta.dirname, "client.js");
    const client = spawnOn("client", [process.execPath, program, VIP], { stdio: ["ignore", "pipe", "inherit"] });
    client.on("exit", () => this.#tell("client", { text: "the client program has ended", tone: "bad" }));
    let pending = "";
    client.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (pending + chunk).split("\n");
      pending = lines.pop() ?? "";
      for (const line of lines) {
        const request: unknown = JSON.parse(line);
        if (isRequest(request)) this.#count(request);
      }
    });
  }

  #count(request: Request): void {
    const before = this.#availability;
    const now = record(before, request);
    this.#availability = now;
    const node = request.node;
    if (node === undefined) return;
    const outage = now.outages.length > before.outages.length ? now.outages.at(-1) : undefined;
    if (outage === undefined && before.last?.node === node) return;
    const how = outage === undefined ? "" : `, after ${Math.round(outage.milliseconds)} ms without an answer`;
    const bare = before.last === undefined || outage !== undefined ? "" : ", and no request was lost";
    this.#tell("client", { text: `node ${node} answers${how}${bare}`, tone: "good" });
  }

  #tell(who: LabEvent["who"], told: Told, wallClock: number = Date.now()): void {
    const event: LabEvent = { at: Math.max(0, wallClock - this.#startedAt), who, ...told };
    // By time: what two daemons say can arrive in another order than it happened.
    this.#events = [...this.#events, event].sort((one, other) => one.at - other.at).slice(-REMEMBERED);
    this.#onEvent(event);
  }
}
