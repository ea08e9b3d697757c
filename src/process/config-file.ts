// Reads the configuration file on the machine it is for, and judges what it can do there.
import { configEnvironment } from "../host/config-environment.js";
import { openRtnl } from "../host/rtnl.js";
import { type SystemError, describeSystemError, isSystemError } from "../host/system-error.js";
import {
  type ConfigEnvironment,
  type Diagnostic,
  type Configuration as Reading,
  problems,
  readConfiguration,
  isRemark,
  renderFinding,
  renderMisreading,
} from "../config/index.js";
import type { DaemonParams } from "../supervise/params.js";
import type { Configuration, ConfigurationProblem } from "./configuration.js";
import type { Options } from "./options.js";

export interface LoadOptions {
  /** Whether there are ANSI colours in the problems' texts; asked only where there is a problem. */
  readonly colours: () => boolean;
}

/** Never throws: whatever the file, the network or the kernel holds against it is among the problems. */
export function loadConfiguration(
  { configurationFile, configId }: Options,
  { colours }: LoadOptions = { colours: () => false },
): Configuration {
  const rtnl = openRtnl();
  if (isSystemError(rtnl)) return cannotLook(rtnl);
  try {
    const links = rtnl.links();
    const addresses = rtnl.addresses();
    if (isSystemError(links)) return cannotLook(links);
    if (isSystemError(addresses)) return cannotLook(addresses);
    const environment = configEnvironment({
      links: () => links,
      addresses: () => addresses,
      ...(configId !== undefined && { configId }),
    });
    return judge(readConfiguration(configurationFile, environment), environment, colours);
  } finally {
    rtnl.close();
  }
}

function judge(reading: Reading, environment: ConfigEnvironment, colours: LoadOptions["colours"]): Configuration {
  const { params, diagnostics, misread, exitStatus, files } = reading;
  const options = { colours: diagnostics.length + misread.length > 0 && colours(), severalFiles: files.length > 1 };
  // Where a word is missing keepalived ends, so that what follows is for vipd alone to say.
  const last = diagnostics.findIndex((diagnostic) => diagnostic.exitStatus === 2);
  const isReached = ({ stage }: Diagnostic, index: number): boolean => last < 0 || (index <= last && stage === "parse");
  return {
    ...(params !== undefined && { params }),
    isReadable: !diagnostics.some(({ problem }) => problem === "mainFileUnreadable"),
    problems: diagnostics.map((diagnostic, index) =>
      toProblem(diagnostic, isRemark(diagnostic) || !isReached(diagnostic, index), options),
    ),
    misread: misread.map((misreading) => renderMisreading(misreading, options)),
    findings: diagnostics,
    testStatus: exitStatus,
    hopeless: params === undefined ? [] : hopelessInstances(params, diagnostics, environment),
  };
}

function toProblem(
  diagnostic: Diagnostic,
  remark: boolean,
  options: { readonly colours: boolean; readonly severalFiles: boolean },
): ConfigurationProblem {
  const { severity, code, message } = diagnostic;
  return {
    severity,
    remark,
    key: `${code} ${message}`,
    line: problemLine(diagnostic),
    text: renderFinding(diagnostic, options),
  };
}

function problemLine({ code, message, hint, place }: Diagnostic): string {
  const where = place === undefined ? "" : `${place.line.file}:${place.line.number}:${place.column}: `;
  return `${where}${message}${hint === undefined ? "" : ` (${hint})`} [${code}]`;
}

/** Why, for each instance, and the first mistake with its place, when not a single one can work; empty otherwise. */
function hopelessInstances(
  { vrrp }: DaemonParams,
  diagnostics: readonly Diagnostic[],
  environment: ConfigEnvironment,
): readonly string[] {
  // With dynamic_interfaces a missing interface is not even remarked upon: it may come.
  const mayWait = !diagnostics.some(({ problem }) => problem === "unknownInterface");
  const isThere = (name: string | undefined): boolean =>
    mayWait || name === undefined || environment.findInterface(name) !== undefined;
  if (vrrp.instances.some(({ interfaceName }) => isThere(interfaceName))) return [];
  // What is wrong in a line says more than what follows from it for the instance.
  const consequences: ReadonlySet<Diagnostic["problem"]> = new Set(["unknownInterface", "impossibleInstance"]);
  const mistake = diagnostics.find(({ severity, problem }) => severity === "error" && !consequences.has(problem));
  return [
    ...vrrp.instances.map(
      ({ name, interfaceName = "?" }) =>
        `${name}: the interface ${interfaceName} does not exist; create it, correct its name, or set dynamic_interfaces in global_defs`,
    ),
    ...vrrp.impossible.map(({ name, reason }) => `${name}: ${reason}`),
    ...(mistake === undefined ? [] : [problemLine(mistake)]),
  ];
}

/** Without a look at the interfaces nothing can be said. */
function cannotLook(error: SystemError): Configuration {
  const text = `the interfaces of this machine cannot be listed: ${describeSystemError(error)}`;
  const { code, severity, exitStatus } = problems.machineUnreadable;
  return {
    isReadable: true,
    problems: [{ severity, remark: false, key: text, line: text, text }],
    misread: [],
    findings: [{ code, severity, message: text }],
    testStatus: exitStatus,
    hopeless: [],
  };
}
