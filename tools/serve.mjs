// `npm run example:browser [-- --port N] [--plain]`: serves examples/browser until it is interrupted.
// --plain leaves out the headers of cross-origin isolation: the engine then runs on one thread.

import { parseArgs } from "node:util";
import { serveExample } from "./lib/static-server.mjs";

try {
  const { values } = parseArgs({
    options: { port: { type: "string", default: "8080" }, plain: { type: "boolean", default: false } },
  });
  const { url } = await serveExample({ port: portOf(values.port), isolated: !values.plain });
  console.log(`Open ${url} in a browser. Ctrl+C ends the server.`);
} catch (error) {
  console.error(`error: ${messageOf(error)}`);
  process.exitCode = 1;
}

/** @param {string} text */
function portOf(text) {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new Error(`--port: expected a number from 0 to 65535, got "${text}". 0 takes any that is free.`);
}

/**
 * @param {unknown} error
 * @returns {string}
 */
function messageOf(error) {
  const { code, port, message } = /** @type {NodeJS.ErrnoException & { port?: number }} */ (error);
  if (code === "EADDRINUSE" || code === "EACCES") {
    return `--port: expected one that is free, got ${port}. Is the server running already? Otherwise name another one.`;
  }
  return message;
}
