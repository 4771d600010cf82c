import { availableThreads, isSwitchedOn, threadObstacle } from "./host.ts";
import { loadKernels, type Simd } from "./kernel-module.ts";
import { Machine } from "./machine.ts";
import { WasmBackend } from "./wasm-backend.ts";

/** More threads than this gain nothing on the networks this library is made for. */
const MOST_THREADS = 8;

export interface WasmOptions {
  /** How many threads compute; default: as many as the machine has, at most 8. Changes no result. */
  readonly threads?: number | undefined;
  /** Which instructions to use; "auto" (default) takes relaxed SIMD where there is. */
  readonly simd?: "auto" | Simd | undefined;
  /** Bytes that the memory may grow to, from 64 MiB; default 4 GiB, which is the most. */
  readonly memoryLimit?: number | undefined;
  /**
   * Puts canaries around every block of memory and looks at them after each kernel, at the end of each step and when a
   * block is given back: a write beside a block is a BackendError that names it. Memory that was not written reads as
   * NaN. For tests and reports of faults, as steps get slower. Default: whether the environment variable MYELIN_GUARD is 1.
   */
  readonly guard?: boolean | undefined;
}

/**
 * Starts the WebAssembly backend.
 * Where threads cannot run it uses one, and its `description` says why.
 * @throws BackendError when the host lacks WebAssembly SIMD or its threads do not start
 */
export async function createWasmBackend(options: WasmOptions = {}): Promise<WasmBackend> {
  const wanted = options.threads ?? Math.min(MOST_THREADS, await availableThreads());
  const obstacle = wanted > 1 ? threadObstacle() : undefined;
  const threads = obstacle ? 1 : Math.max(1, Math.floor(wanted));
  const isGuarded = options.guard ?? isSwitchedOn("MYELIN_GUARD");
  const kernels = await loadKernels(options.simd ?? "auto", threads > 1, options.memoryLimit);
  const machine = new Machine(kernels, threads, isGuarded);
  await machine.start();
  const count = `${threads} thread${threads > 1 ? "s" : ""}`;
  const name = kernels.simd === "relaxed" ? "relaxed SIMD" : "SIMD";
  const reason = obstacle ? ` because ${obstacle}` : "";
  return new WasmBackend(machine, `WebAssembly, ${name}, ${count}${reason}${isGuarded ? ", guarded" : ""}`);
}
