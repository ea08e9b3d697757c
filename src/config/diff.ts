// What a reload from one configuration to another would do, in words. Whether a setting changes in a running daemon is
// what the row of its keyword says; whether a virtual router goes on is the engine's rule (vrrp/configure): the same
// interface, VRID, family and group are the same router, whatever its name.
import { formatIp, formatPrefix } from "../base/ip.js";
import { identities } from "../vrrp/identity.js";
import type { VirtualAddress, VirtualRouterParams } from "../vrrp/params.js";
import type { Configuration } from "./index.js";
import { root } from "./keywords/root.js";
import { tidy } from "./print.js";
import { rowOf, type RowFacts, type TableFacts } from "./table.js";
import type { Statement } from "./tree.js";

export interface Change {
  readonly kind: "added" | "removed" | "changed";
  /** For example "priority 100 -> 150". */
  readonly text: string;
  /** False: it waits for a restart. */
  readonly live: boolean;
}

export interface BlockChange {
  /** The head of the block, for example "vrrp_instance VI_1". */
  readonly block: string;
  readonly changes: readonly Change[];
  /** What becomes of it in the running daemon, one sentence each. */
  readonly outcome: readonly string[];
}

export interface Difference {
  /** Errors that the new one has and the old one has not: the reload is refused, the old one stays in force. */
  readonly refusedBecause: readonly string[];
  readonly blocks: readonly BlockChange[];
}

export function diffConfigurations(before: Configuration, after: Configuration): Difference {
  const outcomes = instanceOutcomes(before, after);
  const blocks = new Map<string, BlockChange>();
  for (const { block, changes } of blockChanges(before.statements, after.statements)) {
    const outcome = outcomes.get(block) ?? [];
    outcomes.delete(block);
    blocks.set(block, { block, changes, outcome });
  }
  // Instances whose own text is the same, but not what they take from elsewhere.
  for (const [block, outcome] of outcomes) blocks.set(block, { block, changes: [], outcome });
  return { refusedBecause: refusal(before, after), blocks: [...blocks.values()] };
}

function refusal(before: Configuration, after: Configuration): readonly string[] {
  const key = ({ code, message }: { readonly code: string; readonly message: string }): string => `${code} ${message}`;
  const inForce = new Set(before.diagnostics.map(key));
  const fresh = after.diagnostics.filter((found) => found.severity === "error" && !inForce.has(key(found)));
  return fresh.map(({ place, message, code }) =>
    place === undefined ? `${message} [${code}]` : `${place.line.file}:${place.line.number}: ${message} [${code}]`,
  );
}

const headOf = ({ raw }: Statement): string => tidy(raw);

function blockChanges(
  before: readonly Statement[],
  after: readonly Statement[],
): readonly Omit<BlockChange, "outcome">[] {
  const old = byHead(before);
  const wanted = byHead(after);
  return [...new Set([...old.keys(), ...wanted.keys()])].flatMap((block) => {
    const was = old.get(block) ?? [];
    const is = wanted.get(block) ?? [];
    const keyword = (is[0] ?? was[0])?.keyword.text ?? "";
    const row = rowOf(root, keyword);
    if (was.length === 0) return [{ block, changes: [change("added", block, row)] }];
    if (is.length === 0) return [{ block, changes: [change("removed", block, row)] }];
    const changes = contentChanges(contentOf(was), contentOf(is), row?.inner);
    return changes.length === 0 ? [] : [{ block, changes }];
  });
}

function byHead(statements: readonly Statement[]): ReadonlyMap<string, readonly Statement[]> {
  const map = new Map<string, Statement[]>();
  for (const statement of statements) {
    const head = headOf(statement);
    const same = map.get(head);
    if (same === undefined) map.set(head, [statement]);
    else same.push(statement);
  }
  return map;
}

/** Blocks that are given twice add to each other. */
const contentOf = (statements: readonly Statement[]): readonly Statement[] =>
  statements.flatMap(({ block }) => block?.statements ?? []);

/** The lines of a block: a keyword that has one line before and after has changed, others have come or gone. */
function contentChanges(
  before: readonly Statement[],
  after: readonly Statement[],
  table: TableFacts | undefined,
): readonly Change[] {
  const old = byKeyword(before);
  const wanted = byKeyword(after);
  return [...new Set([...old.keys(), ...wanted.keys()])].flatMap((keyword) => {
    const row = table && rowOf(table, keyword);
    const was = linesOf(old.get(keyword) ?? []);
    const is = linesOf(wanted.get(keyword) ?? []);
    const gone = was.filter((line) => !is.includes(line));
    const come = is.filter((line) => !was.includes(line));
    const [from, to] = [gone[0], come[0]];
    if (gone.length === 1 && come.length === 1 && from !== undefined && to !== undefined && row?.shape !== "lines") {
      return [change("changed", `${from} -> ${to.startsWith(`${keyword} `) ? to.slice(keyword.length + 1) : to}`, row)];
    }
    return [...gone.map((line) => change("removed", line, row)), ...come.map((line) => change("added", line, row))];
  });
}

function byKeyword(statements: readonly Statement[]): ReadonlyMap<string, readonly Statement[]> {
  const map = new Map<string, Statement[]>();
  for (const statement of statements) {
    const same = map.get(statement.keyword.text);
    if (same === undefined) map.set(statement.keyword.text, [statement]);
    else same.push(statement);
  }
  return map;
}

/** A statement with a block becomes one line for each of its lines. */
const linesOf = (statements: readonly Statement[]): readonly string[] =>
  statements.flatMap((statement) => {
    const head = headOf(statement);
    if (statement.block === undefined) return [head];
    const inner = linesOf(statement.block.statements);
    return inner.length === 0 ? [`${head} { }`] : inner.map((line) => `${head} ${line}`);
  });

const change = (kind: Change["kind"], text: string, row: RowFacts | undefined): Change => ({
  kind,
  text: hidden(text),
  live: row?.reload !== "restart",
});

/** A password is nothing to be printed. */
const hidden = (text: string): string => text.replace(/\bauth_pass .*$/, "auth_pass (another one)");

function instanceOutcomes(before: Configuration, after: Configuration): Map<string, readonly string[]> {
  const instancesBefore = before.params?.vrrp.instances ?? [];
  const instancesAfter = after.params?.vrrp.instances ?? [];
  const keyOf = identities(instancesBefore, instancesAfter);
  const old = new Map(instancesBefore.map((params) => [keyOf(params), params]));
  const wanted = new Map(instancesAfter.map((params) => [keyOf(params), params]));
  const outcomes = new Map<string, string[]>();
  const say = (name: string, sentence: string): void => {
    const block = `vrrp_instance ${name}`;
    const said = outcomes.get(block);
    if (said === undefined) outcomes.set(block, [sentence]);
    else said.push(sentence);
  };
  for (const [key, params] of old) {
    if (!wanted.has(key)) {
      say(params.name, `${routerOf(params)} stops: it gives up mastership with priority 0 and removes its addresses`);
    }
  }
  for (const [key, params] of wanted) {
    const was = old.get(key);
    if (was === undefined) say(params.name, `${routerOf(params)} is new and starts as ${params.startAs}`);
    else for (const sentence of goesOn(was, params)) say(params.name, sentence);
  }
  const known = new Set(before.params?.vrrp.impossible.map(({ name }) => name));
  for (const { name, reason } of after.params?.vrrp.impossible ?? []) {
    if (!known.has(name)) say(name, `goes to FAULT: ${reason}`);
  }
  return outcomes;
}

const routerOf = ({ vrid, interfaceName, family }: VirtualRouterParams): string =>
  `virtual router ${vrid} on ${interfaceName ?? "any interface"} (IPv${family})`;

/** Sentences about a virtual router that is the same one before and after. */
function goesOn(was: VirtualRouterParams, is: VirtualRouterParams): readonly string[] {
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  const sentences = ["goes on in its state, with the new settings"];
  if (was.name !== is.name) sentences.push(`is the router that was called ${was.name}`);
  const added = missingIn(was, is);
  const removed = missingIn(is, was);
  if (added.length > 0) sentences.push(`adds ${added.join(", ")} at once while it is master`);
  if (removed.length > 0) sentences.push(`removes ${removed.join(", ")} at once`);
  if (was.priority !== is.priority)
    sentences.push(`has priority ${is.priority} instead of ${was.priority} from the next advertisement`);
  return sentences;
}

/** Addresses of `is` that `was` has not. */
function missingIn(was: VirtualRouterParams, is: VirtualRouterParams): readonly string[] {
  const key = (params: VirtualRouterParams) => (address: VirtualAddress) =>
    `${address.interfaceName ?? params.interfaceName ?? ""} ${formatPrefix(address.prefix)}`;
  const known = new Set([...was.addresses, ...was.excludedAddresses].map(key(was)));
  return [...is.addresses, ...is.excludedAddresses]
    .filter((address) => !known.has(key(is)(address)))
    .map(({ prefix }) => formatIp(prefix.address));
}

/** The difference for people. */
export function renderDifference({ refusedBecause, blocks }: Difference): string {
  const lines: string[] = [];
  if (refusedBecause.length > 0) {
    lines.push("The reload would be refused, and everything would stay as it is:");
    lines.push(...refusedBecause.map((reason) => `  ${reason}`), "");
    if (blocks.length > 0) lines.push("Without these errors:", "");
  }
  if (blocks.length === 0) lines.push("Nothing changes.");
  for (const { block, changes, outcome } of blocks) {
    lines.push(hidden(block));
    for (const { kind, text, live } of changes) {
      lines.push(`  ${SIGN[kind]} ${text}${live ? "" : "   (waits for a restart)"}`);
    }
    lines.push(...outcome.map((sentence) => `    ${sentence}`));
  }
  return `${lines.join("\n")}\n`;
}

const SIGN = { added: "+", removed: "-", changed: "~" } as const;
