// The status socket of one node, for as long as the node runs: its status several times a second, its events at once.
import { setTimeout as pause } from "node:timers/promises";
import type { StatusEvent, StatusReply } from "../status/rpc.js";
import { connect, type Connection } from "../vipctl/client.js";
import { isEvent, isStatus } from "../vipctl/replies.js";

export interface StatusListener {
  onStatus(status: StatusReply): void;
  onEvent(event: StatusEvent): void;
  /** The daemon has not opened its socket yet, or has closed it. */
  onSilence(): void;
}

export interface StatusLink {
  close(): void;
}

const PERIOD_MILLISECONDS = 200;
const RETRY_MILLISECONDS = 50;

export function openStatusLink(path: string, listener: StatusListener): StatusLink {
  let closed = false;
  const wanted = (): boolean => !closed;
  let connection: Connection | undefined;
  /** The latest event, so that a second connection goes on where the first one ended. */
  let since = 0;

  async function run(): Promise<void> {
    while (wanted()) {
      const outcome = await connect(path);
      if (outcome.ok) {
        connection = outcome.value;
        await follow(connection);
      }
      if (!wanted()) return;
      listener.onSilence();
      await pause(RETRY_MILLISECONDS);
    }
  }

  async function follow(to: Connection): Promise<void> {
    to.onEvent((event) => {
      if (!wanted() || !isEvent(event)) return;
      since = event.sequence;
      listener.onEvent(event);
    });
    await to.call("events", { since });
    while (wanted()) {
      const reply = await to.call("status", {});
      if (!reply.ok) return;
      if (wanted() && isStatus(reply.value)) listener.onStatus(reply.value);
      await pause(PERIOD_MILLISECONDS);
    }
  }

  void run();
  return {
    close: () => {
      closed = true;
      connection?.close();
    },
  };
}
