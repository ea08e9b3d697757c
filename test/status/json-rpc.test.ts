// JSON-RPC 2.0, by the examples of its specification and by any text at all.
import { expect } from "chai";
import fc from "fast-check";
import { ok } from "../../src/base/result.js";
import { type Handle, MAX_BATCH, answer } from "../../src/status/json-rpc.js";
import { handleRequest, type StatusSource } from "../../src/status/requests.js";
import { instant } from "../../src/base/time.js";

const echo: Handle = (method, params) => ok({ method, params });
const ask = (line: string, handle: Handle = echo): unknown => {
  const text = answer(line, handle);
  return text === undefined ? undefined : JSON.parse(text);
};
const errorOf = (line: string, handle: Handle = echo): unknown => {
  const reply = ask(line, handle);
  return typeof reply === "object" && reply !== null && "error" in reply ? reply.error : reply;
};

describe("JSON-RPC", () => {
  it("answers a request under its id", () => {
    expect(ask('{"jsonrpc":"2.0","id":7,"method":"m","params":{"a":1}}')).to.deep.equal({
      jsonrpc: "2.0",
      id: 7,
      result: { method: "m", params: { a: 1 } },
    });
    expect(ask('{"jsonrpc":"2.0","id":"x","method":"m"}')).to.deep.include({ id: "x" });
    expect(ask('{"jsonrpc":"2.0","id":null,"method":"m"}')).to.deep.include({ id: null });
  });

  it("carries a notification out and does not answer it", () => {
    const methods: string[] = [];
    const handle: Handle = (method) => {
      methods.push(method);
      return ok(1);
    };
    expect(ask('{"jsonrpc":"2.0","method":"m"}', handle)).to.equal(undefined);
    expect(methods).to.deep.equal(["m"]);
  });

  it("answers a batch in one line, its notifications left out", () => {
    const batch =
      '[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","method":"b"},1,{"jsonrpc":"2.0","id":2,"method":"c"}]';
    const replies = ask(batch);
    expect(replies).to.be.an("array").with.lengthOf(3);
    expect(ask('[{"jsonrpc":"2.0","method":"b"}]')).to.equal(undefined);
  });

  const refused: readonly (readonly [string, number, RegExp])[] = [
    ["", -32700, /not JSON/],
    ["{", -32700, /not JSON/],
    ["[]", -32600, /must not be empty/],
    [JSON.stringify(new Array(MAX_BATCH + 1).fill(1)), -32600, /at most 100/],
    ["1", -32600, /must be an object/],
    ["null", -32600, /must be an object/],
    ['{"id":1,"method":"m"}', -32600, /jsonrpc/],
    ['{"jsonrpc":"1.0","id":1,"method":"m"}', -32600, /jsonrpc/],
    ['{"jsonrpc":"2.0","id":1}', -32600, /method/],
    ['{"jsonrpc":"2.0","id":1,"method":5}', -32600, /method/],
    ['{"jsonrpc":"2.0","id":{},"method":"m"}', -32600, /id/],
  ];
  for (const [line, code, message] of refused) {
    it(`refuses ${line.slice(0, 40)}`, () => {
      const error = errorOf(line);
      expect(error).to.have.property("code", code);
      expect(error).to.have.property("message").that.matches(message);
    });
  }

  it("gives any text an answer that is JSON, or none", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        const text = answer(line, echo);
        return text === undefined || typeof JSON.parse(text) === "object";
      }),
    );
  });
});

describe("methods", () => {
  const source: StatusSource = {
    version: "1.2.3",
    status: () => ({
      version: "1.2.3",
      pid: 1,
      configurationFile: "/k.conf",
      now: instant(1),
      time: "",
      startedAt: instant(0),
      children: [],
      instances: [],
      groups: [],
      bfd: [],
    }),
    instance: () => undefined,
    subscribe: (since) => ({ sequence: since ?? 5, missed: 0 }),
  };
  const call = (method: string, params?: unknown): unknown => {
    const outcome = handleRequest(source, method, params);
    return outcome.ok ? outcome.value : outcome.error;
  };

  it("answer", () => {
    expect(call("version")).to.deep.equal({ name: "vipd", version: "1.2.3", protocol: 1 });
    expect(call("version", {})).to.have.property("protocol");
    expect(call("status")).to.have.property("pid", 1);
    expect(call("events")).to.deep.equal({ sequence: 5, missed: 0 });
    expect(call("events", { since: 3 })).to.deep.equal({ sequence: 3, missed: 0 });
  });

  it("name what they do not understand", () => {
    expect(call("no")).to.deep.include({ code: -32601 });
    expect(call("x".repeat(10_000)))
      .to.have.property("message")
      .that.has.length.below(200);
    expect(call("status", [])).to.deep.include({ code: -32602 });
    expect(call("status", 5)).to.deep.include({ code: -32602 });
    expect(call("instance")).to.deep.include({ code: -32602 });
    expect(call("instance", { name: "VI_9" })).to.deep.include({ code: -32001, data: { known: [] } });
    for (const since of [-1, 1.5, "1", null, 1e300])
      expect(call("events", { since })).to.deep.include({ code: -32602 });
  });
});
