// A program of the lab: the service behind the virtual IP. Every node runs one; it answers with the name of its node.
// usage: responder.js NODE
import { createServer } from "node:http";

const name = process.argv[2] ?? "?";

createServer((_request, response) => {
  response.setHeader("Connection", "close");
  response.end(`${name}\n`);
}).listen(80, "0.0.0.0");
