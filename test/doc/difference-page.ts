// The deliberate differences from keepalived in reading a configuration.
import { matrixDifferences } from "../config/matrix/differences.js";
import { differences } from "./differences.js";
import { cell, NOTE, table } from "./markdown.js";

export const differencePage = (): string =>
  `${NOTE}\n\n# Deliberate differences from keepalived\n\n${INTRODUCTION}\n${table(
    ["Case", "keepalived", "vipd", "Why"],
    [...differences, ...matrixDifferences].map(({ what, keepalived, vipd, why }) =>
      [what, keepalived, vipd, why].map(cell),
    ),
  )}`;

const INTRODUCTION = `A configuration means the same to both, \`vipd -t\` ends with the same exit status, and complains about the same lines; these are
the exceptions. Each is tested. Differences of the running daemon are in the change log.
`;
