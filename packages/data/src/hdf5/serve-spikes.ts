import { onWarning } from "@myelin/core";
import { unpackingBudget } from "../budget.ts";
import { faultOf } from "../bytes/index.ts";
import { limitMemory } from "./memory-limit.ts";
import { contentsOfBytes, type Contents } from "./read-spikes.ts";
import { answerRequests } from "./thread-host.ts";
import type { ReadReply, ThreadRequest } from "./reading-thread.ts";

/** Reads a spike file from the disk, where there is one. */
export type ReadFromDisk = (file: string, request: ThreadRequest) => Promise<Contents>;

/** What was said of the file being read: it is for the handler of the thread that asked. */
let warnings: string[] = [];

/** In the thread that has the HDF5 library: reads one spike file after the other. */
export function serveSpikes(fromDisk: ReadFromDisk): void {
  onWarning((message) => warnings.push(message));
  void answerRequests(async (request) => {
    warnings = [];
    const reply = await answer(request as ThreadRequest, fromDisk);
    return { reply, transfer: "contents" in reply ? buffersOf(reply.contents) : [] };
  });
}

async function answer(request: ThreadRequest, fromDisk: ReadFromDisk): Promise<ReadReply> {
  const { source, fileBytes } = request;
  limitMemory(unpackingBudget(fileBytes));
  try {
    const contents =
      typeof source === "string" ? await fromDisk(source, request) : await contentsOfBytes(source, request);
    return { contents, warnings };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    return { problem, fault: faultOf(cause) };
  }
}

function buffersOf(contents: Contents): ArrayBuffer[] {
  if (!("times" in contents)) return [];
  const { labels, times, unitIds, offsets } = contents;
  return [labels, times, unitIds, offsets].map(({ buffer }) => buffer as ArrayBuffer);
}
