import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { myelin } from "./process.mjs";
import { different, undisturbed } from "./runs.mjs";

/** @typedef {import("./chains.mjs").Task} Task */

/** Bytes of what is downloaded, those sent at once, and the pause after them. */
const LENGTH = 8 << 20;
const PIECE = 1 << 16;
const PAUSE_MS = 5;

/**
 * Downloading a file from a server on this machine, which goes on where a download was cut.
 *
 * @param {string} folder
 * @returns {Promise<Task>}
 */
export async function downloadTask(folder) {
  const body = Buffer.alloc(LENGTH);
  for (let at = 0; at < LENGTH; at += 4) body.writeUInt32LE(Math.imul(at, 0x9e3779b1) >>> 0, at);
  const whole = join(folder, "data.bin");
  writeFileSync(whole, body);
  const url = `${await serve(body)}/data.bin`;
  const sha256 = createHash("sha256").update(body).digest("hex");
  const command = (/** @type {string} */ place) => [
    join(import.meta.dirname, "get.mjs"),
    ...[join(place, "set"), url, sha256],
  ];
  return {
    name: "download",
    ms: await undisturbed(command(join(folder, "download"))),
    command,
    compare: (place) => different("the downloaded file", whole, join(place, "set/data.bin")),
  };
}

/**
 * A server that takes its time, and stays no longer than this process.
 *
 * @param {Buffer} body
 * @returns {Promise<string>} its address
 */
async function serve(body) {
  /**
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:http").ServerResponse} response
   */
  const answer = async (request, response) => {
    const [, from = "0"] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
    const start = Math.min(Number(from), body.length);
    const range = { "content-range": `bytes ${start}-${body.length - 1}/${body.length}` };
    response.writeHead(start > 0 ? 206 : 200, {
      "content-length": body.length - start,
      ...(start > 0 && range),
    });
    for (let at = start; at < body.length && !response.destroyed; at += PIECE) {
      response.write(body.subarray(at, at + PIECE));
      await pause(PAUSE_MS);
    }
    response.end();
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  server.unref();
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return `http://127.0.0.1:${port}`;
}

/**
 * Turning images into recordings of events, a folder of many files.
 *
 * @param {string} folder
 * @returns {Promise<Task>}
 */
export async function convertTask(folder) {
  const convert = (/** @type {string} */ into) =>
    myelin("data", "convert", "mnist", into, "--to", "events", "--limit", "100");
  const whole = join(folder, "events");
  const ms = await undisturbed(convert(whole));
  return {
    name: "convert",
    ms,
    // A folder of recordings is there as a whole, and is not written again.
    command: (place) => (existsSync(join(place, "events")) ? undefined : convert(join(place, "events"))),
    compare(place) {
      const files = (/** @type {string} */ set) =>
        readdirSync(set, { recursive: true, encoding: "utf8" })
          .filter((file) => statSync(join(set, file)).isFile())
          .sort();
      const got = join(place, "events");
      if (files(whole).join() !== files(got).join()) return ["the names of the recordings differ"];
      return files(whole).flatMap((file) => different(file, join(whole, file), join(got, file)));
    },
  };
}
