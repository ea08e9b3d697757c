// What is wrong with a configuration, as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format): what code
// hosting sites and editors show beside the lines.
import type { Finding } from "./diagnostics.js";
import type { Place } from "./source.js";

export interface SarifTool {
  readonly name: string;
  readonly version: string;
  /** What each code means in general; codes that are not in it have no description. */
  readonly meanings: ReadonlyMap<string, string>;
}

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

export function reportSarif(findings: readonly Finding[], tool: SarifTool): string {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: tool.name, version: tool.version, rules: codes.map((code) => rule(code, tool)) } },
        // SARIF §3.14.17: what a column counts.
        columnKind: "utf16CodeUnits",
        results: findings.map((finding) => result(finding, codes)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const rule = (code: string, { meanings }: SarifTool): object => ({
  id: code,
  ...(meanings.has(code) && { shortDescription: { text: meanings.get(code) } }),
});

const result = ({ code, severity, message, hint, place }: Finding, codes: readonly string[]): object => ({
  ruleId: code,
  ruleIndex: codes.indexOf(code),
  level: severity,
  message: { text: hint === undefined ? message : `${message}\nhelp: ${hint}` },
  ...(place !== undefined && { locations: [{ physicalLocation: physicalLocation(place) }] }),
});

const physicalLocation = ({ line, column, length }: Place): object => ({
  artifactLocation: { uri: uriOf(line.file) },
  region: {
    startLine: line.number,
    startColumn: column,
    // One past the last character (SARIF §3.30.8).
    endColumn: column + length,
    snippet: { text: line.text },
  },
});

/** An absolute path becomes a file URI, any other a relative reference (RFC 3986). */
function uriOf(path: string): string {
  const escaped = path.split("/").map(encodeSegment).join("/");
  return path.startsWith("/") ? `file://${escaped}` : escaped;
}

/** Halves of a surrogate pair cannot be encoded, so they are replaced. */
const encodeSegment = (segment: string): string => encodeURIComponent(segment.replace(/\p{Cs}/gu, "\ufffd"));
