// The second way of splitting a line, for keywords that take commands: single and double quotes and backslash escapes
// as a shell has them. A command in one quoted word is split the same way again into program and arguments.

const LETTER_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["a", "\u0007"],
  ["b", "\b"],
  ["E", "\u001b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

/** Words of a text; undefined when a quote is not closed. */
export function shellWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let i = 0;
  for (;;) {
    while (/\s/.test(text.charAt(i))) i++;
    if (i >= text.length) return words;
    const word = readWord(text, i);
    if (word === undefined) return undefined;
    words.push(word.text);
    i = word.end;
  }
}

interface Read {
  readonly text: string;
  readonly end: number;
}

function readWord(text: string, start: number): Read | undefined {
  let word = "";
  let quote = "";
  let i = start;
  while (i < text.length) {
    const character = text.charAt(i);
    if (character === "\\") {
      const escape = readEscape(text, i + 1);
      word += escape.text;
      i = escape.end;
      continue;
    }
    i++;
    if (quote !== "") {
      if (character === quote) quote = "";
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
    } else if (/\s/.test(character)) {
      return { text: word, end: i - 1 };
    } else {
      word += character;
    }
  }
  return quote === "" ? { text: word, end: i } : undefined;
}

/** What stands behind a backslash: a letter, up to three octal digits, xHH, cC for a control character, or itself. */
function readEscape(text: string, at: number): Read {
  const octal = /^[0-7]{1,3}/.exec(text.slice(at, at + 3));
  if (octal !== null) return { text: fromCode(Number.parseInt(octal[0], 8) & 0xff), end: at + octal[0].length };
  const hex = /^x([0-9a-fA-F]{1,2})/.exec(text.slice(at, at + 3));
  if (hex !== null) return { text: fromCode(Number.parseInt(hex[1] ?? "", 16)), end: at + hex[0].length };
  const character = text.charAt(at);
  if (character === "c" && at + 1 < text.length) return { text: fromCode(text.charCodeAt(at + 1) & 0x1f), end: at + 2 };
  return { text: LETTER_ESCAPES.get(character) ?? character, end: at + 1 };
}

/** NUL cannot be part of an argument. */
const fromCode = (code: number): string => (code === 0 ? "" : String.fromCharCode(code));
