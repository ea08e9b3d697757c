// How the supervisor comes to be. Whatever can be wrong is looked for before anything is touched, in the order in which
// it is cheap to undo; each refusal is one line that says what to do, with keepalived's exit status, and leaves nothing.
import { existsSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { missingCapabilities } from "../host/capabilities.js";
import { enterNetworkNamespace } from "../host/network-namespace.js";
import { attempt, describeSystemError } from "../host/system-error.js";
import { loadConfiguration } from "./config-file.js";
import type { Configuration } from "./configuration.js";
import { EXIT_CONFIG, EXIT_FATAL, EXIT_NO_CONFIG, EXIT_PERMISSION, EXIT_SOFTWARE } from "./exit-status.js";
import { identify, identitySuffix, pidDirectories, withPidFiles } from "./identity.js";
import { type Logger, openLog } from "./logging.js";
import type { Options } from "./options.js";
import { acquire } from "./pid-files.js";
import { runSupervisor } from "./run-supervisor.js";
import { DEFAULT_SETTINGS_FILE, type Settings, formatSettingsDiagnostic, readSettings } from "./settings.js";
import { socketPath } from "./socket-path.js";

/** What the start needs from the rest of the program; tests bring their own. */
export interface Facilities {
  /** The command line of the vrrp child. */
  readonly vrrpProgram: readonly [string, ...string[]];
  /** The command line of the bfd child. */
  readonly bfdProgram: readonly [string, ...string[]];
}

/** Where the start tells how it goes: the terminal, or the command line that waits for its daemon. */
export interface Teller {
  say(line: string): void;
  /** The daemon works. */
  ready(): void;
}

interface Refusal {
  readonly exitCode: number;
  readonly why: string;
}

/** Runs the daemon to its end and resolves with its exit status. */
export async function startSupervisor(given: Options, facilities: Facilities, teller: Teller): Promise<number> {
  const asked = withAbsolutePaths(given);
  const refuse = ({ exitCode, why }: Refusal): number => {
    teller.say(`vipd: ${why}`);
    return exitCode;
  };
  const early = checkPermission(asked) ?? checkSettingsFile(asked) ?? enterNamespace("-s", asked.namespace);
  if (early !== undefined) return refuse(early);

  const first = loadConfiguration(asked);
  const identity = identify(asked, first.params);
  const identSuffix = identitySuffix(identity);
  const options = withPidFiles(asked, identity);
  const reading = readSettings(options.settingsFile ?? DEFAULT_SETTINGS_FILE);
  const { diagnostics } = reading;
  const settings = withSocketOf(reading.settings, identSuffix.slice(1));
  const log = openLog({ ...options, identSuffix }, settings.log);
  for (const diagnostic of diagnostics) {
    log[diagnostic.severity === "error" ? "error" : "warn"](formatSettingsDiagnostic(diagnostic));
  }
  const isOnConsole = options.logConsole || settings.log.console;
  const refuseInLog = async (refusal: Refusal): Promise<number> => {
    log.error(refusal.why);
    await log.close();
    return isOnConsole ? refusal.exitCode : refuse(refusal);
  };

  const isElsewhere = asked.namespace === undefined && identity.namespace !== undefined;
  const kept = isElsewhere ? enterNamespace("net_namespace", identity.namespace) : undefined;
  if (kept !== undefined) return refuseInLog(kept);
  // Which interfaces there are is another question in another namespace.
  const configuration = isElsewhere ? loadConfiguration(options) : first;
  const { params } = configuration;
  if (params === undefined) return refuseInLog(unusable(configuration, options));
  if (options.vrrp && configuration.hopeless.length > 0) return refuseInLog(hopeless(configuration));

  // Where that fails the pid file tells why.
  for (const directory of pidDirectories(options))
    attempt(() => mkdirSync(directory, { recursive: true, mode: 0o755 }));
  const acquired = acquire(options.pidFile, process.pid);
  if ("why" in acquired) return refuseInLog({ exitCode: EXIT_FATAL, why: acquired.why });
  endOnDefects(log, () => acquired.pidFile.release());
  for (const { severity, line } of configuration.problems) log[severity === "error" ? "error" : "warn"](line);
  try {
    return await runSupervisor({
      options,
      settings,
      configuration,
      params,
      log,
      facilities,
      onReady: () => teller.ready(),
    });
  } finally {
    acquired.pidFile.release();
    await log.close();
  }
}

/** A defect ends the daemon: its children see that and leave in good order, and systemd starts it again. */
function endOnDefects(log: Logger, release: () => void): void {
  process.once("exit", release);
  process.once("uncaughtException", (error) => {
    log.error(`internal error, please report it: ${error.stack ?? error.message}`);
    void log.close().finally(() => process.exit(EXIT_SOFTWARE));
  });
}

/** The daemon leaves the directory it was started in. */
const withAbsolutePaths = (options: Options): Options => ({
  ...options,
  configurationFile: resolve(options.configurationFile),
  pidFile: resolve(options.pidFile),
  vrrpPidFile: resolve(options.vrrpPidFile),
  checkersPidFile: resolve(options.checkersPidFile),
  bfdPidFile: resolve(options.bfdPidFile),
  ...(options.settingsFile !== undefined && { settingsFile: resolve(options.settingsFile) }),
});

function checkPermission({ vrrp }: Options): Refusal | undefined {
  const missing = vrrp ? missingCapabilities() : [];
  if (missing.length === 0) return undefined;
  const why = `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing: setting addresses and sending VRRP needs them; run vipd as root`;
  return { exitCode: EXIT_PERMISSION, why };
}

function checkSettingsFile({ settingsFile }: Options): Refusal | undefined {
  if (settingsFile === undefined || existsSync(settingsFile)) return undefined;
  const why = `the settings file ${settingsFile} does not exist; correct --settings or leave it out`;
  return { exitCode: EXIT_CONFIG, why };
}

const withSocketOf = (settings: Settings, name: string): Settings => ({
  ...settings,
  status: { ...settings.status, socket: socketPath(settings.status.socket, name) },
});

/** `source` is the option or the keyword that wants it. */
function enterNamespace(source: string, namespace: string | undefined): Refusal | undefined {
  if (namespace === undefined) return undefined;
  const refused = enterNetworkNamespace(namespace);
  if (refused === undefined) return undefined;
  const why = `cannot enter the network namespace ${namespace} of ${source}: ${describeSystemError(refused)}; ip netns list shows those that exist`;
  return { exitCode: EXIT_CONFIG, why };
}

function unusable({ isReadable, problems }: Configuration, { configurationFile }: Options): Refusal {
  if (isReadable) {
    const first = problems.find(({ severity }) => severity === "error")?.line ?? "";
    return { exitCode: EXIT_CONFIG, why: `${first}; vipd --config-test shows everything that is wrong` };
  }
  const why = existsSync(configurationFile)
    ? `the configuration file ${configurationFile} cannot be read: it must be a plain file, not executable, that root may read`
    : `the configuration file ${configurationFile} does not exist; write it, or name another with -f`;
  return { exitCode: EXIT_NO_CONFIG, why };
}

const hopeless = ({ hopeless: reasons }: Configuration): Refusal => ({
  exitCode: EXIT_CONFIG,
  why: `no VRRP instance can work, so vipd does not start: ${reasons.join("; ")}`,
});
