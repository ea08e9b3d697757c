// What checkers name must stand above them: track files and BFD sessions.
import type { RootConf } from "../conf.js";
import type { CheckConf } from "../lvs-conf.js";
import type { Scope, Section } from "../table.js";

/** Leaves out the checkers of what is not there. */
export function completeChecks(conf: RootConf, scope: Scope): void {
  // A session may be for instances alone.
  const sessions = new Map([...conf.bfds].filter(([, { conf: session }]) => session.checker || !session.vrrp));
  const isUsable = (check: CheckConf): boolean => {
    if (check.kind === "FILE_CHECK") {
      return isDefined(check.section, "track_file", check.section.conf.trackFile, conf.trackFiles, scope);
    }
    if (check.kind === "BFD_CHECK") {
      return isDefined(check.section, "name", check.section.conf.name, sessions, scope);
    }
    return true;
  };
  for (const { conf: server } of conf.virtualServers) {
    for (const { conf: real } of server.realServers) {
      if (real.checks.some(namesSomething)) real.checks = real.checks.filter(isUsable);
    }
  }
}

/** Few do; the checks of all others stay the list that they are. */
const namesSomething = ({ kind }: CheckConf): boolean => kind === "FILE_CHECK" || kind === "BFD_CHECK";

function isDefined(
  { given, header }: Section<unknown>,
  keyword: string,
  name: string | undefined,
  blocks: ReadonlyMap<string, Section<unknown>>,
  { report }: Scope,
): boolean {
  const statement = given.get(keyword);
  const block = name === undefined ? undefined : blocks.get(name);
  if (statement === undefined || (block !== undefined && block.header.order < statement.order)) return true;
  const { text } = header.keyword;
  const wanted = text === "FILE_CHECK" ? "track_file" : "bfd_instance";
  const hint = block === undefined ? `define it with ${wanted}` : `move its ${wanted} block above this one`;
  const message = `there is no ${wanted} ${name ?? ""} above; this ${text} is dropped`;
  report.add("unknownTracker", statement.args[0] ?? statement.keyword, message, hint);
  // keepalived names the end of a FILE_CHECK as well: a checker without its file is incomplete there.
  const end = header.block?.close;
  if (text === "FILE_CHECK" && end !== undefined)
    report.add("incompleteChecker", end, "this FILE_CHECK has no file to follow and is dropped", hint);
  return false;
}
