/** The thread that has the HDF5 library: reads one spike file after the other, in Node and in browsers. */
import { onWarning } from "@myelin/core";
import { unpackingBudget } from "../budget.ts";
import { faultOf } from "../formats/index.ts";
import type { SpikeDataset } from "../spikes/index.ts";
import { limitMemory } from "./memory-limit.ts";
import { spikesFrom, spikesFromBytes } from "./read-spikes.ts";
import { answerRequests } from "./thread-host.ts";
import type { ReadReply, ReadRequest } from "./reading-thread.ts";

/** What was said of the file being read: it is for the handler of the thread that asked. */
let warnings: string[] = [];
onWarning((message) => warnings.push(message));

void answerRequests(async (request) => {
  warnings = [];
  const reply = await answer(request as ReadRequest);
  return { reply, transfer: "spikes" in reply ? buffersOf(reply.spikes) : [] };
});

async function answer(request: ReadRequest): Promise<ReadReply> {
  limitMemory(unpackingBudget(request.fileBytes));
  try {
    return { spikes: await read(request), warnings };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    return { problem, fault: faultOf(cause) };
  }
}

async function read({ source, fileBytes, options }: ReadRequest): Promise<SpikeDataset> {
  if (typeof source !== "string") return spikesFromBytes(source, options);
  const library = await import("h5wasm/node");
  await library.ready;
  return spikesFrom(library, source, options, fileBytes);
}

function buffersOf({ labels, times, unitIds, offsets }: SpikeDataset): ArrayBuffer[] {
  return [labels, times, unitIds, offsets].map(({ buffer }) => buffer as ArrayBuffer);
}
