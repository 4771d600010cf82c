import { parentPort } from "node:worker_threads";
import { onWarning, TruncatedError, UnsupportedError } from "@myelin/core";
import { limitMemory, unpackingBudget } from "@myelin/data/hdf5";
import { readNir, type NirGraph } from "../nir/index.ts";
import type { Fault } from "../problem.ts";

/** A file for the worker. */
export interface NirRequest {
  readonly bytes: Uint8Array;
  readonly name: string;
}

/** What the worker answers: the graph and what was said of it, or why there is none. */
export type NirReply =
  | { readonly graph: NirGraph; readonly warnings: readonly string[] }
  | { readonly problem: string; readonly fault: Fault };

const warnings: string[] = [];
onWarning((message) => warnings.push(message));

parentPort?.once("message", (request: NirRequest) => void answer(request));

async function answer({ bytes, name }: NirRequest): Promise<void> {
  limitMemory(unpackingBudget(bytes.length));
  parentPort?.postMessage(
    await readNir(bytes, { name }).then(
      (graph): NirReply => ({ graph, warnings }),
      (cause: unknown): NirReply => ({
        problem: cause instanceof Error ? cause.message : String(cause),
        fault: faultOf(cause),
      }),
    ),
  );
}

function faultOf(cause: unknown): Fault {
  if (cause instanceof TruncatedError) return "cut short";
  return cause instanceof UnsupportedError ? "not supported" : "damaged";
}
