// Scripts: who they run as, and whether they can run at all. What cannot run is dropped here, as keepalived does, so
// that nobody finds out during a takeover.
import type { Command, Identity } from "../../base/command.js";
import { seconds } from "../../base/time.js";
import type { HookParams } from "../../notify/params.js";
import type { DaemonParams, LifeScript } from "../../supervise/params.js";
import type { ScriptParams } from "../../track/params.js";
import type { GlobalConf, NotifyConf, ScriptConf, VrrpScriptConf } from "../conf.js";
import { SHELL } from "../script-argument.js";
import type { Scope, Section } from "../table.js";

/** keepalived runs scripts as this user when it exists and nothing else is said. */
const DEFAULT_SCRIPT_USER = "keepalived_script";

export interface ScriptRules {
  readonly security: boolean;
  /** Absent: scripts that name no user are not run. */
  readonly defaultIdentity?: Identity;
}

export function scriptRules({ conf }: Section<GlobalConf>, { environment }: Scope): ScriptRules {
  const security = conf.enableScriptSecurity;
  if (conf.scriptUser !== undefined) return { security, defaultIdentity: conf.scriptUser };
  const user = environment.findUser(DEFAULT_SCRIPT_USER);
  if (user !== undefined) {
    return { security, defaultIdentity: { user: DEFAULT_SCRIPT_USER, uid: user.uid, gid: user.gid, groups: [] } };
  }
  const { name, uid, gid } = environment.self;
  return security ? { security } : { security, defaultIdentity: { user: name, uid, gid, groups: [] } };
}

/** The trackers that run scripts; a script without a program that can run is dropped with an error. */
export function lowerScript(
  script: Section<VrrpScriptConf>,
  rules: ScriptRules,
  scope: Scope,
): ScriptParams | undefined {
  const { conf } = script;
  // Its block has been left out, with a complaint.
  if (conf.script === undefined) return undefined;
  const at = rules.defaultIdentity === undefined ? (script.header.block?.close ?? conf.script.at) : conf.script.at;
  const command = lowerCommand({ ...conf.script, at, ...identityOf(conf) }, rules, "missingProgram", scope);
  if (command === undefined) return undefined;
  return {
    name: conf.name,
    command,
    interval: conf.interval,
    timeout: conf.timeout ?? conf.interval,
    rise: conf.rise,
    fall: conf.fall,
    initFail: conf.initFail,
  };
}

const identityOf = ({ identity }: VrrpScriptConf): { identity?: Identity } =>
  identity === undefined ? {} : { identity };

/** The notify scripts of an instance or a sync group; undefined when it has none that can run. */
export function lowerHooks(
  about: Pick<HookParams, "subject" | "members" | "reportsDeletion">,
  conf: NotifyConf,
  rules: ScriptRules,
  scope: Scope,
  deletedScript?: ScriptConf,
): HookParams | undefined {
  const lower = (script: ScriptConf | undefined): Command | undefined =>
    script === undefined ? undefined : lowerCommand(script, rules, "missingHook", scope);
  const any = lower(conf.notify);
  const master = lower(conf.notifyMaster);
  const backup = lower(conf.notifyBackup);
  const fault = lower(conf.notifyFault);
  const stop = lower(conf.notifyStop);
  const { reportsDeletion } = about;
  const deleted = lower(deletedScript);
  const masterReceivedLowerPriority = lower(conf.notifyMasterRxLowerPri);
  const hooks = {
    ...(any !== undefined && { any }),
    ...(master !== undefined && { master }),
    ...(backup !== undefined && { backup }),
    ...(fault !== undefined && { fault }),
    ...(stop !== undefined && { stop }),
    ...(reportsDeletion === true && { reportsDeletion }),
    ...(deleted !== undefined && { deleted }),
    ...(masterReceivedLowerPriority !== undefined && { masterReceivedLowerPriority }),
  };
  return Object.keys(hooks).length === 0 ? undefined : { ...about, ...hooks };
}

/** keepalived's default of both timeouts. */
const LIFE_SCRIPT_TIMEOUT = seconds(10);

/** `startup_script` and `shutdown_script`. */
export function lowerLifeScripts(
  globals: GlobalConf,
  rules: ScriptRules,
  scope: Scope,
): Pick<DaemonParams, "startupScript" | "shutdownScript"> {
  const lower = (script: ScriptConf | undefined, timeout = LIFE_SCRIPT_TIMEOUT): LifeScript | undefined => {
    const command = script && lowerCommand(script, rules, "missingHook", scope);
    return command && { command, timeout };
  };
  const startupScript = lower(globals.startupScript, globals.startupScriptTimeout);
  const shutdownScript = lower(globals.shutdownScript, globals.shutdownScriptTimeout);
  return {
    ...(startupScript !== undefined && { startupScript }),
    ...(shutdownScript !== undefined && { shutdownScript }),
  };
}

/** A command that can run, with who it runs as; undefined after a report. */
export function lowerCommand(
  script: ScriptConf,
  rules: ScriptRules,
  absence: "missingProgram" | "missingHook",
  { report, environment }: Scope,
): Command | undefined {
  const { argv, at } = script;
  const [program = ""] = argv;
  const identity = script.identity ?? rules.defaultIdentity;
  if (identity === undefined) {
    report.addOnce(
      "noScriptUser",
      at,
      `there is no user ${DEFAULT_SCRIPT_USER}, and enable_script_security needs one: scripts that name no user are dropped`,
      "set script_user in global_defs, or create the user keepalived_script",
    );
    return undefined;
  }
  // What keepalived gives to a shell itself is no program that it looks for.
  if (program === SHELL && argv[1] === "-c" && argv[2]?.startsWith("</") === true) return { argv, identity };
  const facts = environment.findProgram(program);
  if (facts.kind === "missing") {
    report.add(absence, at, `${program} does not exist: this script is never run`, "check its path");
    return undefined;
  }
  if (facts.kind === "notExecutable") {
    // keepalived finds out when the script is to run.
    report.add("missingHook", at, `${program} may not be executed: this script is never run`, `chmod +x ${facts.path}`);
    return undefined;
  }
  if (absence === "missingProgram" && facts.link !== undefined) {
    report.add(
      "linkedProgram",
      at,
      `${program} is reached by way of ${facts.link}, a symbolic link: keepalived 2.4 calls that insecure and never runs it, vipd runs it`,
      "write the path without the link",
    );
  }
  if (!rules.security) {
    report.addOnce(
      "scriptSecurityOff",
      at,
      "scripts are run without enable_script_security",
      "put enable_script_security and script_user into global_defs",
    );
  }
  if (rules.security && facts.insecure !== undefined) {
    report.add(
      "insecureProgram",
      at,
      `${program} is not safe to run, it is never run: ${facts.insecure}`,
      "every part of its path must belong to root and be writable by root alone",
    );
    return undefined;
  }
  return { argv, identity, ...(rules.security && { security: true }) };
}
