// `npm run site [-- --serve]`: writes the API reference and builds the site, in which every link has to lead somewhere.
// --serve shows it then on this machine, until it is interrupted; `npm run site:dev` shows the pages as they are edited.

import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./lib/packages.mjs";
import { deadLinks } from "./lib/site-links.mjs";

const folder = join(root, "docs/.vitepress/dist");

try {
  const { values } = parseArgs({ options: { serve: { type: "boolean", default: false } } });
  build();
  if (values.serve) run("vitepress", "preview", "docs");
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function build() {
  const start = performance.now();
  rmSync(join(root, "docs/api"), { recursive: true, force: true });
  run("typedoc", "--logLevel", "Warn");
  run("vitepress", "build", "docs");
  const { pages, dead } = deadLinks(folder);
  if (dead.length > 0) throw new Error(`links of the site that lead nowhere:\n${dead.join("\n")}`);
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`${pages} pages, ${megabytes()} MB in docs/.vitepress/dist, ${seconds} s`);
}

/**
 * Runs a program of node_modules.
 *
 * @param {string} program
 * @param {string[]} args
 */
function run(program, ...args) {
  execFileSync(join(root, "node_modules/.bin", program), args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
}

function megabytes() {
  const sizes = readdirSync(folder, { recursive: true, encoding: "utf8" }).map(
    (name) => statSync(join(folder, name)).size,
  );
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1e6);
}
