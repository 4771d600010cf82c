// `npm run fuzz`: feeds damaged files to every reader of the repository; see tools/fuzz/main.ts and docs/reliability.md.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleTool } from "./lib/bundle-tool.mjs";

const built = await bundleTool("fuzz", { main: "tools/fuzz/main.ts", child: "tools/fuzz/child.ts" });
/** @type {typeof import("./fuzz/main.ts")} */
const { main } = await import(pathToFileURL(join(built, "main.mjs")).href);
process.exitCode = await main(process.argv.slice(2), join(built, "child.mjs"));
