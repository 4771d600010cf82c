// `npm run pictures`: draws the pictures of the lessons; see tools/pictures/main.ts.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleTool } from "./lib/bundle-tool.mjs";
import { root } from "./lib/packages.mjs";

const built = await bundleTool("pictures", { main: "tools/pictures/main.ts" });
/** @type {typeof import("./pictures/main.ts")} */
const { main } = await import(pathToFileURL(join(built, "main.mjs")).href);
process.exitCode = await main(process.argv.slice(2), join(root, "docs/lessons/pictures"));
