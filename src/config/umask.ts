// The argument of `umask`: a number as C writes it, or the names of <sys/stat.h> joined by `|`.
import type { Argument } from "./table.js";

const BITS: ReadonlyMap<string, number> = new Map([
  ["IRUSR", 0o400],
  ["IWUSR", 0o200],
  ["IXUSR", 0o100],
  ["IRWXU", 0o700],
  ["IRGRP", 0o040],
  ["IWGRP", 0o020],
  ["IXGRP", 0o010],
  ["IRWXG", 0o070],
  ["IROTH", 0o004],
  ["IWOTH", 0o002],
  ["IXOTH", 0o001],
  ["IRWXO", 0o007],
]);

export const umask: Argument<number> = {
  grammar: "an octal number, or names such as IWGRP | IRWXO",
  parse(words, { report }) {
    const [first] = words;
    if (first === undefined) return undefined;
    const value = parseMask(words.map((word) => word.text).join(" "));
    if (value === undefined) {
      report.add(
        "invalidNumber",
        first,
        `'${first.text}' is not a file mode mask`,
        `write 0 .. 0777, or names such as IWGRP | IRWXO`,
      );
    }
    return value;
  },
};

function parseMask(text: string): number | undefined {
  if (/^[0-9]/.test(text)) {
    const number = text.split(" ")[0] ?? "";
    const value = /^0[0-7]*$/.test(number)
      ? Number.parseInt(number, 8)
      : /^(0x[0-9a-fA-F]+|[1-9][0-9]*)$/.test(number)
        ? Number(number)
        : Number.NaN;
    return value <= 0o777 ? value : undefined;
  }
  let mask = 0;
  for (const name of text.split("|")) {
    const bit = BITS.get(name.trim());
    if (bit === undefined) return undefined;
    mask |= bit;
  }
  return mask;
}
