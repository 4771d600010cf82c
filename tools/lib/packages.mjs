// What the workspace's packages say about themselves, for the tools and tests that need it.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** The repository's root. */
export const root = join(import.meta.dirname, "../..");

/** Folder names below `packages/`, lowest layer first. */
export const packageNames = /** @type {const} */ (["core", "data", "exchange", "mpi", "myelin"]);

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {Record<string, { default: string }>} exports
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [bin]
 */

/**
 * The `package.json` of `packages/<name>`.
 *
 * @param {string} name
 * @returns {Manifest}
 */
export function manifest(name) {
  return JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
}

/**
 * Every public entry point with its source file: `@myelin/core` -> `packages/core/src/index.ts`.
 *
 * @returns {{ specifier: string, source: string, built: string }[]}
 */
export function entryPoints() {
  return packageNames.flatMap((name) => {
    const { name: specifier, exports } = manifest(name);
    return Object.entries(exports).map(([subpath, target]) => {
      const built = join("packages", name, target.default);
      return {
        specifier: specifier + subpath.slice(1),
        source: built.replace("/dist/", "/src/").replace(/\.js$/, ".ts"),
        built,
      };
    });
  });
}

/**
 * What a package brings along that lies once in the repository: the licence, and the recipes with the command line.
 *
 * @param {string} folder of the package
 */
export function sharedFiles(folder) {
  const names = basename(folder) === "myelin" ? ["LICENSE", "recipes"] : ["LICENSE"];
  return names.map((name) => ({
    from: join(root, name),
    to: join(folder, name),
    folder: name === "recipes",
  }));
}
