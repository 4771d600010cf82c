import { onWarning } from "@myelin/core";
import { unpackingBudget } from "../budget.ts";
import { faultOf } from "../formats/index.ts";
import type { SpikeDataset } from "../spikes/index.ts";
import { limitMemory } from "./memory-limit.ts";
import { spikesFromBytes, type SpikesOptions } from "./read-spikes.ts";
import { answerRequests } from "./thread-host.ts";
import type { ReadReply, ReadRequest } from "./reading-thread.ts";

/** Reads a spike file from the disk, where there is one. */
export type ReadFromDisk = (file: string, options: SpikesOptions, fileBytes: number) => Promise<SpikeDataset>;

/** What was said of the file being read: it is for the handler of the thread that asked. */
let warnings: string[] = [];

/** In the thread that has the HDF5 library: reads one spike file after the other. */
export function serveSpikes(fromDisk: ReadFromDisk): void {
  onWarning((message) => warnings.push(message));
  void answerRequests(async (request) => {
    warnings = [];
    const reply = await answer(request as ReadRequest, fromDisk);
    return { reply, transfer: "spikes" in reply ? buffersOf(reply.spikes) : [] };
  });
}

async function answer(
  { source, fileBytes, options }: ReadRequest,
  fromDisk: ReadFromDisk,
): Promise<ReadReply> {
  limitMemory(unpackingBudget(fileBytes));
  try {
    const spikes =
      typeof source === "string"
        ? await fromDisk(source, options, fileBytes)
        : await spikesFromBytes(source, options);
    return { spikes, warnings };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    return { problem, fault: faultOf(cause) };
  }
}

function buffersOf({ labels, times, unitIds, offsets }: SpikeDataset): ArrayBuffer[] {
  return [labels, times, unitIds, offsets].map(({ buffer }) => buffer as ArrayBuffer);
}
