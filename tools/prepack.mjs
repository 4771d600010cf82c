// Runs in a package before it is packed: puts the files beside it that the whole repository shares, and takes away
// what earlier builds have left of sources that are no more.

import { copyFileSync, cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { sharedFiles } from "./lib/packages.mjs";

/** Files that the compiler writes for each source. */
const COMPILED = /(\.d\.ts|\.js)(\.map)?$/;
/** Files that bundle.mjs writes. */
const BUNDLED = /\.(min|global)\.js$|^dist\/vendor\//;

for (const { from, to, folder } of sharedFiles(process.cwd())) {
  if (folder) cpSync(from, to, { recursive: true });
  else copyFileSync(from, to);
}

for (const entry of readdirSync("dist", { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !COMPILED.test(entry.name) || BUNDLED.test(file)) continue;
  const source = join("src", relative("dist", file).replace(COMPILED, ".ts"));
  if (!existsSync(source)) rmSync(file);
}
