// Lines that are nothing but words and braces. Nearly all lines are, and a large file says the same again and again:
// each text is taken apart once.
import { formOf, withoutTrailingSpace, type LineForm } from "./lexer.js";
import { isShort } from "./raw-line.js";

/** What a comment, a condition, a parameter, a repetition, an include or an unreadable line has in it. */
const SPECIAL = /[#!$@~]|[^\t-\r -~]|include/;

export class PlainLines {
  readonly #forms = new Map<string, LineForm>();

  /** Undefined for a line that needs a closer look. */
  formOf(written: string): LineForm | undefined {
    const known = this.#forms.get(written);
    if (known !== undefined || SPECIAL.test(written) || !isShort(written)) return known;
    const form = formOf({ text: written }, withoutTrailingSpace(written), false);
    this.#forms.set(written, form);
    return form;
  }
}
