// The methods of the status socket: what each may be given and what it answers.
import { type Result, err, ok } from "../base/result.js";
import { type RpcError, isObject } from "./json-rpc.js";
import { type Methods, PROTOCOL_VERSION, type StatusReply, rpcErrors } from "./rpc.js";
import type { InstanceView } from "./views.js";

/** What the methods read from; `subscribe` is the one that does something, to the connection it came by. */
export interface StatusSource {
  readonly version: string;
  status(): StatusReply;
  instance(name: string): InstanceView | undefined;
  subscribe(since: number | undefined): Methods["events"]["result"];
}

type Outcome = Result<Methods[keyof Methods]["result"], RpcError>;

/** Every name in {@link Methods} has its branch here. */
export function handleRequest(source: StatusSource, method: string, params: unknown): Outcome {
  if (params !== undefined && !isObject(params)) {
    return err({ code: rpcErrors.invalidParams, message: "params must be an object with named members" });
  }
  switch (method) {
    case "version":
      return ok({ name: "vipd", version: source.version, protocol: PROTOCOL_VERSION });
    case "status":
      return ok(source.status());
    case "instance":
      return instance(source, params?.["name"]);
    case "events":
      return events(source, params?.["since"]);
    default: {
      const message = `there is no method ${quote(method)}; there are version, status, instance and events`;
      return err({ code: rpcErrors.methodNotFound, message });
    }
  }
}

function instance(source: StatusSource, name: unknown): Outcome {
  if (typeof name !== "string") {
    return err({ code: rpcErrors.invalidParams, message: "name must be the name of a vrrp_instance, as a text" });
  }
  const view = source.instance(name);
  if (view !== undefined) return ok(view);
  const known = source.status().instances.map((each) => each.name);
  const there = known.length === 0 ? "no instances are configured" : `there are ${known.slice(0, 20).join(", ")}`;
  const message = `there is no instance ${quote(name)}; ${there}`;
  return err({ code: rpcErrors.noSuchInstance, message, data: { known } });
}

function events(source: StatusSource, since: unknown): Outcome {
  if (since === undefined) return ok(source.subscribe(undefined));
  if (typeof since !== "number" || !Number.isSafeInteger(since) || since < 0) {
    return err({ code: rpcErrors.invalidParams, message: "since must be the sequence number of an event" });
  }
  return ok(source.subscribe(since));
}

/** What a stranger has sent goes back in a bounded form. */
const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
