// JSON-RPC 2.0 (jsonrpc.org/specification), the part that knows no methods: one line of text in, the line to answer out.
// Any text gets an answer or none; nothing throws.
import type { Result } from "../base/result.js";
import { rpcErrors } from "./rpc.js";

export interface RpcError {
  readonly code: number;
  readonly message: string;
  /** For programs: for example the names that exist. */
  readonly data?: unknown;
}

/** Carries out one request. Whatever is wrong with it comes back as an error. */
export type Handle = (method: string, params: unknown) => Result<unknown, RpcError>;

/** More than this in one batch is refused as a whole. */
export const MAX_BATCH = 100;

interface Response {
  readonly jsonrpc: "2.0";
  readonly id: string | number | null;
  readonly result?: unknown;
  readonly error?: RpcError;
}

/** The text of the answer, without a line end; absent where the specification wants none (§4.1, notifications). */
export function answer(line: string, handle: Handle): string | undefined {
  const parsed = parseJson(line);
  if (parsed === undefined) return JSON.stringify(failure(null, rpcErrors.parse, "this is not JSON"));
  const { value } = parsed;
  if (!Array.isArray(value)) return toText(respond(value, handle));
  if (value.length === 0) return JSON.stringify(failure(null, rpcErrors.invalidRequest, "a batch must not be empty"));
  if (value.length > MAX_BATCH) {
    const message = `a batch may have at most ${MAX_BATCH} requests, this one has ${value.length}`;
    return JSON.stringify(failure(null, rpcErrors.invalidRequest, message));
  }
  const responses = value.flatMap((request: unknown) => respond(request, handle) ?? []);
  return responses.length === 0 ? undefined : JSON.stringify(responses);
}

/** A message that nobody asked for. */
export const notification = (method: string, params: unknown): string =>
  JSON.stringify({ jsonrpc: "2.0", method, params });

export const failure = (id: string | number | null, code: number, message: string): Response => ({
  jsonrpc: "2.0",
  id,
  error: { code, message },
});

const toText = (response: Response | undefined): string | undefined =>
  response === undefined ? undefined : JSON.stringify(response);

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isId = (value: unknown): value is string | number | null =>
  typeof value === "string" || typeof value === "number" || value === null;

function respond(request: unknown, handle: Handle): Response | undefined {
  if (!isObject(request)) return failure(null, rpcErrors.invalidRequest, "a request must be an object");
  const { jsonrpc, method, params, id } = request;
  const answerTo = isId(id) ? id : null;
  if (id !== undefined && !isId(id)) return failure(null, rpcErrors.invalidRequest, "id must be a text or a number");
  if (jsonrpc !== "2.0") return failure(answerTo, rpcErrors.invalidRequest, 'jsonrpc must be "2.0"');
  if (typeof method !== "string") return failure(answerTo, rpcErrors.invalidRequest, "method must be a text");

  const outcome = handle(method, params);
  if (id === undefined) return undefined;
  return outcome.ok
    ? { jsonrpc: "2.0", id: answerTo, result: outcome.value }
    : { jsonrpc: "2.0", id: answerTo, error: outcome.error };
}
