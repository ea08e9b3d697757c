// How the daemon is reloaded, and what a reload cannot change.
import type { ReloadParams } from "../../supervise/params.js";
import type { GlobalConf, RootConf } from "../conf.js";

/** Where `reload_file` without a path is. */
const RELOAD_FILE = "/run/keepalived.reload";

export function lowerReload({ reloadFile, reloadTimeFile, reloadRepeat, reloadCheckConfig }: GlobalConf): ReloadParams {
  return {
    ...(reloadFile !== undefined && { marker: reloadFile === "" ? RELOAD_FILE : reloadFile }),
    ...(reloadTimeFile !== undefined && { timeFile: reloadTimeFile }),
    repeats: reloadRepeat ?? false,
    ...(reloadCheckConfig !== undefined && reloadCheckConfig !== "" && { report: reloadCheckConfig }),
  };
}

/** The keywords that a running keepalived refuses to see changed (keepalived.conf(5)), each with what is written. */
export function fixedAtStart({
  netNamespace,
  netNamespaceIpvs,
  instanceName,
  usePidDirectory,
}: RootConf): Readonly<Record<string, string>> {
  return {
    ...(netNamespace !== undefined && { net_namespace: netNamespace }),
    ...(netNamespaceIpvs !== undefined && { net_namespace_ipvs: netNamespaceIpvs }),
    ...(instanceName !== undefined && { instance: instanceName }),
    ...(usePidDirectory === true && { use_pid_dir: "" }),
  };
}
