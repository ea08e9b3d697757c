// HTTP_GET and SSL_GET: requests whose answers are checked for status, digest or a pattern (keepalived.conf(5)).
import * as arg from "../arguments.js";
import * as check from "../check-arguments.js";
import type { HttpCheckConf, UrlConf } from "../lvs-conf.js";
import { UINT32_MAX } from "../lvs-arguments.js";
import { rowsFor, section, table, type Argument, type Row, type Section, type Table } from "../table.js";
import { connectingRows } from "./checkers.js";

const url = rowsFor<UrlConf>();

const defaultUrl = (): UrlConf => ({ digests: [], statusCodes: [], regexNoMatch: false, regexOptions: [] });

const urlRows: readonly Row<UrlConf>[] = [
  url.leaf("path", "path", arg.text, { once: "last", doc: "Path to ask for." }),
  url.each("digest", (conf) => conf.digests, check.digest, {
    doc: "MD5 sum that the body must have, as genhash prints it.",
  }),
  url.each("status_code", (conf) => conf.statusCodes, check.statusCodes, {
    default: "200-299",
    doc: "Status codes that count as success; 200-299 where none are given.",
  }),
  url.leaf("virtualhost", "virtualHost", arg.text, {
    once: "last",
    absence: "missingWord",
    default: { from: "its checker, real_server or virtual_server" },
    doc: "Host header of this request.",
  }),
  url.leaf("regex", "regex", check.pattern, { once: "last", doc: "PCRE2 pattern that the answer must match." }),
  url.leaf("regex_no_match", "regexNoMatch", arg.flag<boolean>(true), {
    doc: "The answer must not match the pattern.",
  }),
  url.each("regex_options", (conf) => conf.regexOptions, check.words, { doc: "Options of the pattern." }),
  url.leaf("regex_min_offset", "regexMinOffset", check.offset, {
    default: "0",
    doc: "First byte at which a match may start.",
  }),
  url.leaf("regex_max_offset", "regexMaxOffset", check.offset, { doc: "Last byte at which a match may start." }),
  url.leaf("regex_stack", "regexStack", check.stackSizes, {
    default: { from: "PCRE2" },
    doc: "Stack of the pattern matcher.",
  }),
];

const tlsCompliantUrl = url.leaf("tls_compliant", "tlsCompliant", arg.optionalBoolean, {
  default: { from: "its checker" },
  doc: "Say goodbye with close_notify.",
});

const http = rowsFor<HttpCheckConf>();

export const defaultHttpCheck = (): HttpCheckConf => ({ enableSni: false, fastRecovery: false, urls: [] });

const retries = arg.integer(0, UINT32_MAX);

/** The old spelling of `retry`. */
const oldRetry: Argument<number> = {
  ...retries,
  parse(words, scope, statement) {
    scope.report.add("deprecated", statement.keyword, "nb_get_retry is an old keyword", "write retry instead");
    return retries.parse(words, scope, statement);
  },
};

const httpRows = (urlTable: Table<UrlConf>): readonly Row<HttpCheckConf>[] => [
  ...connectingRows({ delayBeforeRetry: "3" }),
  http.leaf("nb_get_retry", "retry", oldRetry, { default: { from: "its real_server" }, doc: "Old spelling of retry." }),
  http.leaf("virtualhost", "virtualHost", arg.text, {
    absence: "missingWord",
    default: { from: "its real_server or virtual_server" },
    doc: "Host header of requests that name none.",
  }),
  http.leaf("http_protocol", "httpProtocol", check.httpProtocol, {
    absence: "missingWord",
    default: "1.0",
    doc: "Protocol version; C adds Connection: close.",
  }),
  http.leaf("enable_sni", "enableSni", arg.optionalBoolean, { doc: "Send the host name in the TLS handshake." }),
  http.leaf("sni_name", "sniName", optionalText(), { doc: "Host name to send in the TLS handshake." }),
  http.leaf("fast_recovery", "fastRecovery", arg.optionalBoolean, {
    doc: "Ask for all URLs at once at the start and on recovery.",
  }),
  http.section("url", urlTable, (statement) => section<UrlConf>(defaultUrl(), statement), {
    doc: "A request to make.",
    finish(request, into, end, { report }) {
      if (request.conf.path !== undefined) into.urls.push(request);
      else report.add("incompleteChecker", end, "this url has no path; it is ignored", "add path /");
    },
  }),
];

/** The word, or empty. */
function optionalText(): Argument<string> {
  return { grammar: "[a name]", takes: { kind: "text" }, arity: 0, parse: ([word]) => word?.text ?? "" };
}

export const httpGet = table<HttpCheckConf>("HTTP_GET", httpRows(table<UrlConf>("url", urlRows)));

export const sslGet = table<HttpCheckConf>("SSL_GET", [
  ...httpRows(table<UrlConf>("url", [...urlRows, tlsCompliantUrl])),
  http.leaf("tls_compliant", "tlsCompliant", arg.optionalBoolean, {
    doc: "Say goodbye with close_notify, for all URLs.",
  }),
]);

export const openHttpCheck = (statement: Section<unknown>["header"]): Section<HttpCheckConf> =>
  section<HttpCheckConf>(defaultHttpCheck(), statement);
