// The rules of lint: what each says, why, and an example of each side.
import { lintRules } from "../../src/config/lint/index.js";
import { block, cell, NOTE, table } from "./markdown.js";

export function lintPage(): string {
  const overview = table(
    ["Code", "Severity", "Rule"],
    lintRules.map(({ code, severity, title }) => [`[${code}](#${code.toLowerCase()})`, severity, cell(title)]),
  );
  const sections = lintRules.map(
    ({ code, title, why, bad, good }) =>
      `## ${code}\n\n**${title}:** ${why}\n\nNot so:\n\n${files(bad)}\nBut so:\n\n${files(good)}`,
  );
  return `${NOTE}\n\n# Rules of lint\n\n${INTRODUCTION}\n${overview}\n${sections.join("\n")}`;
}

const INTRODUCTION = `\`vipctl lint FILE...\` finds what keepalived and vipd accept and what still costs people their nights. With the files of
several nodes it also looks at what has to be the same on all of them. It ends with status 4 when it has found something;
\`--format json\` and \`--format sarif\` are for programs.
`;

const files = (texts: readonly string[]): string =>
  texts
    .map((text, index) => {
      const name = texts.length === 1 ? "" : `# node ${index + 1}\n`;
      return block("", `${name}${text}`);
    })
    .join("\n");
