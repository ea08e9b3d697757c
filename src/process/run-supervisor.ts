// Puts the supervisor together with the machine it runs on: sockets, signals, pid files, systemd; and takes it apart.
import { monotonicNow } from "../host/clock.js";
import { findGroup } from "../host/accounts.js";
import { listenToProcesses } from "../host/process-connector.js";
import { describeProcess, listProcesses } from "../host/process-list.js";
import { runCommand } from "../host/scripts.js";
import { describeSystemError, isSystemError } from "../host/system-error.js";
import { openUnixDatagram } from "../host/unix-datagram.js";
import { configurationLines } from "../status/configuration-text.js";
import { EventRing } from "../status/event-ring.js";
import type { DaemonParams, LifeScript } from "../supervise/params.js";
import { parseFromBfd } from "./bfd-messages.js";
import { parseFromVrrp } from "./channel-messages.js";
import { spawnChild } from "./child-process.js";
import { loadConfiguration } from "./config-file.js";
import type { Configuration } from "./configuration.js";
import { Fifos } from "./fifos.js";
import { createHookRunner } from "./hooks.js";
import { JournalFile } from "./journal-file.js";
import { createMailer } from "./mailer.js";
import { runLifeScript } from "./life-scripts.js";
import type { Logger } from "./logging.js";
import type { Options } from "./options.js";
import { ChildPidFile } from "./pid-files.js";
import { ReloadClock } from "./reload-clock.js";
import { readWithFiles } from "./reload-files.js";
import type { Settings } from "./settings.js";
import { onSignals } from "./signals.js";
import type { Facilities } from "./start.js";
import { StatusServer } from "./status-server.js";
import { Supervisor } from "./supervisor.js";
import { type SendNotification, type Systemd, createSystemd } from "./systemd.js";
import { createTrackFiles } from "./track-files.js";
import { createTrackProcesses } from "./track-processes.js";
import { createTrackScripts } from "./track-scripts.js";
import { VERSION } from "./usage.js";

/** keepalived's umask: files of scripts and dumps are for their owner only. */
const DEFAULT_UMASK = 0o177;

export interface Running {
  readonly options: Options;
  readonly settings: Settings;
  readonly configuration: Configuration;
  readonly params: DaemonParams;
  readonly log: Logger;
  readonly facilities: Facilities;
  readonly onReady: () => void;
}

/** Resolves with the exit status when everything has stopped and nothing is left behind. */
export async function runSupervisor(running: Running): Promise<number> {
  const { options, settings, configuration, params, log, facilities } = running;
  process.umask(options.umask ?? params.umask ?? DEFAULT_UMASK);
  warnOfOptionsWithoutEffect(options, log);
  log.info(`Starting vipd v${VERSION}, configuration file ${options.configurationFile}`);
  if (options.dumpConfiguration) for (const line of configurationLines(params)) log.info(line);

  const ring = new EventRing();
  const systemd = createSystemd(process.env, process.pid, (path) => notifySocket(path, log));
  const vrrpPidFile = new ChildPidFile(options.vrrpPidFile, (why) => log.error(why));
  const bfdPidFile = new ChildPidFile(options.bfdPidFile, (why) => log.error(why));
  const journal = JournalFile.open(settings.journal.file, log);
  const now = monotonicNow;
  const reloadClock = new ReloadClock(() => supervisor.reload(), log);
  const supervisor: Supervisor = new Supervisor(configuration, params, {
    version: VERSION,
    configurationFile: options.configurationFile,
    respawn: options.respawn,
    vrrpWanted: options.vrrp,
    bfdWanted: options.bfd,
    allChildren: options.allChildren,
    now,
    log,
    hooks: createHookRunner({
      limits: { timeout: settings.hooks.timeout, parallel: settings.hooks.parallel },
      now,
      run: runCommand,
      onOutcome: (hook) => supervisor.hookEnded(hook),
      log,
    }),
    fifos: new Fifos(runCommand, log),
    mailer: createMailer({ now, log, settings: settings.mail }),
    scripts: createTrackScripts({
      now,
      run: runCommand,
      onVerdict: (verdict) => supervisor.scriptChanged(verdict),
      log,
    }),
    files: createTrackFiles({ onVerdict: (verdict) => supervisor.fileChanged(verdict), log }),
    processes: createTrackProcesses({
      now,
      listen: listenToProcesses,
      list: listProcesses,
      describe: describeProcess,
      onVerdict: (verdict) => supervisor.processChanged(verdict),
      log,
    }),
    systemd,
    ring,
    spawnVrrp: (listener) => spawnChild(vrrpProgram(facilities, settings), parseFromVrrp, listener),
    spawnBfd: (listener) => spawnChild(facilities.bfdProgram, parseFromBfd, listener),
    readConfiguration: () => readWithFiles(supervisor.params.reload, () => loadConfiguration(options), log),
    onConfiguration: ({ reload }) => reloadClock.configure(reload),
    vrrpPid: (pid) => vrrpPidFile.set(pid),
    bfdPid: (pid) => bfdPidFile.set(pid),
    journal: (line) => journal.append(line),
    onReady: running.onReady,
  });

  const signals = onSignals(options, supervisor);
  const watchdog = startWatchdog(systemd, supervisor);
  const server = await openStatus(settings, supervisor, ring, log);
  await runScript("startup_script", params.startupScript, log, supervisor.finished);
  supervisor.start();
  const exitCode = await supervisor.finished;
  await runScript("shutdown_script", supervisor.params.shutdownScript, log);

  clearInterval(watchdog);
  reloadClock.close();
  await server?.close();
  vrrpPidFile.set(undefined);
  bfdPidFile.set(undefined);
  await journal.close();
  signals.release();
  log.info("Stopped vipd");
  return exitCode;
}

async function runScript(
  keyword: "startup_script" | "shutdown_script",
  script: LifeScript | undefined,
  log: Logger,
  interrupted?: Promise<unknown>,
): Promise<void> {
  if (script !== undefined) await runLifeScript(keyword, script, runCommand, log, interrupted);
}

const vrrpProgram = ({ vrrpProgram: program }: Facilities, { journal }: Settings): readonly [string, ...string[]] =>
  journal.file === undefined ? program : [...program, "--journal"];

async function openStatus(
  { status }: Settings,
  supervisor: Supervisor,
  ring: EventRing,
  log: Logger,
): Promise<StatusServer | undefined> {
  const gid = status.group === undefined ? undefined : findGroup(status.group);
  if (status.group !== undefined && gid === undefined) {
    log.error(
      `the group ${status.group} of [status] group does not exist; the status socket belongs to the daemon's own`,
    );
  }
  const source = {
    version: VERSION,
    status: () => supervisor.status(),
    instance: (name: string) => supervisor.store.instance(name),
  };
  const socket = { path: status.socket, mode: status.mode, ...(gid !== undefined && { gid }) };
  const opened = await StatusServer.open(socket, source, ring, (what) => log.warn(what));
  if (opened.ok) return opened.value;
  // The virtual addresses matter more than the answer to who holds them.
  log.error(`${opened.error}. vipd goes on without a status socket: vipctl will not reach it`);
  return undefined;
}

function notifySocket(path: string, log: Logger): SendNotification {
  const socket = openUnixDatagram(path);
  if (isSystemError(socket)) {
    log.warn(`systemd cannot be told how vipd is (NOTIFY_SOCKET ${path}): ${describeSystemError(socket)}`);
    return () => undefined;
  }
  return (text) => {
    const refused = socket.send(text);
    if (refused !== undefined) log.warn(`systemd was not told "${text}": ${describeSystemError(refused)}`);
  };
}

function startWatchdog(systemd: Systemd, supervisor: Supervisor): NodeJS.Timeout | undefined {
  if (systemd.watchdogMillis === undefined) return undefined;
  return setInterval(() => {
    if (supervisor.isHealthy) systemd.watchdog();
  }, systemd.watchdogMillis);
}

/** Options that are understood and remembered, and wait for their half of vipd. */
function warnOfOptionsWithoutEffect(options: Options, log: Logger): void {
  const given: readonly (readonly [boolean, string])[] = [
    [options.snmp || options.agentSocket !== undefined, "-x and -A (SNMP)"],
    [options.keepVrrp, "-V (leave VIPs in place)"],
    [options.coreDump, "-m and -M (core files)"],
    [options.addressMonitoring, "-a (log addresses)"],
  ];
  for (const [isGiven, what] of given) {
    if (isGiven) log.warn(`the option ${what} has no effect in this version`);
  }
}
