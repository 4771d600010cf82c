/** HTML that is safe because of how it is made: text becomes markup nowhere but here. */

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A piece of HTML or SVG. Only this module makes one. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  /**
   * Takes markup as it is.
   *
   * @param markup made of constants and numbers, or by a library that escapes the texts it was given
   */
  static trusted(markup: string): Html {
    return new Html(markup);
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand in a template: everything but `Html` is text. */
export type Content = Html | string | number | undefined | readonly Content[];

/** A template whose values are escaped, in elements and between the quotes of attributes alike; lists are joined. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return Html.trusted(strings.map((part, i) => part + markupOf(values[i])).join(""));
}

/** Nothing. */
export const EMPTY = html``;

function markupOf(value: Content): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.toString();
  if (Array.isArray(value)) return (value as readonly Content[]).map(markupOf).join("");
  return escapeText(String(value));
}

/** Characters that a page cannot hold or that hide what comes after them are shown as a replacement. */
function escapeText(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, "\ufffd")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
