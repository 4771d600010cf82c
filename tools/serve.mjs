// `npm run example:browser [-- --port N] [--plain]`: serves examples/browser until it is interrupted.
// --plain leaves out the headers of cross-origin isolation: the engine then runs on one thread.

import { parseArgs } from "node:util";
import { serveExample } from "./lib/static-server.mjs";

const { values } = parseArgs({
  options: { port: { type: "string", default: "8080" }, plain: { type: "boolean", default: false } },
});
const { url } = await serveExample({ port: Number(values.port), isolated: !values.plain });
console.log(`Open ${url} in a browser. Ctrl+C ends the server.`);
