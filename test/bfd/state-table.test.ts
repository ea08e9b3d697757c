// Every state with everything that can happen in it (RFC 5880 §6.2, §6.8.6): the state that follows and the effects.
import { expect } from "chai";
import type { SessionEvent } from "../../src/bfd/session-machine.js";
import { type SessionState, sessionStates } from "../../src/wire/bfd.js";
import { SessionBench, effectWords, packet, sessionParams } from "../support/bfd.js";

/** A session in the state, quiet: no poll is open and nothing is due. */
function benchIn(state: SessionState): SessionBench {
  switch (state) {
    case "adminDown": {
      const bench = new SessionBench();
      bench.give({ kind: "stop" });
      return bench;
    }
    case "down": {
      const bench = new SessionBench();
      bench.wake();
      return bench;
    }
    case "init": {
      const bench = new SessionBench();
      bench.hear({ state: "down" });
      return bench;
    }
    case "up":
      return SessionBench.up();
  }
}

const heard = (state: SessionState, poll = false): SessionEvent => ({
  kind: "packet",
  packet: packet({ state, poll }),
});

const events: Readonly<Record<string, SessionEvent | "silence">> = {
  "hears AdminDown": heard("adminDown"),
  "hears Down": heard("down"),
  "hears Init": heard("init"),
  "hears Up": heard("up"),
  "hears Down with P": heard("down", true),
  "hears Init with P": heard("init", true),
  "hears Up with P": heard("up", true),
  "hears AdminDown with P": heard("adminDown", true),
  "is woken before anything is due": { kind: "timeout" },
  "hears nothing for the detection time": "silence",
  "is told to stop": { kind: "stop" },
  "is given the same parameters": { kind: "paramsReplaced", params: sessionParams() },
};

/** Effects, the last word being the state that follows; "-" is nothing at all. */
const table: Readonly<Record<SessionState, Readonly<Record<keyof typeof events, string>>>> = {
  adminDown: {
    "hears AdminDown": "-",
    "hears Down": "-",
    "hears Init": "-",
    "hears Up": "-",
    "hears Down with P": "-",
    "hears Init with P": "-",
    "hears Up with P": "-",
    "hears AdminDown with P": "-",
    "is woken before anything is due": "-",
    "hears nothing for the detection time": "-",
    "is told to stop": "-",
    "is given the same parameters": "-",
  },
  down: {
    "hears AdminDown": "-",
    "hears Down": "down>init 0, send init",
    "hears Init": "down>up 0, send up P",
    "hears Up": "-",
    "hears Down with P": "down>init 0, send init F",
    "hears Init with P": "down>up 0, send up F",
    "hears Up with P": "send down F",
    "hears AdminDown with P": "send down F",
    "is woken before anything is due": "-",
    "hears nothing for the detection time": "-",
    "is told to stop": "down>adminDown 7, send adminDown",
    "is given the same parameters": "-",
  },
  init: {
    "hears AdminDown": "init>down 3, send down",
    "hears Down": "-",
    "hears Init": "init>up 0, send up P",
    "hears Up": "init>up 0, send up P",
    "hears Down with P": "send init F",
    "hears Init with P": "init>up 0, send up F",
    "hears Up with P": "init>up 0, send up F",
    "hears AdminDown with P": "init>down 3, send down F",
    "is woken before anything is due": "-",
    "hears nothing for the detection time": "init>down 1, send down",
    "is told to stop": "init>adminDown 7, send adminDown",
    "is given the same parameters": "-",
  },
  up: {
    "hears AdminDown": "up>down 3, send down",
    "hears Down": "up>down 3, send down",
    "hears Init": "-",
    "hears Up": "-",
    "hears Down with P": "up>down 3, send down F",
    "hears Init with P": "send up F",
    "hears Up with P": "send up F",
    "hears AdminDown with P": "up>down 3, send down F",
    "is woken before anything is due": "-",
    "hears nothing for the detection time": "up>down 1, send down",
    "is told to stop": "up>adminDown 7, send adminDown",
    "is given the same parameters": "-",
  },
};

/** Wakes it at every deadline until the neighbour has been silent for the detection time; without the periodic packets. */
function silence(bench: SessionBench): string {
  const words = effectWords(bench.pass(3_000_001).map(({ effect }) => effect));
  const change = words.findIndex((word) => word.includes(">"));
  return change < 0 ? "-" : words.slice(change, change + 2).join(", ");
}

describe("bfd: state table", () => {
  for (const state of sessionStates) {
    describe(state, () => {
      for (const [what, event] of Object.entries(events)) {
        const expected = table[state][what] ?? "";
        it(`${what}: ${expected}`, () => {
          const bench = benchIn(state);
          expect(bench.session.state).to.equal(state);
          const seen = event === "silence" ? silence(bench) : effectWords(bench.give(event)).join(", ");
          expect(seen === "" ? "-" : seen).to.equal(expected);
        });
      }
    });
  }
});
