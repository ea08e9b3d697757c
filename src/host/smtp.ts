// Sends mail by SMTP (RFC 5321): nodemailer does, and is loaded when the first mail is to be sent.
//
// Why nodemailer: no dependencies, no native parts, maintained since 2010, and TLS, AUTH and dot stuffing done as the
// standards have them.
import { hostname } from "node:os";

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** What HELO says; absent: the name of this host. */
  readonly helo?: string;
  /** For each step of the dialogue. */
  readonly timeoutMillis: number;
  /** opportunistic: STARTTLS where the server offers it; required: or not at all; implicit: from the first octet. */
  readonly tls: "none" | "opportunistic" | "required" | "implicit";
  readonly login?: { readonly user: string; readonly password: string };
}

export interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

export interface SmtpFailure {
  readonly why: string;
  /** The server has refused this mail for good (a reply of 5xx to it). */
  readonly permanent: boolean;
}

/** Resolves with undefined when the server has taken it. Each call is a connection of its own. */
export async function sendLetter(server: SmtpServer, letter: Letter): Promise<SmtpFailure | undefined> {
  const { createTransport } = await import("nodemailer");
  const { host, port, timeoutMillis, tls, login } = server;
  const transport = createTransport({
    host,
    port,
    name: server.helo ?? hostname(),
    secure: tls === "implicit",
    ignoreTLS: tls === "none",
    requireTLS: tls === "required",
    // Where the server need not speak TLS at all, its certificate proves nothing: only `required` and `implicit` verify it.
    tls: { rejectUnauthorized: tls === "required" || tls === "implicit" },
    connectionTimeout: timeoutMillis,
    greetingTimeout: timeoutMillis,
    socketTimeout: timeoutMillis,
    ...(login !== undefined && { auth: { user: login.user, pass: login.password } }),
  });
  try {
    await transport.sendMail({ ...letter, to: [...letter.to], headers: { "X-Mailer": "vipd" } });
    return undefined;
  } catch (error) {
    return failureOf(error, `${host}:${port}`);
  } finally {
    transport.close();
  }
}

function failureOf(error: unknown, server: string): SmtpFailure {
  const text = error instanceof Error ? error.message : String(error);
  const reply = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : 0;
  // A wrong password or a refused connection may be put right: only what the server says of the mail itself is final.
  const aboutMail =
    error instanceof Error && "code" in error && (error.code === "EENVELOPE" || error.code === "EMESSAGE");
  return { why: `${server}: ${text}`, permanent: aboutMail && reply >= 500 };
}
