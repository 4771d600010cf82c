import type { MarkdownOptions } from "vitepress";

/** The Markdown parser that VitePress hands to what adds rules to it. */
export type Parser = Parameters<NonNullable<MarkdownOptions["config"]>>[0];

/** The anchor of a heading as code hosts make it, so that links to headings hold there and here. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}
