// The mail server of `smtp-server.ts` as a program: one line of JSON for each mail that was delivered.
import { TestSmtpServer } from "./smtp-server.js";

const server = await TestSmtpServer.start({
  port: Number(process.argv[2]),
  onDelivery: (delivery) => {
    process.stdout.write(`${JSON.stringify(delivery)}\n`);
  },
});
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`);
