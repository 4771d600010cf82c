import { copyFileSync, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { MarkdownEnv, SiteConfig } from "vitepress";
import { root } from "../../tools/lib/packages.mjs";
import type { Parser } from "./parser.ts";

const readme = join(root, "README.md");
/** Paths in the repository, of files that are no pages and that pages link to. */
const files = new Set<string>();

/** Leads links to the README to the first page, and those to files such as recipes to the file itself. */
export function linkedFiles(parser: Parser): void {
  parser.core.ruler.push("linked files", ({ tokens, env }) => {
    const folder = join(root, dirname((env as MarkdownEnv).relativePath));
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const [, path, anchor] = /^([^#:]+)(#.*)?$/.exec(token.attrGet("href") ?? "") ?? [];
      if (token.type !== "link_open" || path === undefined) continue;
      const file = join(folder, path);
      if (file === readme) {
        token.attrSet("href", `/${anchor ?? ""}`);
      } else if (!/\.(md|html)$/.test(file) && existsSync(file) && statSync(file).isFile()) {
        files.add(relative(root, file));
        // VitePress takes what has a target of its own for a file, and what has no ending for a page.
        token.attrSet("target", "_blank");
      }
    }
  });
}

/** Puts the linked files at their paths in the site. */
export function copyLinkedFiles({ outDir }: SiteConfig): void {
  for (const file of files) {
    mkdirSync(dirname(join(outDir, file)), { recursive: true });
    copyFileSync(join(root, file), join(outDir, file));
  }
}
