import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DefaultTheme } from "vitepress";
import { packageNames, root } from "../../tools/lib/packages.mjs";

type Item = DefaultTheme.SidebarItem;

/** The pages beside the lessons and the API, in the order in which a reader may want them. */
const GROUPS: readonly (readonly [title: string, ...pages: string[]])[] = [
  ["Start", "README", "docs/glossary", "docs/coming-from", "CHANGELOG"],
  ["Networks", "docs/guide", "docs/neurons", "docs/streaming", "docs/runs", "examples/live/README"],
  [
    "Recipes and data",
    "docs/recipes",
    "docs/data",
    "docs/reports",
    "docs/sweeps",
    "docs/cluster",
    "docs/exchange",
  ],
  ["What was measured", "docs/results", "docs/studies", "docs/checks", "docs/reliability", "bench/LAB"],
  [
    "Working on Myelin",
    "ARCHITECTURE",
    "CONTRIBUTING",
    "docs/dependencies",
    ...packageNames.map((name) => `packages/${name}/README`),
  ],
];

/** The sidebar of each part of the site: one of the pages, and one of each entry point. */
export function sidebar(): DefaultTheme.SidebarMulti {
  return { ...apiSidebars(), "/": pageSidebar() };
}

function pageSidebar(): Item[] {
  checkComplete();
  const groups = GROUPS.map(([text, ...pages]) => ({ text, items: pages.map(pageItem) }));
  const [start, ...others] = groups;
  return [start!, { text: "Lessons", items: pagesOf("docs/lessons").map(pageItem) }, ...others];
}

/** @throws if a page is missing here, so that none is written that nobody finds */
function checkComplete(): void {
  const known = GROUPS.flatMap(([, ...pages]) => pages);
  const missing = pagesOf("docs").filter((page) => !known.includes(page));
  if (missing.length > 0)
    throw new Error(
      `docs/.vitepress/sidebar.ts: expected a place for every page, got none for ${missing.join(", ")}.`,
    );
}

/** The pages right in a folder, without their ending. */
function pagesOf(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `${folder}/${name.slice(0, -".md".length)}`);
}

function pageItem(page: string): Item {
  const title = /^# (.+)$/m.exec(readFileSync(join(root, `${page}.md`), "utf8"))![1]!;
  return { text: title.replaceAll("`", ""), link: page === "README" ? "/" : `/${page}` };
}

/** What TypeDoc writes of each page and group of pages. */
interface ApiNode {
  readonly title: string;
  readonly kind?: number;
  /** Below docs/api. */
  readonly path?: string;
  readonly children?: readonly ApiNode[];
}

/** TypeDoc's number for entry points. */
const MODULE = 2;

/** A sidebar for each entry point, with its own names: one of all would be a hundred kilobytes in each page. */
function apiSidebars(): DefaultTheme.SidebarMulti {
  const file = join(root, "docs/api/navigation.json");
  const nodes = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ApiNode[]) : [];
  const entries = nodes.flatMap((node) => entryPoints(node));
  const all = {
    text: "Entry points",
    link: "/docs/api/",
    items: entries.map(({ text, link }) => ({ text, link })),
  };
  return Object.fromEntries([
    ["/docs/api/", [all]],
    ...entries.map((entry) => [entry.link, [entry, { ...all, collapsed: true }]]),
  ]) as DefaultTheme.SidebarMulti;
}

/** An entry point, and those that stand within it, as `myelin/plugin` within `myelin`. */
function entryPoints(
  { title, path, children = [] }: ApiNode,
  within = "",
): (Item & { text: string; link: string })[] {
  const inner = children.filter(({ kind }) => kind === MODULE);
  const items = children.filter(({ kind }) => kind !== MODULE).map(apiItem);
  const text = `${within}${title}`;
  const link = `/docs/api/${path!.replace(/index\.md$/, "")}`;
  return [{ text, link, items }, ...inner.flatMap((node) => entryPoints(node, `${text}/`))];
}

function apiItem({ title, path, children }: ApiNode): Item {
  return {
    text: title,
    ...(path !== undefined && { link: `/docs/api/${path.replace(/(index)?\.md$/, "")}` }),
    ...(children && { items: children.map(apiItem), collapsed: false }),
  };
}
