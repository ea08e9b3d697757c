// Carries out one request: asks the daemon, and prints what it answers.
import { err, ok, type Result } from "../base/result.js";
import { nearestWord } from "../base/spelling.js";
import { PROTOCOL_VERSION, type Methods } from "../status/rpc.js";
import { connect, isObject, type Connection, type Failure } from "./client.js";
import type { Request } from "./command-line.js";
import { renderBfd } from "./render-bfd.js";
import { renderEvent } from "./render-event.js";
import { renderInstance } from "./render-instance.js";
import { renderStatus } from "./render-status.js";
import { isEvent, isInstance, isStatus, isSubscription, isVersion } from "./replies.js";
import type { Style } from "./style.js";

export interface Terminal {
  /** Path of the daemon's status socket. */
  readonly socket: string;
  readonly style: Style;
  readonly print: (text: string) => void;
}

/** What is said on standard error, and the exit status. */
export interface Complaint {
  readonly text: string;
  readonly exitCode: 2 | 3;
}

type Outcome = Result<undefined, Complaint>;

/** How many events `events --follow` begins with. */
const BACKLOG = 10;

const done: Outcome = ok(undefined);

export async function run(request: Request, terminal: Terminal): Promise<Outcome> {
  const connection = await connect(terminal.socket);
  if (!connection.ok) return err(complaint(connection.error));
  try {
    return await carryOut(request, connection.value, terminal);
  } finally {
    connection.value.close();
  }
}

function carryOut(request: Request, connection: Connection, terminal: Terminal): Promise<Outcome> {
  switch (request.command) {
    case "status":
      return status(request.json, connection, terminal);
    case "instance":
      return instance(request.name, request.json, connection, terminal);
    case "bfd":
      return bfd(request.name, request.json, connection, terminal);
    case "events":
      return events(request, connection, terminal);
    case "version":
    case "help":
      return version(request.json, connection, terminal);
  }
}

async function status(json: boolean, connection: Connection, { print, style }: Terminal): Promise<Outcome> {
  const reply = await ask(connection, "status", {}, isStatus);
  if (!reply.ok) return reply;
  print(json ? toJson(reply.value) : renderStatus(reply.value, style));
  return done;
}

async function instance(
  name: string,
  json: boolean,
  connection: Connection,
  { print, style }: Terminal,
): Promise<Outcome> {
  const reply = await ask(connection, "instance", { name }, isInstance, (data) => nearestInstance(name, data));
  if (!reply.ok) return reply;
  if (json) {
    print(toJson(reply.value));
    return done;
  }
  // The view's instants are the daemon's; only its status says what time it is there.
  const whole = await ask(connection, "status", {}, isStatus);
  if (!whole.ok) return whole;
  print(renderInstance(reply.value, whole.value.now, style));
  return done;
}

async function bfd(
  name: string | undefined,
  json: boolean,
  connection: Connection,
  { print, style }: Terminal,
): Promise<Outcome> {
  const reply = await ask(connection, "status", {}, isStatus);
  if (!reply.ok) return reply;
  const { bfd: all, now } = reply.value;
  const sessions = name === undefined ? all : all.filter((session) => session.name === name);
  if (name !== undefined && sessions.length === 0) {
    const nearest = nearestWord(
      name,
      all.map((session) => session.name),
    );
    const meant = nearest === undefined ? "; vipctl bfd lists those that there are" : `; did you mean ${nearest}?`;
    return err({ text: `there is no BFD session ${name}${meant}`, exitCode: 3 });
  }
  print(json ? toJson(sessions) : renderBfd(sessions, now, style));
  return done;
}

async function version(json: boolean, connection: Connection, { print }: Terminal): Promise<Outcome> {
  const reply = await ask(connection, "version", {}, isVersion);
  if (!reply.ok) return reply;
  const { VERSION } = await import("../process/usage.js");
  print(
    json ? toJson(reply.value) : `vipctl ${VERSION}\nvipd ${reply.value.version}, protocol ${reply.value.protocol}\n`,
  );
  return done;
}

type EventsRequest = Extract<Request, { command: "events" }>;

async function events(request: EventsRequest, connection: Connection, terminal: Terminal): Promise<Outcome> {
  const begin = await backlogStart(request, connection);
  if (!begin.ok) return begin;

  let seen = 0;
  let last = Number.POSITIVE_INFINITY;
  let finish: () => void = () => undefined;
  const allSeen = new Promise<void>((resolve) => {
    finish = resolve;
  });
  connection.onEvent((event) => {
    if (!isEvent(event)) return;
    terminal.print(request.json ? `${JSON.stringify(event)}\n` : renderEvent(event, terminal.style));
    seen = event.sequence;
    if (seen >= last) finish();
  });

  const subscription = await ask(connection, "events", { since: begin.value }, isSubscription);
  if (!subscription.ok) return subscription;
  const { sequence, missed } = subscription.value;
  if (missed > 0 && request.since !== undefined && !request.json) {
    terminal.print(terminal.style.dim(`${missed} events after number ${request.since} are no longer kept\n`));
  }
  if (request.follow) return err(complaint(await connection.closed));
  // A number that is still to come is one of an earlier daemon, and everything of this one is new.
  if (sequence === begin.value || sequence === 0 || seen >= sequence) return done;
  last = sequence;
  const cutOff = await Promise.race([allSeen, connection.closed]);
  return cutOff === undefined ? done : err(complaint(cutOff));
}

/** The number after which events are to be shown. */
async function backlogStart(
  { since, follow }: EventsRequest,
  connection: Connection,
): Promise<Result<number, Complaint>> {
  if (since !== undefined) return ok(since);
  if (!follow) return ok(0);
  const latest = await ask(connection, "events", {}, isSubscription);
  return latest.ok ? ok(Math.max(0, latest.value.sequence - BACKLOG)) : latest;
}

async function ask<T>(
  connection: Connection,
  method: keyof Methods,
  params: object,
  isReply: (value: unknown) => value is T,
  hint: (data: unknown) => string = () => "",
): Promise<Result<T, Complaint>> {
  const reply = await connection.call(method, params);
  if (!reply.ok) return err(complaint(reply.error, hint));
  if (isReply(reply.value)) return ok(reply.value);
  const text = `the answer to "${method}" is not what protocol ${PROTOCOL_VERSION} says; vipctl and vipd must be of the same release`;
  return err({ text, exitCode: 3 });
}

function complaint(failure: Failure, hint: (data: unknown) => string = () => ""): Complaint {
  return failure.kind === "unreachable"
    ? { text: failure.why, exitCode: 2 }
    : { text: `${failure.message}${hint(failure.data)}`, exitCode: 3 };
}

/** The daemon answers with the names that exist. */
function nearestInstance(wanted: string, data: unknown): string {
  const known =
    isObject(data) && Array.isArray(data["known"]) ? data["known"].filter((name) => typeof name === "string") : [];
  const nearest = nearestWord(wanted, known);
  return nearest === undefined ? "" : `; did you mean ${nearest}?`;
}

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
