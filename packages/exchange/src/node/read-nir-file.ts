import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { FormatError } from "@myelin/core";
import { checkNumber, checkOptions, checkText, warn } from "@myelin/core/checks";
import { unreadableFile } from "@myelin/data/files";
import type { NirGraph, NirGraphData } from "../nir/index.ts";
import { ERRORS } from "../problem.ts";
import type { NirContents, NirReply, NirRequest } from "./read-nir-worker.ts";

/** Options of `readNirFile`. */
export interface ReadNirFileOptions {
  /** How long the HDF5 library may take; half a minute if left out. */
  readonly timeLimitMs?: number;
}

const TIME_LIMIT_MS = 30_000;

/**
 * Reads a graph from an HDF5 file, as `readNir` does, in a thread of its own: there are damaged files in which the HDF5
 * library never comes to an end, and others for which it asks for a gigabyte.
 *
 * @throws FormatError if the file is damaged, no graph, or takes too long, MyelinError if it cannot be read
 * @example const graph = await readNirFile("cnn.nir");
 */
export async function readNirFile(file: string, options: ReadNirFileOptions = {}): Promise<NirGraph> {
  return (await readFileInThread("readNirFile", "graph", file, options)) as NirGraph;
}

/**
 * Reads recordings of a graph's nodes from an HDF5 file, as `readNirData` and `readNirFile` do.
 *
 * @throws FormatError if the file is damaged, holds no recordings, or takes too long, MyelinError if it cannot be read
 */
export async function readNirDataFile(file: string, options: ReadNirFileOptions = {}): Promise<NirGraphData> {
  return (await readFileInThread("readNirDataFile", "data", file, options)) as NirGraphData;
}

async function readFileInThread(
  reader: string,
  what: keyof NirContents,
  file: string,
  options: ReadNirFileOptions,
): Promise<NirContents[keyof NirContents]> {
  checkText(`${reader}.file`, file);
  const { timeLimitMs = TIME_LIMIT_MS } = checkOptions(reader, options, { timeLimitMs: true });
  checkNumber(`${reader}.timeLimitMs`, timeLimitMs, { above: 0 });
  const bytes = new Uint8Array(await readFile(file).catch(unreadableFile(reader, file)));
  const request: NirRequest = { bytes, name: path.basename(file), what };
  const reply = await ask(reader, request, Math.ceil(timeLimitMs));
  if ("problem" in reply) throw new ERRORS[reply.fault](reply.problem);
  reply.warnings.forEach((message) => warn(message));
  return reply.contents;
}

async function ask(reader: string, request: NirRequest, timeLimitMs: number): Promise<NirReply> {
  const program = createRequire(import.meta.url).resolve("@myelin/exchange/read-nir-worker");
  // What the library writes to the error output is taken up, and not shown.
  const worker = new Worker(program, { stderr: true, stdout: true });
  const limit = AbortSignal.timeout(timeLimitMs);
  try {
    worker.postMessage(request, [request.bytes.buffer as ArrayBuffer]);
    const [reply] = (await once(worker, "message", { signal: limit })) as [NirReply];
    return reply;
  } catch (cause) {
    throw new FormatError(
      `${reader}: ${request.name}: expected the HDF5 library to read the file within ${timeLimitMs / 1000} s, ` +
        `got ${limit.aborted ? "no answer" : String(cause)}. The file is damaged: get it again.`,
      { cause },
    );
  } finally {
    await worker.terminate();
  }
}
