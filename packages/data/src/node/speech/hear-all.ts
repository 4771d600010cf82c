import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { FormatError } from "@myelin/core";
import { readWav } from "../../audio/index.ts";
import { createCochlea, type CochleaOptions, type CochleaSpikes } from "../../cochlea/index.ts";
import { streamKey } from "../../random.ts";
import type { HearReply, HearRequest } from "./cochlea-worker.ts";

/** A WAV file in memory. */
export interface Recording {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Options of {@link hearAll}. */
export interface HearAllOptions {
  readonly cochlea?: CochleaOptions | undefined;
  /** Seed of all nerve fibres; 0 if left out. */
  readonly seed?: number | undefined;
  /** Threads to use; as many as the machine runs at once if left out. One thread is this one. */
  readonly threads?: number | undefined;
  /** Called after each recording with the number that is done. */
  readonly onDone?: ((done: number) => void) | undefined;
  /** Stops the work, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The spikes of every recording, worked out on several threads. They depend on the recordings, their order and the seed
 * alone, not on the number of threads.
 *
 * @throws FormatError of the first recording that cannot be read
 */
export async function hearAll(
  recordings: readonly Recording[],
  { cochlea = {}, seed = 0, threads = availableParallelism(), onDone, signal }: HearAllOptions,
): Promise<CochleaSpikes[]> {
  const requests = recordings.map(({ name, bytes }, index): HearRequest => {
    return { index, name, bytes, seed: streamKey(seed, index) };
  });
  const results = new Array<CochleaSpikes>(recordings.length);
  let done = 0;
  const keep = (index: number, spikes: CochleaSpikes): void => {
    results[index] = spikes;
    onDone?.(++done);
  };
  const queue = requests.values();
  if (threads <= 1) await hearHere(queue, cochlea, keep, signal);
  else {
    const workers = Math.min(threads, recordings.length);
    await Promise.all(Array.from({ length: workers }, () => hearInWorker(queue, cochlea, keep, signal)));
  }
  return results;
}

type Keep = (index: number, spikes: CochleaSpikes) => void;

async function hearHere(
  queue: Iterable<HearRequest>,
  options: CochleaOptions,
  keep: Keep,
  signal: AbortSignal | undefined,
): Promise<void> {
  const cochlea = await createCochlea(options);
  for (const { index, name, bytes, seed } of queue) {
    await setImmediate(); // or no signal ever arrives
    signal?.throwIfAborted();
    keep(index, cochlea.listen(await readWav(bytes, { name }), seed));
  }
}

/** One worker, which takes recordings from the shared queue until it is empty or one fails. */
function hearInWorker(
  queue: Iterator<HearRequest>,
  options: CochleaOptions,
  keep: Keep,
  signal: AbortSignal | undefined,
): Promise<void> {
  const worker = new Worker(new URL("./cochlea-worker.js", import.meta.url), {
    workerData: options,
    execArgv: [],
  });
  const finished = new Promise<void>((resolve, reject) => {
    const next = (): void => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const item = queue.next();
      if (item.done) resolve();
      else worker.postMessage(item.value);
    };
    worker.on("error", reject);
    worker.on("message", (reply: HearReply) => {
      if ("error" in reply) return reject(asError(reply.error));
      keep(reply.index, reply.spikes);
      next();
    });
    next();
  });
  return finished.finally(() => worker.terminate());
}

/** Errors lose their class on the way between threads. */
function asError(error: unknown): Error {
  return new FormatError(error instanceof Error ? error.message : String(error));
}
