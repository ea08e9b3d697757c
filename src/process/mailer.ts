// Mail alerts, in the supervisor: the host of the mail queue. Nothing waits for it but the end of the daemon, and that not long.
import type { Instant } from "../base/time.js";
import { type Letter, type SmtpFailure, type SmtpServer, sendLetter } from "../host/smtp.js";
import { alertMail } from "../notify/mail.js";
import { type MailEffect, mailMachine, noMail } from "../notify/mail-queue.js";
import { type HookTransition, hookState } from "../notify/notification.js";
import { type MailParams, subjectKey } from "../notify/params.js";
import { drive } from "./drive.js";
import type { Logger } from "./logging.js";
import type { Settings } from "./settings.js";
import { createWakeTimer } from "./wake-timer.js";

/** At the end what waits is tried once more, for no longer than this. */
const FINISH_PATIENCE_MILLIS = 5_000;

export interface MailerOptions {
  readonly now: () => Instant;
  readonly log: Logger;
  readonly settings: Settings["mail"];
  readonly send?: (server: SmtpServer, letter: Letter) => Promise<SmtpFailure | undefined>;
}

export interface Mailer {
  /** No `params`: there is nobody to write to. Those of `alerts` that go with a reload are still to be reported. */
  configure(params: MailParams | undefined, alerts: readonly string[]): void;
  transition(transition: HookTransition, reportsDeletion: boolean): void;
  finish(): Promise<void>;
}

export function createMailer({ now, log, settings, send = sendLetter }: MailerOptions): Mailer {
  let params: MailParams | undefined;
  let alerts: ReadonlySet<string> = new Set();
  let retiring: readonly string[] = [];
  let finished: () => void = () => undefined;

  const perform = (effect: MailEffect): void => {
    switch (effect.kind) {
      case "send": {
        if (params === undefined) {
          queueMicrotask(() =>
            machine.deliver({ kind: "failed", why: "no smtp_server is configured any more", permanent: true }),
          );
          break;
        }
        const { from, to, timeout, server, helo } = params;
        const { subject, text } = effect.mail;
        const smtp: SmtpServer = {
          ...server,
          ...(helo !== undefined && { helo }),
          timeoutMillis: timeout / 1_000,
          tls: settings.tls,
          ...(settings.login !== undefined && { login: settings.login }),
        };
        void send(smtp, { from, to, subject, text: `${text}\n` }).then((failure) =>
          machine.deliver(failure === undefined ? { kind: "sent" } : { kind: "failed", ...failure }),
        );
        break;
      }
      case "delayed":
        log.warn(`The mail "${effect.mail.subject}" could not be sent yet, ${effect.why}; it is tried again`);
        break;
      case "dropped":
        log.error(`The mail "${effect.mail.subject}" is given up: ${effect.why}`);
        break;
      case "finished":
        finished();
        break;
    }
  };

  const timer = createWakeTimer(now, () => machine.deliver({ kind: "timeout" }));
  const machine = drive(mailMachine, noMail, {
    now,
    wakeAt: timer.wakeAt,
    perform: (effects) => effects.forEach(perform),
  });

  return {
    configure: (next, subjects) => {
      params = next;
      alerts = new Set([...retiring, ...subjects]);
      retiring = subjects;
    },
    transition: (transition, reportsDeletion) => {
      const state = hookState(transition, reportsDeletion);
      if (params === undefined || state === undefined || transition.reason.code === "resumed") return;
      if (!alerts.has(subjectKey(transition.subject))) return;
      const mail = alertMail(transition.subject, state, params);
      if (mail !== undefined) machine.deliver({ kind: "mail", mail });
    },
    finish: () =>
      new Promise((resolve) => {
        const patience = setTimeout(resolve, FINISH_PATIENCE_MILLIS);
        finished = () => {
          clearTimeout(patience);
          timer.wakeAt(undefined);
          resolve();
        };
        machine.deliver({ kind: "finish" });
      }),
  };
}
