// A program of the lab: the client. It asks the virtual IP ten times a second, each time over a new connection, and
// prints one line of JSON per request, in the order in which they were sent.
// usage: client.js ADDRESS
import { get } from "node:http";
import { monotonicMilliseconds } from "./clock.js";
import type { Request } from "./availability.js";

const PERIOD = 100;
/** Much longer than an answer takes here, and shorter than TCP's first repetition: a lost packet is a lost request. */
const PATIENCE = 250;

const address = process.argv[2] ?? "";

function ask(): Promise<Request> {
  const sentAt = monotonicMilliseconds();
  return new Promise((resolve) => {
    const lost = (): void => resolve({ sentAt, doneAt: monotonicMilliseconds() });
    const request = get(
      { host: address, port: 80, agent: false, signal: AbortSignal.timeout(PATIENCE) },
      (response) => {
        let node = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (node += chunk));
        response.on("end", () => resolve({ sentAt, doneAt: monotonicMilliseconds(), node: node.trim() }));
        response.on("error", lost);
      },
    );
    request.on("error", lost);
  });
}

let printed = Promise.resolve();
setInterval(() => {
  const answer = ask();
  printed = printed.then(async () => {
    process.stdout.write(`${JSON.stringify(await answer)}\n`);
  });
}, PERIOD);
