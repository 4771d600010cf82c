// Joins the sources of a tool with those of the packages, as no build is needed for what is about to be changed.

import { join } from "node:path";
import { rolldown } from "rolldown";
import { entryPoints, root } from "./packages.mjs";

/**
 * Bundles the TypeScript of a tool.
 *
 * @param {string} name of the tool
 * @param {Record<string, string>} input its programs by name, paths from the root
 * @returns {Promise<string>} the folder with `<name of the program>.mjs`
 */
export async function bundleTool(name, input) {
  const folder = join(root, "node_modules/.cache", `myelin-${name}`);
  const bundle = await rolldown({
    input: Object.fromEntries(Object.entries(input).map(([program, path]) => [program, join(root, path)])),
    platform: "node",
    resolve: {
      alias: Object.fromEntries(
        entryPoints().map(({ specifier, source }) => [`${specifier}$`, join(root, source)]),
      ),
    },
    external: (id) => !/^[./]/.test(id) && !id.startsWith("@myelin/") && id !== "myelin",
  });
  await bundle.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name]-[hash].mjs",
  });
  await bundle.close();
  return folder;
}
