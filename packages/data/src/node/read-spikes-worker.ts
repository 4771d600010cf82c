import { parentPort } from "node:worker_threads";
import { onWarning } from "@myelin/core";
import { faultOf, type FileFault } from "../formats/index.ts";
import { spikesFrom, type ReadSpikesOptions } from "../hdf5/index.ts";
import type { SpikeDataset } from "../spikes/index.ts";

/** A spike file for the worker. */
export interface ReadRequest {
  readonly file: string;
  readonly options: ReadSpikesOptions;
}

/** What the worker answers: the spikes, or why there are none. */
export type ReadReply =
  | { readonly spikes: SpikeDataset; readonly warnings: readonly string[] }
  | { readonly problem: string; readonly fault: FileFault };

/** What was said of the file being read: it is for the handler of the thread that asked. */
let warnings: string[] = [];
onWarning((message) => warnings.push(message));

parentPort?.on("message", (request: ReadRequest) => void answer(request));

async function answer({ file, options }: ReadRequest): Promise<void> {
  warnings = [];
  try {
    const library = await import("h5wasm/node");
    await library.ready;
    const spikes = spikesFrom(library, file, options);
    const { labels, times, unitIds, offsets } = spikes;
    const buffers = [labels, times, unitIds, offsets].map(({ buffer }) => buffer as ArrayBuffer);
    parentPort?.postMessage({ spikes, warnings } satisfies ReadReply, buffers);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    parentPort?.postMessage({ problem, fault: faultOf(cause) } satisfies ReadReply);
  }
}
