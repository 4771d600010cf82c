import { FormatError, MyelinError } from "@myelin/core";
import { warn } from "@myelin/core/checks";
import { FILE_ERRORS, type FileFault } from "../bytes/index.ts";
import type { SpikeDataset } from "../spikes/index.ts";
import type { SamplesOfFile, SpikesOptions } from "./spike-layout.ts";
import { startThread, type Thread } from "./thread-host.ts";

/** A spike file for the thread. */
export interface ReadRequest {
  /** The bytes, which are handed over, or the path on the disk, in Node only. */
  readonly source: Uint8Array<ArrayBuffer> | string;
  readonly fileBytes: number;
  readonly options: SpikesOptions;
}

/** What the thread is asked for. */
export interface ThreadRequest extends ReadRequest {
  readonly wanted: "spikes" | "samples";
}

/** What the thread answers: what was wanted, or why there is none of it. */
export type ReadReply<R = SpikeDataset | SamplesOfFile> =
  | { readonly contents: R; readonly warnings: readonly string[] }
  | { readonly problem: string; readonly fault: FileFault };

const LEAST_TIME_LIMIT_MS = 10_000;
/** Loading the library may take long on a slow line. */
const START_LIMIT_MS = 60_000;
const SLOWEST_BYTES_A_MS = 10_000;

let idle: Thread | undefined;

/**
 * Reads a spike file in a thread of its own, since there are damaged files in which the HDF5 library never comes to an
 * end, or takes memory without end: what takes longer than `timeLimitMs` is given up, and the memory of the library is
 * limited. The thread is kept for the next file, unless this one was damaged.
 *
 * @param timeLimitMs ten seconds and a second for each 10 MB if left out
 * @throws FormatError if the file is damaged, has another layout, takes too long or too much memory
 */
export async function readInThread(request: ReadRequest, timeLimitMs?: number): Promise<SpikeDataset> {
  return askThread<SpikeDataset>({ ...request, wanted: "spikes" }, timeLimitMs);
}

/** As {@link readInThread}, of the samples without their spikes. */
export async function inspectInThread(request: ReadRequest): Promise<SamplesOfFile> {
  return askThread<SamplesOfFile>({ ...request, wanted: "samples" });
}

async function askThread<R>(request: ThreadRequest, timeLimitMs?: number): Promise<R> {
  const limit = Math.ceil(timeLimitMs ?? LEAST_TIME_LIMIT_MS + request.fileBytes / SLOWEST_BYTES_A_MS);
  const thread = idle ?? (await startThread());
  idle = undefined;
  thread.keepAlive(true);
  await within(START_LIMIT_MS, thread, thread.started).catch((cause: unknown) => {
    throw new MyelinError(
      `readSpikes: expected a thread for the HDF5 library to start, got ${reasonOf(cause)}. ` +
        `In browsers the page has to serve spikes-worker.min.js of @myelin/data.`,
      { cause },
    );
  });
  const reply = await ask<R>(thread, request, limit);
  if ("problem" in reply) {
    // What a damaged file has left in the library's memory is not known.
    await thread.end();
    throw new FILE_ERRORS[reply.fault](reply.problem);
  }
  thread.keepAlive(false);
  if (idle) void thread.end();
  else idle = thread;
  reply.warnings.forEach((message) => warn(message));
  return reply.contents;
}

async function ask<R>(thread: Thread, request: ThreadRequest, limitMs: number): Promise<ReadReply<R>> {
  const { source } = request;
  const asked = thread.ask(request, typeof source === "string" ? [] : [source.buffer]);
  return within(limitMs, thread, asked as Promise<ReadReply<R>>).catch((cause: unknown) => {
    throw new FormatError(
      `${request.options.name}: expected the HDF5 library to read the file within ${limitMs / 1000} s, got ` +
        `${reasonOf(cause)}. The file is damaged: get it again.`,
      { cause },
    );
  });
}

/** Waits for a thread, but not longer than so: it is ended then. */
async function within<R>(limitMs: number, thread: Thread, waited: Promise<R>): Promise<R> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer")), limitMs);
  });
  try {
    return await Promise.race([waited, late]);
  } catch (cause) {
    await thread.end();
    throw cause;
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
