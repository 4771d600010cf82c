import { parentPort } from "node:worker_threads";
import { onWarning } from "@myelin/core";
import { TruncatedError, UnsupportedError } from "@myelin/core/checks";
import { limitMemory, unpackingBudget } from "@myelin/data/hdf5";
import { readNir, readNirData, type NirGraph, type NirGraphData } from "../nir/index.ts";
import type { Fault } from "../problem.ts";

/** A file for the worker. */
export interface NirRequest {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly what: keyof NirContents;
}

/** What a file may hold. */
export interface NirContents {
  readonly graph: NirGraph;
  readonly data: NirGraphData;
}

/** What the worker answers: the contents and what was said of them, or why there are none. */
export type NirReply =
  | { readonly contents: NirContents[keyof NirContents]; readonly warnings: readonly string[] }
  | { readonly problem: string; readonly fault: Fault };

const warnings: string[] = [];
onWarning((message) => warnings.push(message));

parentPort?.once("message", (request: NirRequest) => void answer(request));

async function answer({ bytes, name, what }: NirRequest): Promise<void> {
  limitMemory(unpackingBudget(bytes.length));
  parentPort?.postMessage(
    await (what === "graph" ? readNir : readNirData)(bytes, { name }).then(
      (contents: NirContents[keyof NirContents]): NirReply => ({ contents, warnings }),
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
