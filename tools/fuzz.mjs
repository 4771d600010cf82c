// `npm run fuzz`: feeds damaged files to every reader of the repository; see tools/fuzz/main.ts and docs/reliability.md.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { entryPoints, root } from "./lib/packages.mjs";

const built = join(root, "node_modules/.cache/myelin-fuzz");

/** Joins the sources, as no build is needed for what is about to be changed. */
const bundle = await rolldown({
  input: { main: join(root, "tools/fuzz/main.ts"), child: join(root, "tools/fuzz/child.ts") },
  platform: "node",
  resolve: {
    alias: Object.fromEntries(
      entryPoints().map(({ specifier, source }) => [`${specifier}$`, join(root, source)]),
    ),
  },
  external: (id) => !/^[./]/.test(id) && !id.startsWith("@myelin/") && id !== "myelin",
});
await bundle.write({
  dir: built,
  format: "esm",
  entryFileNames: "[name].mjs",
  chunkFileNames: "[name]-[hash].mjs",
});
await bundle.close();
/** @type {typeof import("./fuzz/main.ts")} */
const { main } = await import(pathToFileURL(join(built, "main.mjs")).href);
process.exitCode = await main(process.argv.slice(2), join(built, "child.mjs"));
