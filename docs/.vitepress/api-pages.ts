import type { MarkdownEnv } from "vitepress";
import type { Parser } from "./parser.ts";

/** Lines of equations, as docstrings have them: a paragraph whose lines are indented. */
const EQUATIONS = /(?<=\n\n)(?: {2,}(?![-*] ).*\n)+(?=\n)/g;
/** A name that an entry point has from another one. */
const REPEATED = /^### .+\n\n(?:Re-exports|Renames and re-exports) (\[.+\]\(.+\))\n(?:\n\*\*\*\n)?/gm;

/** Shows what is particular to TypeDoc's pages: equations line by line, and names of other entry points as a list. */
export function apiPages(parser: Parser): void {
  parser.core.ruler.after("normalize", "api pages", (state) => {
    if (!isApiPage((state.env as MarkdownEnv).relativePath)) return;
    state.src = state.src
      .replace(EQUATIONS, (lines) => `\`\`\`text\n${lines}\`\`\`\n`)
      .replace(REPEATED, "- $1");
  });
}

export function isApiPage(path: string): boolean {
  return path.startsWith("docs/api/");
}
