import { defineConfig } from "vitepress";
import { apiPages, isApiPage } from "./api-pages.ts";
import { copyLinkedFiles, linkedFiles } from "./linked-files.ts";
import { anchorOf } from "./parser.ts";
import { sidebar } from "./sidebar.ts";

/**
 * The site of `npm run site`: README as its first page, docs/, and the API reference that TypeDoc writes into docs/api.
 * Pages stand at the paths they have in the repository, so that their links hold there and here.
 */
export default defineConfig({
  title: "Myelin",
  description: "Spiking neural networks in TypeScript, in Node and in the browser",
  lang: "en-GB",
  srcDir: "..",
  srcExclude: ["packages/*/!(README.md)", "packages/*/!(README.md)/**", "runs/**"],
  rewrites: { "README.md": "index.md" },
  cacheDir: "../node_modules/.cache/vitepress",
  vite: { server: { watch: { ignored: ["**/dist/**", "**/runs/**"] } } },
  // Without it every page holds the sidebars of all.
  metaChunk: true,
  markdown: {
    anchor: { slugify: anchorOf },
    config: (parser) => {
      apiPages(parser);
      linkedFiles(parser);
    },
  },
  transformPageData({ relativePath, frontmatter }) {
    if (isApiPage(relativePath)) frontmatter["pageClass"] = "api";
  },
  buildEnd: copyLinkedFiles,
  themeConfig: {
    outline: [2, 3],
    sidebar: sidebar(),
    nav: [
      { text: "Lessons", link: "/docs/lessons/1-a-spike", activeMatch: "/docs/lessons/" },
      { text: "Guide", link: "/docs/guide" },
      { text: "Recipes", link: "/docs/recipes" },
      { text: "API", link: "/docs/api/", activeMatch: "/docs/api/" },
    ],
    search: { provider: "local" },
    footer: { message: "Apache-2.0" },
  },
});
