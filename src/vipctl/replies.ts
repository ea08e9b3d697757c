// Answers of the daemon come as JSON of no type. Both ends are of one release, so it is enough to see that an answer is
// the one that was asked for; anything else is another program, or another protocol.
import type { Methods, StatusEvent, StatusReply, VersionReply } from "../status/rpc.js";
import type { InstanceView } from "../status/views.js";
import { isObject } from "./client.js";

export const isVersion = (value: unknown): value is VersionReply =>
  isObject(value) && value["name"] === "vipd" && typeof value["version"] === "string";

export const isStatus = (value: unknown): value is StatusReply =>
  isObject(value) &&
  typeof value["now"] === "number" &&
  Array.isArray(value["children"]) &&
  Array.isArray(value["instances"]) &&
  Array.isArray(value["bfd"]) &&
  value["instances"].every(isInstance) &&
  Array.isArray(value["groups"]);

export const isInstance = (value: unknown): value is InstanceView =>
  isObject(value) &&
  typeof value["name"] === "string" &&
  typeof value["state"] === "string" &&
  typeof value["since"] === "number" &&
  isObject(value["reason"]) &&
  isObject(value["statistics"]) &&
  ["faults", "addresses", "trackers"].every((member) => Array.isArray(value[member]));

export const isSubscription = (value: unknown): value is Methods["events"]["result"] =>
  isObject(value) && typeof value["sequence"] === "number" && typeof value["missed"] === "number";

export const isEvent = (value: unknown): value is StatusEvent =>
  isObject(value) && typeof value["sequence"] === "number" && typeof value["time"] === "string";
