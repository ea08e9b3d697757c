// Mail alerts: to whom, through which server, and about what.
import { seconds } from "../../base/time.js";
import { groupSubject, instanceSubject, subjectKey, type MailParams } from "../../notify/params.js";
import type { RootConf } from "../conf.js";
import type { Scope } from "../table.js";

const DEFAULT_TIMEOUT = seconds(30);

/** Undefined without smtp_server or notification_email: keepalived sends nothing then, and says nothing. */
export function lowerMail(conf: RootConf, { environment }: Scope): MailParams | undefined {
  const globals = conf.globals.conf;
  const { smtpServer: server, notificationEmails: to } = globals;
  if (server === undefined || to.length === 0) return undefined;
  return {
    routerId: globals.routerId ?? environment.hostName,
    server: { host: server.host, port: server.port },
    ...(globals.smtpHeloName !== undefined && { helo: globals.smtpHeloName }),
    timeout: globals.smtpConnectTimeout ?? DEFAULT_TIMEOUT,
    from: globals.notificationEmailFrom ?? `${environment.self.name}@${environment.hostName}`,
    to,
    withoutFaults: globals.noEmailFaults ?? false,
  };
}

/** Instances and groups of `smtp_alert`, whether or not there is anybody to write to. */
export function smtpAlerts(conf: RootConf): readonly string[] {
  const globals = conf.globals.conf;
  const byDefault = globals.smtpAlertVrrp ?? globals.smtpAlert ?? false;
  return [
    ...[...conf.instances.values()]
      .filter(({ conf: { smtpAlert } }) => smtpAlert ?? byDefault)
      .map(({ conf: { name } }) => instanceSubject(name)),
    ...[...conf.syncGroups.values()]
      .filter(({ conf: { smtpAlert } }) => smtpAlert ?? byDefault)
      .map(({ conf: { name } }) => groupSubject(name)),
  ].map(subjectKey);
}
