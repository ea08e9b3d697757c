// A program of the lab: the client. It asks the virtual IP ten times a second, each time over a new connection, and
// prints one line of JSON per request, in the order in which they were sent.
// usage: client.js ADDRESS
import { get } from "node:http";
import { monotonicMilliseconds } from "./clock.js";
import type { Request } from "./availability.js";

const PERIOD = 100;
/** Much longer than an answer takes here, and shorter than TCP's first repetition: a lost packet is a lost request. */
const PATIENCE = 250;
/** A timer that is later than this tells of a busy machine. */
const STALL = 50;

const address = process.argv[2] ?? "";

function ask(): Promise<Request> {
  const sentAt = monotonicMilliseconds();
  return new Promise((resolve) => {
    const request = get({ host: address, port: 80, agent: false }, (response) => {
      let node = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (node += chunk));
      response.on("end", () => settle({ sentAt, doneAt: monotonicMilliseconds(), node: node.trim() }));
      response.on("error", lose);
    });
    request.on("error", lose);

    let expiresAt = sentAt + PATIENCE;
    let timer = setTimeout(expire, PATIENCE);
    function expire(): void {
      const late = monotonicMilliseconds() - expiresAt;
      if (late < STALL) {
        lose();
        return;
      }
      // This process did not run for a while, so it cannot know whether there was an answer: it looks again.
      expiresAt = monotonicMilliseconds() + PATIENCE;
      timer = setTimeout(expire, PATIENCE);
    }
    function lose(): void {
      settle({ sentAt, doneAt: monotonicMilliseconds() });
    }
    function settle(outcome: Request): void {
      clearTimeout(timer);
      request.destroy();
      resolve(outcome);
    }
  });
}

let printed = Promise.resolve();
setInterval(() => {
  const answer = ask();
  printed = printed.then(async () => {
    process.stdout.write(`${JSON.stringify(await answer)}\n`);
  });
}, PERIOD);
