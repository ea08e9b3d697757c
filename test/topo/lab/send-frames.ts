// Runs inside a namespace: sends Ethernet frames from the interface named on the command line. Each line on standard
// input is a batch of frames, hexadecimal, separated by blanks; each is answered with how many were sent.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { openPacketSocket } from "../../../src/host/packet-socket.js";

const device = process.argv[2] ?? "eth0";
const interfaceIndex = Number(readFileSync(`/sys/class/net/${device}/ifindex`, "utf8"));
const socket = openPacketSocket();
if (!("send" in socket)) throw new Error(`cannot open a packet socket: ${JSON.stringify(socket)}`);

for await (const line of createInterface({ input: process.stdin })) {
  const frames = line.split(" ").map((hex) => ({ interfaceIndex, frame: new Uint8Array(Buffer.from(hex, "hex")) }));
  const report = socket.send(frames);
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
socket.close();
