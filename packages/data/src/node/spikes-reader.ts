import { once } from "node:events";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { FormatError, warn } from "@myelin/core";
import { FILE_ERRORS } from "../formats/index.ts";
import type { SpikeDataset } from "../spikes/index.ts";
import type { ReadReply, ReadRequest } from "./read-spikes-worker.ts";

let idle: Worker | undefined;

/**
 * Reads a spike file in a thread of its own, since there are damaged files in which the HDF5 library never comes to an
 * end: what takes longer than `timeLimitMs` is given up. The thread is kept for the next file.
 *
 * @throws FormatError if the file is damaged, has another layout or takes too long
 */
export async function readInThread(request: ReadRequest, timeLimitMs: number): Promise<SpikeDataset> {
  const worker =
    idle ?? new Worker(createRequire(import.meta.url).resolve("@myelin/data/read-spikes-worker"));
  idle = undefined;
  worker.ref();
  worker.postMessage(request);
  const limit = AbortSignal.timeout(timeLimitMs);
  const message = once(worker, "message", { signal: limit }) as Promise<[ReadReply]>;
  const [reply] = await message.catch(async (cause: unknown) => {
    await worker.terminate();
    throw new FormatError(
      `${request.options.name}: expected the HDF5 library to read the file within ${timeLimitMs / 1000} s, ` +
        `got ${limit.aborted ? "no answer" : String(cause)}. The file is damaged: get it again.`,
      { cause },
    );
  });
  worker.unref();
  idle = worker;
  if ("problem" in reply) throw new FILE_ERRORS[reply.fault](reply.problem);
  reply.warnings.forEach((message) => warn(message));
  return reply.spikes;
}
